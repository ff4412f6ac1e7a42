"""How far things reach in a text: JSON objects, web pages. Linear, whatever the text is."""

from __future__ import annotations

import re

MAX_OBJECT = 100_000  # characters of one JSON object or page that are looked at
_STRUCTURE = re.compile(r'["\'{}\[\]\\]|\n[ \t]*\n[ \t]*\n')


def end_of_object(text: str, start: int) -> int | None:
    """Give the offset behind the bracket that closes the object at `start`; None where it is never closed."""
    depth = 0
    quote = ""
    limit = min(len(text), start + MAX_OBJECT)
    position = start
    while position < limit:
        match = _STRUCTURE.search(text, position, limit)
        if match is None:
            return None
        mark = match.group()[0]
        position = match.end()
        if mark == "\\":
            position += 1
        elif quote:
            # A quotation mark that the line does not close is an apostrophe, or damage.
            if mark == quote or "\n" in match.group():
                quote = ""
        elif mark == '"' or (mark == "'" and text[match.start() - 1 : match.start()] in " \t\n{[:,("):
            quote = mark
        elif mark in "{[":
            depth += 1
        elif mark in "}]":
            depth -= 1
            if depth <= 0:
                return position
    return None


_NEXT_MESSAGE = re.compile(r"^[ \t>*]*(?:(?:GET|POST|PUT|PATCH|OPTIONS|HEAD) \S+|HTTP/[\d.]+ \d{3}\b)", re.MULTILINE)


def end_of_page(text: str, start: int) -> int:
    """Give the offset behind `</html>`, or the end of what may be the page."""
    limit = min(len(text), start + MAX_OBJECT)
    after = _NEXT_MESSAGE.search(text, start, limit)
    if after:  # this page was never closed
        limit = after.start()
    close = re.compile(r"</html\s*>", re.IGNORECASE).search(text, start, limit)
    if close:
        return close.end()
    blank = text.find("\n\n", start, limit)
    return limit if blank < 0 else blank
