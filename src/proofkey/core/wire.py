"""HTTP as values, so that both sides of the protocol can be functions.

A conversation that takes several requests is a generator: it yields an HttpRequest and is sent the HttpResponse.
A blocking and an asynchronous pump of ten lines each run the same conversation.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import TypeAlias, TypeVar

Headers: TypeAlias = tuple[tuple[str, str], ...]  # names in lower case

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """A request as it leaves or arrives. `repr` leaves the body and the query out: they hold secrets."""

    method: str
    url: str
    headers: Headers = ()
    body: bytes = b""

    def header(self, name: str) -> str | None:
        """Give the first header of this (lower-case) name."""
        return _first(self.headers, name)

    def __repr__(self) -> str:
        return f"HttpRequest({self.method} {self.url.partition('?')[0]}, {len(self.body)} bytes)"


@dataclass(frozen=True, slots=True)
class HttpResponse:
    """A response as it leaves or arrives. `repr` leaves the body out: it holds tokens."""

    status: int
    headers: Headers = ()
    body: bytes = b""

    def header(self, name: str) -> str | None:
        """Give the first header of this (lower-case) name."""
        return _first(self.headers, name)

    def __repr__(self) -> str:
        return f"HttpResponse({self.status}, {len(self.body)} bytes)"


def _first(headers: Headers, name: str) -> str | None:
    return next((value for key, value in headers if key == name), None)


T = TypeVar("T")
Conversation: TypeAlias = Generator[HttpRequest, HttpResponse, T]
