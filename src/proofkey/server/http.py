"""Requests and answers as the endpoints see them; nothing is parsed before it is asked for."""

from __future__ import annotations

from collections.abc import Iterable, MutableMapping
from typing import TYPE_CHECKING, Any

import msgspec

from proofkey.core.params import Params

if TYPE_CHECKING:
    from proofkey.core.wire import Headers
    from proofkey.server.http1.connection import Connection
    from proofkey.server.tracing.steps import Step

Scope = MutableMapping[str, Any]  # of ASGI
Pairs = list[tuple[bytes, bytes]]

NO_STORE: Headers = (("cache-control", "no-store"), ("pragma", "no-cache"))  # RFC 6749 5.1


def encode_headers(headers: Iterable[tuple[str, str]]) -> Pairs:
    """Write headers as ASGI has them; names are in lower case already."""
    return [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers]


class FixedHeaders:
    """Headers that are the same each time: `pairs` as ASGI has them, `written` as they are sent."""

    __slots__ = ("pairs", "written")

    def __init__(self, headers: Iterable[tuple[str, str]]) -> None:
        self.pairs = tuple(encode_headers(headers))
        self.written = b"".join([b"%b: %b\r\n" % pair for pair in self.pairs])


_write = msgspec.json.Encoder().encode
_JSON = FixedHeaders((("content-type", "application/json"), *NO_STORE))


def by_name(headers: Iterable[tuple[bytes, bytes]]) -> dict[bytes, bytes]:
    """Give the first header of each name; cookies, which some proxies send apart, in one (RFC 9113 8.2.3)."""
    fields: dict[bytes, bytes] = {}
    for name, value in headers:
        if name not in fields:
            fields[name] = value
        elif name == b"cookie":
            fields[name] += b"; " + value
    return fields


class Request(msgspec.Struct, eq=False):
    """One request: what came, and what the application knows of it."""

    method: str
    path: str  # below the issuer's path, from when the application has it
    raw_query: bytes  # as it came
    fields: dict[bytes, bytes]  # headers by name, in lower case
    repeated: Pairs | None  # all headers, where the name of one is there twice
    client: tuple[str, int] | None  # the other end: address and port
    body: bytes = b""
    connection: Connection | None = None  # None: not ours, but that of another server of ASGI
    version: str = "1.1"
    raw_path: bytes = b""
    id: str = ""
    arrived_at: float = 0.0  # seconds since the epoch
    step: Step | None = None  # its span, where logins are traced

    @classmethod
    def of_asgi(cls, scope: Scope, body: bytes) -> Request:
        """Read a request that another server of ASGI took."""
        headers = list(scope["headers"])
        return cls(
            scope["method"],
            scope["path"],
            scope["query_string"],
            by_name(headers),
            headers,
            scope.get("client"),
            body,
        )

    @property
    def headers(self) -> Pairs:
        """All headers."""
        return self.repeated if self.repeated is not None else list(self.fields.items())

    def header(self, name: bytes) -> str | None:
        """Give the first header of this (lower-case) name."""
        value = self.fields.get(name)
        return str(value, "latin-1") if value is not None else None

    def cookie(self, name: str) -> str | None:
        """Give the first cookie of this name."""
        wanted = name + "="
        for pair in str(self.fields.get(b"cookie", b""), "latin-1").split(";"):
            pair = pair.strip()
            if pair.startswith(wanted):
                return pair[len(wanted) :].strip('"')
        return None

    def query(self) -> Params:
        """Decode the query. Raises MalformedForm."""
        return Params.parse(self.raw_query)

    def form(self) -> Params:
        """Decode the body as a form. Raises MalformedForm."""
        return Params.parse(self.body)

    @property
    def address(self) -> str:
        """The address of the other end, or "unknown"."""
        return str(self.client[0]) if self.client else "unknown"


class Answer:
    """One answer: status, body, and headers: those that are fixed, and its own."""

    __slots__ = ("body", "fixed", "headers", "status")

    def __init__(
        self, status: int, headers: Iterable[tuple[str, str]] = (), body: bytes = b"", *fixed: FixedHeaders
    ) -> None:
        self.status = status
        self.headers = encode_headers(headers) if headers else []
        self.body = body
        self.fixed = fixed

    def add(self, name: str, value: str) -> None:
        """Put a header behind the others."""
        self.headers += encode_headers(((name, value),))

    def spell_out(self) -> None:
        """Make the fixed headers its own: for servers of ASGI, and for whoever changes them."""
        self.headers = [pair for fixed in self.fixed for pair in fixed.pairs] + self.headers
        self.fixed = ()


def json_answer(document: object, status: int = 200, headers: Headers = NO_STORE) -> Answer:
    """Answer with JSON; not to be stored unless the headers say otherwise."""
    if headers is NO_STORE:
        return Answer(status, (), _write(document), _JSON)
    return Answer(status, (("content-type", "application/json"), *headers), _write(document))


def see_other(location: str, headers: Headers = ()) -> Answer:
    """Send the browser on with a GET: never 307, which would repeat a password (RFC 9700 4.12)."""
    return Answer(303, (("location", location), ("referrer-policy", "no-referrer"), *NO_STORE, *headers))


def method_not_allowed(*allowed: str) -> Answer:
    """Answer 405 with the methods that are served (RFC 9110 15.5.6)."""
    return json_answer(
        {"error": "invalid_request", "error_description": "This method is not served here."},
        405,
        (("allow", ", ".join(allowed)), *NO_STORE),
    )
