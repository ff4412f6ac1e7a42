"""Parameters as a capture shows them: decoded leniently, with the raw text kept, never refused.

A server may refuse a broken form (core/params.py); the doctor has to read it all the same, since the break is the
fault that it looks for. Appendix B of RFC 6749 says how the values are decoded.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple
from urllib.parse import unquote_plus

MAX_PARAMETERS = 500
MAX_BODY = 1_000_000  # characters of a request body that are looked at


class Parameter(NamedTuple):
    """One parameter; `raw` is the value as it was written, or None where only the decoded value is known."""

    name: str
    value: str
    raw: str | None = None

    def __repr__(self) -> str:
        return f"Parameter({self.name}, {len(self.value)} characters)"


class Parameters:
    """An ordered multimap of parameters."""

    __slots__ = ("_items",)

    def __init__(self, items: Iterable[Parameter] = ()) -> None:
        self._items = tuple(items)

    def get(self, name: str) -> str | None:
        """Give the first value, which may be empty, or None."""
        return next((item.value for item in self._items if item.name == name), None)

    def raw(self, name: str) -> str | None:
        """Give the first value as it was written, before any decoding, where that is known."""
        return next((item.raw for item in self._items if item.name == name), None)

    def all(self, name: str) -> list[str]:
        """Give every value of this name."""
        return [item.value for item in self._items if item.name == name]

    def names(self) -> list[str]:
        """Name every parameter, in order, repeated ones repeatedly."""
        return [item.name for item in self._items]

    def merged(self, other: Parameters) -> Parameters:
        """Give these parameters and those of `other` whose names are not here."""
        mine = set(self.names())
        return Parameters((*self._items, *(item for item in other if item.name not in mine)))

    def __iter__(self) -> Iterator[Parameter]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def __contains__(self, name: object) -> bool:
        return any(item.name == name for item in self._items)

    def __repr__(self) -> str:
        return f"Parameters({', '.join(self.names())})"


EMPTY = Parameters()


def parse_form(text: str) -> Parameters:
    """Read a query or a form body; what is broken stays as it is written."""
    fields = text[:MAX_BODY].split("&")[:MAX_PARAMETERS]
    found = []
    for field in fields:
        name, _, raw = field.partition("=")
        if name:
            found.append(Parameter(unquote_plus(name), unquote_plus(raw), raw))
    return Parameters(found)


def parse_json(text: str) -> Parameters | None:
    """Read the members of a JSON object as parameters, or give None where the text is no JSON object."""
    if text.lstrip()[:1] != "{":
        return None
    try:
        members = json.loads(text[:MAX_BODY])
    except (ValueError, RecursionError):
        return None
    if not isinstance(members, dict):
        return None
    return Parameters(
        Parameter(str(name), value if isinstance(value, str) else json.dumps(value))
        for name, value in list(members.items())[:MAX_PARAMETERS]
        if value is not None
    )


_PART_NAME = re.compile(r'\bname="([^"]*)"|\bname=([^\s;]+)', re.IGNORECASE)


def parse_multipart(text: str) -> Parameters | None:
    """Read the fields of a multipart/form-data body by the boundary in its first line, or give None."""
    text = text[:MAX_BODY].lstrip()
    boundary = re.match(r"--[^\r\n]{1,200}", text)
    if boundary is None:
        return None
    found = []
    for part in text.split(boundary.group().rstrip())[1 : MAX_PARAMETERS + 1]:
        head, separator, value = part.lstrip("\r\n").replace("\r\n", "\n").partition("\n\n")
        name = _PART_NAME.search(head)
        if separator and name:
            found.append(Parameter(name.group(1) or name.group(2) or "", value.removesuffix("\n")))
    return Parameters(found) if found else None
