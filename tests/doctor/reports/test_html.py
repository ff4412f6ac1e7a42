"""The report as a page, in a real browser: the broken step is marked, nothing runs, nothing is loaded, all fits."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from proofkey.doctor.diagnose import diagnose
from proofkey.doctor.reports import html
from proofkey.doctor.sources import read
from proofkey.doctor.transcript import login
from tests.doctor.score import CASES

HOSTILE = "<script>document.title='taken'</script><img src=x onerror=\"document.title='taken'\">'\"&{{7*7}}"


def page_of(name: str, data: bytes) -> str:
    """Judge an input and write the page."""
    return html.write(diagnose(read(name, data)))


def show(window: Page, tmp_path: Path, text: str) -> None:
    """Open a page from a file, as people do."""
    (tmp_path / "report.html").write_text(text, encoding="utf-8")
    window.goto((tmp_path / "report.html").as_uri())


@pytest.mark.parametrize(
    ("name", "step", "title"),
    [
        ("challenge-padded.har", "Authorization request", "The challenge still carries base64 padding"),
        ("state-altered.har", "Callback", None),
        ("verifier-missing.har", "Token request", None),
        ("refresh-token-reused.har", "Refresh", None),
    ],
)
def test_the_broken_step_is_marked(window: Page, tmp_path: Path, name: str, step: str, title: str | None) -> None:
    """The mark is at the step of the fault's stage, in words and in the drawing, and the page fits the window."""
    show(window, tmp_path, page_of(name, (CASES / name).read_bytes()))
    marked = window.locator("li.step", has=window.get_by_text("the mistake is here"))
    expect(marked).to_have_count(1)
    expect(marked.locator(".title")).to_have_text(step)
    expect(marked.locator("svg.wrong .blot")).to_be_visible()
    if title is not None:
        expect(window.get_by_role("heading", level=1)).to_have_text(title)
    assert window.evaluate("document.documentElement.scrollWidth <= innerWidth")
    lines = marked.locator("svg.row").bounding_box()
    assert lines is not None
    assert lines["height"] >= 40


def test_nothing_is_loaded_and_nothing_runs(window: Page, tmp_path: Path) -> None:
    """The policy forbids everything but the page's own style; there is no script and no address to load from."""
    asked: list[str] = []
    window.on("request", lambda request: asked.append(request.url))
    text = page_of("x.har", (CASES / "challenge-padded.har").read_bytes())
    show(window, tmp_path, text)
    assert len(asked) == 1
    policy = window.locator("meta[http-equiv=Content-Security-Policy]").get_attribute("content")
    assert policy == "default-src 'none'; style-src 'unsafe-inline'"
    assert not re.search(r"<(script|img|link|iframe|object|base)\b| on\w+=|javascript:|url\(", text, re.IGNORECASE)


@pytest.mark.shows("A97")
def test_a_hostile_capture_stays_text(window: Page, tmp_path: Path) -> None:
    """Markup in parameters, errors, addresses and file names is shown as text."""
    text = login(
        authorize={"client_id": HOSTILE, "scope": HOSTILE, "redirect_uri": "https://app.example/<b>cb"},
        token={"client_id": HOSTILE, "redirect_uri": "https://app.example/<b>cb/"},
        answer={"error": "invalid_grant", "error_description": HOSTILE},
    )
    show(window, tmp_path, page_of(f"{HOSTILE}.txt", text.encode()))
    assert window.title() == "Report of the doctor · proofkey"
    assert window.locator("script, img, b").count() == 0
    expect(window.get_by_text("{{7*7}}").first).to_be_attached()


def test_a_long_value_is_capped() -> None:
    """A value of a megabyte does not make a page of a megabyte."""
    text = login(authorize={"scope": "openid " * 100_000}, token={"redirect_uri": "https://app.example/cb/"})
    assert len(page_of("x", text.encode())) < 100_000


@pytest.mark.shows("A97")
def test_many_logins_are_bounded() -> None:
    """A capture of hundreds of logins gives a page that still opens; the failed ones are drawn."""
    logins = [login(authorize={"state": f"state-{n}-abcdefgh"}, steps=("authorize",)) for n in range(150)]
    page = page_of("x", "\n".join([*logins, login(token={"redirect_uri": "https://app.example/cb/"})]).encode())
    assert page.count('<div class="sequence">') <= html.MAX_EXCHANGES
    assert "more logins are not drawn" in page
    assert "the mistake is here" in page


def test_what_was_not_judged_is_told_with_its_reason(window: Page, tmp_path: Path) -> None:
    """An undecided report lists the faults by the evidence that is missing."""
    show(window, tmp_path, page_of("x", login(steps=("authorize",)).encode()))
    expect(window.get_by_role("heading", level=1)).to_have_text("Nothing can be decided")
    window.get_by_text("faults need what the capture does not show").click()
    expect(window.get_by_text("code_verifier of the token request").first).to_be_visible()


def test_a_healthy_login_is_told_so(window: Page, tmp_path: Path) -> None:
    """No mark, and what was checked is listed."""
    show(window, tmp_path, page_of("x", (CASES / "healthy-basic.har").read_bytes()))
    expect(window.get_by_role("heading", level=1)).to_have_text("PKCE is right")
    expect(window.locator("svg.wrong")).to_have_count(0)
    expect(window.get_by_text("the server accepted the code")).to_be_visible()


def test_it_prints(window: Page, tmp_path: Path) -> None:
    """On paper the ground is white and the drawing stays."""
    show(window, tmp_path, page_of("x", (CASES / "challenge-padded.har").read_bytes()))
    window.emulate_media(media="print")
    assert window.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    expect(window.locator("svg.wrong")).to_be_visible()
