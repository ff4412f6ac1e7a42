"""What keyboards, screen readers and outside checks rely on in every page."""

from __future__ import annotations

from typing import Any

import pytest

_LANDMARKS = ("header", "main", "footer")


def test_every_page_has_its_outline(document: Any) -> None:
    """Language, title, landmarks, one h1, and no heading level left out."""
    assert document.all("html")[0]["lang"] == "en"
    assert document.all("title")[0].text.strip()
    for landmark in _LANDMARKS:
        outside = [found for found in document.all(landmark) if found.parents[-1].tag == "body"]
        assert len(outside) == 1, landmark
    levels = [int(heading.tag[1]) for heading in document.all("h1", "h2", "h3", "h4")]
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in zip([0, *levels], levels, strict=False)), levels


def test_every_page_fits_a_phone_and_a_dark_room(document: Any) -> None:
    """The viewport is the device's, zoom is allowed, both colour schemes are announced."""
    metas = {meta["name"]: meta["content"] for meta in document.all("meta")}
    assert metas["viewport"] == "width=device-width, initial-scale=1"
    assert metas["color-scheme"] == "light dark"


def test_identifiers_are_unique_and_references_lead_somewhere(document: Any) -> None:
    """No id occurs twice; labels and aria references find theirs."""
    ids = [element["id"] for element in document.elements if element["id"]]
    assert len(ids) == len(set(ids))
    for element in document.elements:
        for name in ("for", "aria-labelledby", "aria-describedby"):
            assert set(element[name].split()) <= set(ids)


def test_every_control_has_a_name(document: Any) -> None:
    """Inputs have labels, buttons and links have text, images say that they are decoration."""
    labelled = {label["for"]: label.text.strip() for label in document.all("label")}
    for control in document.all("input"):
        assert control["type"] == "hidden" or labelled[control["id"]]
    for control in document.all("button", "a", "summary", "title"):
        assert control.text.strip()
    for image in document.all("img"):
        assert "alt" in image.attributes


def test_scrolling_regions_can_be_reached(document: Any) -> None:
    """A region that scrolls sideways takes the focus and has a name."""
    for region in document.all("pre"):
        assert region["tabindex"] == "0"
        assert region["role"] == "region"
        assert region["aria-label"]


@pytest.mark.parametrize(
    ("name", "buttons"),
    [
        ("login", [("Sign in", "", "")]),
        ("login-failed", [("Sign in", "", "")]),
        ("consent", [("Allow", "decision", "allow"), ("Deny", "decision", "deny")]),
        ("logout", [("Sign out", "decision", "logout"), ("Stay signed in", "decision", "stay")]),
        ("form-post", [("Continue", "", "")]),
    ],
)
def test_the_form_that_matters_is_the_only_one(
    parsed: dict[str, Any], name: str, buttons: list[tuple[str, str, str]]
) -> None:
    """The first form of the document is the one that matters, and its first button goes on."""
    forms = parsed[name].all("form")
    assert len(forms) == 1
    assert forms[0]["method"] == "post"
    found = [button for button in parsed[name].all("button") if forms[0] in button.parents]
    assert [(button.text.strip(), button["name"], button["value"]) for button in found] == buttons
    assert all(button["type"] == "submit" for button in found)


def test_the_login_form_is_known_to_password_managers(parsed: dict[str, Any]) -> None:
    """Field names, types and autocomplete words are those that browsers look for."""
    fields = {field["name"]: field for field in parsed["login"].all("input")}
    assert list(fields) == ["request", "csrf", "username", "password"]
    assert fields["username"]["autocomplete"] == "username"
    assert fields["username"]["autocapitalize"] == "none"
    assert fields["password"]["type"] == "password"
    assert fields["password"]["autocomplete"] == "current-password"
    assert "value" not in fields["password"].attributes


def test_a_refused_login_is_announced_and_names_nobody(parsed: dict[str, Any]) -> None:
    """The message is a live region, the title says Error, and the words do not tell which of the two was wrong."""
    document = parsed["login-failed"]
    region = next(element for element in document.elements if element["id"] == "message")
    assert region["role"] == "alert"
    assert region["aria-live"] == "assertive"
    assert "User name and password do not fit together" in region.text
    assert document.all("title")[0].text.startswith("Error: ")
    focused = [element["name"] for element in document.elements if "autofocus" in element.attributes]
    assert focused == ["password"]


def test_the_live_region_is_there_before_it_is_needed(parsed: dict[str, Any]) -> None:
    """The first login page has the region, empty."""
    region = next(element for element in parsed["login"].elements if element["id"] == "message")
    assert not region.text.strip()
