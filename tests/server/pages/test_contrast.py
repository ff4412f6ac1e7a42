"""Contrast, computed from the style sheet's custom properties in both colour schemes (WCAG 2.2, 1.4.3 and 1.4.11)."""

from __future__ import annotations

import re

import pytest

from proofkey.server.pages import assets

_SHEET = next(
    a for n in ("proofkey.css",) if (a := assets.find(assets.path_of(n).removeprefix("/assets/")))
).body.decode()

TEXT = [
    ("text", "ground"), ("text", "surface"), ("text", "sunken"),
    ("muted", "ground"), ("muted", "surface"), ("muted", "sunken"),
    ("accent", "ground"), ("accent", "surface"), ("accent-strong", "ground"), ("accent-strong", "surface"),
    ("on-accent", "accent"), ("on-accent", "accent-strong"), ("accent", "accent-soft"), ("text", "accent-soft"),
    ("danger", "danger-soft"), ("danger", "surface"), ("caution", "caution-soft"), ("on-mark", "mark"),
]  # fmt: skip
SHAPES = [("edge", "surface"), ("edge", "ground"), ("accent", "surface"), ("accent", "ground"), ("danger", "surface")]


def _colours(scheme: str) -> dict[str, str]:
    light, dark = re.findall(r":root \{(.*?)\}", _SHEET, re.DOTALL)[:2]
    found = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", light))
    return found | (dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", dark)) if scheme == "dark" else {})


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: str, other: str) -> float:
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_the_arithmetic() -> None:
    """Black on white is 21."""
    assert _contrast("#000000", "#ffffff") == pytest.approx(21)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("front", "back"), TEXT)
def test_text_can_be_read(scheme: str, front: str, back: str) -> None:
    """Text has at least 4.5 to 1."""
    colours = _colours(scheme)
    assert _contrast(colours[front], colours[back]) >= 4.5


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("front", "back"), SHAPES)
def test_edges_can_be_seen(scheme: str, front: str, back: str) -> None:
    """Edges of fields and the focus ring have at least 3 to 1."""
    colours = _colours(scheme)
    assert _contrast(colours[front], colours[back]) >= 3


def test_both_schemes_name_the_same_colours() -> None:
    """No colour is forgotten in the dark, and none is written outside the custom properties."""
    light, dark = re.findall(r":root \{(.*?)\}", _SHEET, re.DOTALL)[:2]
    names = [set(re.findall(r"--([a-z-]+): #", block)) for block in (light, dark)]
    assert names[0] == names[1]
    rest = _SHEET.replace(light, "").replace(dark, "")
    assert not re.findall(r"#[0-9a-fA-F]{3,8}\b", rest)


def test_motion_only_where_it_is_welcome() -> None:
    """Transitions stand in the media query for people who did not ask for less motion."""
    before, _, inside = _SHEET.partition("@media (prefers-reduced-motion: no-preference)")
    assert "transition" not in before
    assert "transition" in inside
    assert "animation" not in _SHEET
