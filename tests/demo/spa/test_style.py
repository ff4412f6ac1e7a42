"""The demo's style sheet borrows its colours from the pages' one, whose contrast is tested there."""

from __future__ import annotations

import re
from importlib.resources import files


def test_no_colour_of_its_own() -> None:
    """Every colour is a custom property of the pages' style sheet."""
    sheet = (files("proofkey.demo") / "spa" / "style.css").read_text()
    pages = (files("proofkey.server.pages") / "static" / "proofkey.css").read_text()
    assert not re.findall(r"#[0-9a-fA-F]{3,8}\b(?![^{]*\{)|rgb\(|hsl\(", sheet)
    own = set(re.findall(r"(--[a-z-]+):", sheet))
    assert set(re.findall(r"var\((--[a-z-]+)\)", sheet)) <= own | set(re.findall(r"(--[a-z-]+):", pages))


def test_no_motion() -> None:
    """Nothing moves by itself."""
    sheet = (files("proofkey.demo") / "spa" / "style.css").read_text()
    assert "transition" not in sheet
    assert "animation" not in sheet
