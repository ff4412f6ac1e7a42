"""What strangers write stays text: escaped, short, and without characters that move others (attacks A34, A51)."""

from __future__ import annotations

import html
import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proofkey.server.pages import display, render

MARKUP = "<script>alert(1)</script>"


def test_no_script_no_style_no_handler(page: Any, document: Any) -> None:
    """Nothing in a page runs but the script of the form_post page, and nothing is styled in place."""
    scripts = document.all("script")
    assert [script.text for script in scripts] == [render.SUBMIT_SCRIPT] * len(scripts)
    assert bool(scripts) == ("script-src" in dict(page.headers)["content-security-policy"])
    assert not document.all("style", "iframe", "object", "embed", "base")
    for element in document.elements:
        assert not [name for name in element.attributes if name.startswith("on") or name == "style"]


def test_no_address_runs_anything_or_comes_from_elsewhere(document: Any) -> None:
    """Links are http(s) or local; images and styles are local."""
    for element in document.elements:
        if href := element["href"]:
            assert href.startswith(("http://", "https://", "/", "#")), href
        if element.tag in ("img", "link"):
            assert (element["src"] or element["href"]).startswith("/assets/")


@pytest.mark.shows("A34", "A51")
def test_hostile_text_is_shown_as_text(hostile_page: Any) -> None:
    """Markup arrives as characters, templates do not read it again, and it is capped."""
    text = hostile_page.html.decode()
    assert "<script>alert" not in text
    assert "{{7*7}}" in text
    assert len(text) < 40_000


def test_hostile_characters_are_gone(hostile_page: Any) -> None:
    """Direction marks, escapes and zero-width characters reach no visible text."""
    visible = hostile_page.html.decode().split("<form")[0]
    assert not [c for c in visible if unicodedata.category(c) in ("Cf", "Cc") and c != "\n"]


def test_hidden_fields_survive_unchanged() -> None:
    """A state is returned byte for byte, whatever it holds (RFC 6749 4.1.2)."""
    state = MARKUP + "\"'&amp;\u202e é"
    page = render.form_post_page("https://app.example.com/cb", (("state", state),))
    assert f'name="state" value="{html.escape(state).replace("&#x27;", "&#39;").replace("&quot;", "&#34;")}"' in (
        page.html.decode()
    )


def test_a_lone_surrogate_makes_no_server_error() -> None:
    """Text that is no Unicode is shown damaged rather than not at all."""
    assert b"?" in render.form_post_page("https://app.example.com/cb", (("state", "\ud800"),)).html


def test_the_page_object_hides_its_html(page: Any) -> None:
    """A page in a log line shows neither the sealed request nor a code."""
    assert "<" not in repr(page)


@given(st.text(), st.integers(5, 80))
def test_one_line_is_one_short_line(text: str, limit: int) -> None:
    """Any text becomes at most `limit` characters without controls, and one that was fine stays as it is."""
    shown = display.one_line(text, limit)
    assert len(shown) <= limit
    assert not [c for c in shown if unicodedata.category(c).startswith("C")]
    assert display.one_line(shown, limit) == shown


@given(st.text())
def test_spelled_text_is_printable_ascii(text: str) -> None:
    """Every character is made visible, the invisible ones too."""
    assert all("!" <= c <= "~" for c in display.spelled(text))


def test_towers_of_accents_are_lowered() -> None:
    """Accents that climb over the lines above are dropped; ordinary ones stay."""
    assert display.one_line("e\u0301") == "e\u0301"
    assert len(display.one_line("Z" + "\u0301" * 50)) == 4


def test_a_host_keeps_its_end() -> None:
    """The end of a long host name says whose it is."""
    shown = display.destination(f"https://login.bank.example.{'x' * 60}.{'y' * 60}.evil.example/cb")
    assert shown.place.endswith(".evil.example")
    assert shown.kind == "site"
    assert display.destination("http://localhost:1234/cb") == display.Destination("localhost:1234", "computer")
    assert display.destination("com.example.app:/cb") == display.Destination("com.example.app", "device")
