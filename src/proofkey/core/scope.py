"""Scopes: reading, writing, narrowing (RFC 6749 3.3)."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

MAX_SCOPES = 200
_TOKENS = re.compile(r"[\x21\x23-\x5B\x5D-\x7E]+(?: [\x21\x23-\x5B\x5D-\x7E]+)*")


class MalformedScope(ValueError):
    """The text is not a list of scope tokens separated by single spaces."""


def parse(text: str) -> tuple[str, ...]:
    """Read a scope parameter; a scope named twice counts once.

    Raises MalformedScope for characters that RFC 6749 3.3 does not allow, or over 200 scopes.
    """
    if not _TOKENS.fullmatch(text) or text.count(" ") >= MAX_SCOPES:
        raise MalformedScope("scopes are separated by one space and made of printable ASCII without quotes")
    return tuple(dict.fromkeys(text.split(" ")))


def separate(scopes: Iterable[str]) -> tuple[str, ...]:
    """Give the scopes that a program names, one by one: a text is a list with spaces, as on the wire."""
    return tuple((scopes if isinstance(scopes, str) else " ".join(scopes)).split())


def encode(scopes: Iterable[str]) -> str:
    """Write a scope parameter."""
    return " ".join(scopes)


def beyond(asked: Collection[str], allowed: Iterable[str]) -> tuple[str, ...]:
    """Name the asked scopes that are not allowed, in order."""
    permitted = frozenset(allowed)
    return () if permitted.issuperset(asked) else tuple(scope for scope in asked if scope not in permitted)
