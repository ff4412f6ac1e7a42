"""Form and query parameters: application/x-www-form-urlencoded (RFC 6749 appendix B).

An ordered multimap, because a repeated parameter must be seen to be refused (RFC 6749 3.1, 3.2).
A parameter with an empty value counts as absent (RFC 6749 3.1).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from urllib.parse import quote_plus, unquote_plus, unquote_to_bytes

MAX_PARAMETERS = 100
_PERCENT_BROKEN = re.compile(r"%(?![0-9A-Fa-f]{2})")
# The same at every login of an app, and no secret: remembered as they were read.
_PUBLIC = ("grant_type=", "client_id=", "redirect_uri=", "scope=")
_LONGEST_REMEMBERED = 512
_PLAIN = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"  # written as it is (RFC 3986 2.3)


class MalformedForm(ValueError):
    """The text is not form-encoded: a broken percent sign, bytes that are not UTF-8, too many parameters."""


class Params:
    """Parameters in the order in which they came.

    `get` gives the first value of a parameter, or None where it is absent or empty. It is a dictionary's own method: a
    login asks ten times.
    """

    __slots__ = ("_first", "_pairs", "get")

    get: Callable[[str], str | None]

    def __init__(self, pairs: Iterable[tuple[str, str]] = ()) -> None:
        self._pairs = tuple(pairs)
        self._first = first = dict(reversed(self._pairs))  # the first of a repeated name stays
        self.get = (first if all(first.values()) else {name: value for name, value in first.items() if value}).get

    @classmethod
    def parse(cls, text: str | bytes) -> Params:
        """Decode a query or a form body.

        Raises MalformedForm where the text is not form-encoded or has over 100 parameters.
        """
        if isinstance(text, bytes):
            try:
                text = text.decode("utf-8")
            except UnicodeDecodeError:
                raise MalformedForm("the form is not UTF-8") from None
        if not text:
            return cls()
        fields = text.split("&")
        if len(fields) > MAX_PARAMETERS:
            raise MalformedForm(f"more than {MAX_PARAMETERS} parameters")
        return cls(
            [
                _read_again(field) if field.startswith(_PUBLIC) and len(field) <= _LONGEST_REMEMBERED else _read(field)
                for field in fields
                if field
            ]
        )

    def all(self, name: str) -> list[str]:
        """Give every value of a parameter, empty ones too."""
        return [value for key, value in self._pairs if key == name]

    def repeated(self) -> list[str]:
        """Name the parameters that occur more than once, in order."""
        if len(self._first) == len(self._pairs):
            return []
        seen: set[str] = set()
        twice: list[str] = []
        for key, _ in self._pairs:
            if key in seen and key not in twice:
                twice.append(key)
            seen.add(key)
        return twice

    def names(self) -> list[str]:
        """Name every parameter, in order."""
        return [key for key, _ in self._pairs]

    def encode(self) -> str:
        """Write the parameters as a query or form body."""
        return encode_pairs(self._pairs)

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter(self._pairs)

    def __len__(self) -> int:
        return len(self._pairs)

    def __contains__(self, name: object) -> bool:
        return name in self._first

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Params) and other._pairs == self._pairs

    def __hash__(self) -> int:
        return hash(self._pairs)

    def __repr__(self) -> str:
        # Values may be codes, verifiers and passwords; names and lengths are enough to debug with.
        return f"Params({', '.join(f'{key}[{len(value)}]' for key, value in self._pairs)})"


def encode_pairs(pairs: Iterable[tuple[str, str]]) -> str:
    """Write names and values as a query or form body."""
    return "&".join([f"{encode_component(name)}={encode_component(value)}" for name, value in pairs])


def encode_component(text: str) -> str:
    """Form-encode one name or value."""
    # Nothing is left when these are taken out; a regular expression takes ten times as long over a code.
    return text if text.isascii() and not text.encode().translate(None, _PLAIN) else quote_plus(text)


def decode_component(text: str) -> str:
    """Decode one form-encoded name or value.

    Raises MalformedForm for a broken percent sign or bytes that are not UTF-8.
    """
    if "%" not in text:
        return text.replace("+", " ")
    if _PERCENT_BROKEN.search(text):
        raise MalformedForm("a percent sign is not followed by two hexadecimal digits")
    try:
        return unquote_to_bytes(text.replace("+", " ")).decode("utf-8")
    except UnicodeDecodeError:
        raise MalformedForm("a percent-encoded value is not UTF-8") from None
    except UnicodeEncodeError:  # a text, not bytes, with half a surrogate pair in it: that half stays as it is
        return unquote_plus(text, errors="strict")


def _read(field: str) -> tuple[str, str]:
    name, _, value = field.partition("=")
    if "%" in field or "+" in field:
        return decode_component(name), decode_component(value)
    return name, value


_read_again = lru_cache(1024)(_read)
