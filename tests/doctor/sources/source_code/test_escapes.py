"""Escapes in string literals."""

from __future__ import annotations

import pytest

from proofkey.doctor.sources.source_code.escapes import unescaped


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (r"a\nb\t", "a\nb\t"),
        (r"\x3d\u2018\u{1F600}\U0001F600", "=\u2018\U0001f600\U0001f600"),
        (r"\"\'\\n", "\"'\\n"),
        ("cut\\\nshort", "cutshort"),
        (r"\ud800", "\ufffd"),
        ("plain", "plain"),
    ],
)
def test_an_escape_is_the_character_that_it_stands_for(written: str, meant: str) -> None:
    """Both languages agree on these; a lone surrogate is no character."""
    assert unescaped(written) == meant


def test_an_unknown_escape() -> None:
    """Python keeps the backslash, JavaScript does not."""
    assert unescaped(r"\d+", unknown_kept=True) == r"\d+"
    assert unescaped(r"\d+") == "d+"
