"""Take terminal colours out of pasted output (ECMA-48 8.3.117), also where the escape character was lost on the way."""

from __future__ import annotations

import re

_COLOUR = re.compile("\x1b\\[[0-9;:?]{0,40}[A-Za-z]|\x9b[0-9;:?]{0,40}[A-Za-z]")
# `[32m'invalid_grant'[39m`: the colours that util.inspect and loggers use, and the marks that end them.
_ORPHAN = re.compile(r"(?:\u241b|\\x1[bB]|\\u001[bB]|\\033)?\[(?:[0-9]{1,3}(?:;[0-9]{1,3}){0,4})m")
_END = re.compile(r"\[(?:0|22|39)m")


def without_colours(text: str) -> str:
    """Give a text without the marks that only colour it."""
    if "\x1b" in text or "\x9b" in text:
        text = _COLOUR.sub("", text)
    if "[" in text and _END.search(text):
        text = _ORPHAN.sub("", text)
    return text
