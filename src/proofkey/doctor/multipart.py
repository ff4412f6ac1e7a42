"""Read a browser's multipart/form-data (RFC 7578), as the page of `doctor --web` sends it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

MAX_PARTS = 50
_BOUNDARY = re.compile(r'multipart/form-data;.*\bboundary="?([0-9A-Za-z\'()+_,\-./:=? ]{1,70})"?', re.IGNORECASE)
_NAME = re.compile(rb'\bname="([^"]{0,200})"', re.IGNORECASE)
_FILENAME = re.compile(rb'\bfilename="([^"]{0,500})"', re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Part:
    """One field; `filename` is "" for text."""

    name: str
    filename: str
    content: bytes

    def __repr__(self) -> str:
        return f"Part({self.name}, {len(self.content)} octets)"


def read_parts(content_type: str, body: bytes) -> Iterator[Part]:
    """Give the parts of a body; nothing where it is no multipart body."""
    found = _BOUNDARY.match(content_type)
    if found is None:
        return
    delimiter = b"\r\n--" + found.group(1).encode("ascii")
    at = 0 if body.startswith(delimiter[2:]) else -1
    skip = len(delimiter) - 2
    for _ in range(MAX_PARTS):
        if at < 0 or body[at + skip : at + skip + 2] != b"\r\n":
            return
        begins = body.find(b"\r\n\r\n", at + skip)
        ends = body.find(delimiter, at + skip)
        if begins < 0 or ends < 0 or begins > ends:
            return
        head = body[at + skip : begins]
        name, filename = _NAME.search(head), _FILENAME.search(head)
        if name is not None:
            yield Part(
                name.group(1).decode("utf-8", "replace"),
                filename.group(1).decode("utf-8", "replace") if filename else "",
                body[begins + 4 : ends],
            )
        at, skip = ends, len(delimiter)
