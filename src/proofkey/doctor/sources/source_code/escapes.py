"""What a string literal says: its escapes replaced by the characters that they stand for."""

from __future__ import annotations

import re

_ESCAPE = re.compile(
    r"\\(?:x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})|u\{([0-9A-Fa-f]{1,6})\}|U([0-9A-Fa-f]{8})|(\r?\n)|(.))", re.DOTALL
)
_NAMED = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f", "v": "\v", "0": "\0", "\\": "\\"}
_QUOTES = "'\"`"


def unescaped(text: str, *, unknown_kept: bool = False) -> str:
    """Replace the escapes of JavaScript and Python.

    `unknown_kept`: a backslash before any other character stays, as in Python; JavaScript drops it.
    """
    if "\\" not in text:
        return text

    def replace(match: re.Match[str]) -> str:
        two, four, braces, eight, line_end, other = match.groups()
        if digits := two or four or braces or eight:
            point = int(digits, 16)
            return chr(point) if point < 0x110000 and not 0xD800 <= point < 0xE000 else "\ufffd"
        if line_end:
            return ""
        if other in _NAMED or other in _QUOTES:
            return _NAMED.get(other, other)
        return f"\\{other}" if unknown_kept else other

    return _ESCAPE.sub(replace, text)
