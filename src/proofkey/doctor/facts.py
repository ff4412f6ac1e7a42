"""Phrases about values that must not be shown: lengths, first differences, fingerprints."""

from __future__ import annotations

import hashlib
import hmac
import os

_KEY = os.urandom(32)  # of this process: fingerprints of two runs cannot be compared


def characters(text: str) -> str:
    """Say how long a text is."""
    return "1 character" if len(text) == 1 else f"{len(text)} characters"


def fingerprint(text: str) -> str:
    """Name a value so that two places can be seen to hold the same one; keyed, so it cannot be guessed back."""
    return hmac.new(_KEY, text.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()[:8]


def first_difference(one: str, other: str) -> str:
    """Say where two texts part, without quoting them."""
    for index, (left, right) in enumerate(zip(one, other, strict=False), 1):
        if left != right:
            return f"the first difference is at character {index}"
    if len(one) == len(other):
        return "they are equal"
    return f"the first {min(len(one), len(other))} characters are equal, then one of them ends"


def gap(span: float | None, words: str) -> str:
    """Say a span of time in words such as " {} later"; "" where it is not known."""
    return "" if span is None else words.format(seconds(span))


def seconds(span: float) -> str:
    """Say a span of time."""
    if span < 0.995:
        return f"{max(0, round(span * 1000))} ms"
    if span < 120:
        return f"{span:.0f} s"
    if span < 7200:
        return f"{span / 60:.0f} min"
    return f"{span / 3600:.1f} h"
