"""Whether two texts are the same authorization code, possibly damaged on the way to the token request."""

from __future__ import annotations

from urllib.parse import unquote, unquote_plus

PLACEHOLDERS = frozenset(("", "undefined", "null", "none", "nan", "[object object]", "code", "false", "true"))
_SHORTEST_PIECE = 6


def is_placeholder(text: str | None) -> bool:
    """Tell whether a text stands for a missing value."""
    return text is None or text.strip().lower() in PLACEHOLDERS


def same_code(sent: str, received: str) -> bool:
    """Tell whether `sent` is the received code, exactly or with one of the usual damages."""
    if sent == received:
        return True
    if is_placeholder(sent) or is_placeholder(received):
        return False
    for variant in (
        unquote(sent),
        unquote_plus(sent),
        "".join(sent.split()),
        sent.strip("'\" \t\r\n"),
        sent.replace(" ", "+"),
    ):
        if variant == received:
            return True
    short, long = sorted((sent, received), key=len)
    return len(short) >= _SHORTEST_PIECE and (short in long or unquote(long).startswith(short))
