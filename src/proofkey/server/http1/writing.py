"""Answers as octets (RFC 9112 2.1, 4 to 6): one piece, because head and body apart would be two packets."""

from __future__ import annotations

import time
from http import HTTPStatus

from proofkey.server.http import Answer

_STATUS_LINES = {status.value: f"HTTP/1.1 {status.value} {status.phrase}\r\n".encode() for status in HTTPStatus}
_CR, _LF = b"\r\n"  # looked for as numbers, as in `reading.py`
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class TornHeader(ValueError):
    """A header holds a line break: what follows it would be a header of somebody else's choice."""


def write(answer: Answer, date_line: bytes, *, without_body: bool, closes: bool) -> bytes:
    """Write a whole answer; its headers say its length. Raises TornHeader, and KeyError for an unknown status."""
    head = _STATUS_LINES[answer.status] + date_line
    for fixed in answer.fixed:
        head += fixed.written
    lines = [b": ".join(header) for header in answer.headers]
    own = b"".join(lines)
    if _LF in own or _CR in own:
        raise TornHeader("a header holds a line break")
    head += b"\r\n".join([*lines, b"connection: close\r\n\r\n" if closes else b"\r\n"])
    return head if without_body else head + answer.body


def bare(status: int) -> bytes:
    """Write an answer that says nothing and closes the connection."""
    return _STATUS_LINES[status] + b"content-length: 0\r\nconnection: close\r\n\r\n"


def date_line(second: float) -> bytes:
    """Write the header `date` (RFC 9110 5.6.7, 6.6.1)."""
    year, month, day, hour, minute, seconds, weekday, *_ = time.gmtime(second)  # names in English whatever the locale
    date = f"{_DAYS[weekday]}, {day:02} {_MONTHS[month - 1]} {year} {hour:02}:{minute:02}:{seconds:02} GMT"
    return f"date: {date}\r\n".encode("ascii")
