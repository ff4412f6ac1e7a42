"""Requests and answers as the endpoints see them: a thin view of ASGI, nothing parsed before it is asked for."""

from __future__ import annotations

from collections.abc import Iterable, MutableMapping
from typing import TYPE_CHECKING, Any

import msgspec

from proofkey.core.params import Params

if TYPE_CHECKING:
    from proofkey.core.wire import Headers
    from proofkey.server.tracing.steps import Step

Scope = MutableMapping[str, Any]
FIELDS = "proofkey.fields"  # in a scope: its headers by name, where they were looked through already

NO_STORE: Headers = (("cache-control", "no-store"), ("pragma", "no-cache"))  # RFC 6749 5.1


def encode_headers(headers: Iterable[tuple[str, str]]) -> list[tuple[bytes, bytes]]:
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


class Request:
    """One request: its ASGI scope, its body, its id, and when it arrived (seconds since the epoch)."""

    __slots__ = ("_fields", "arrived_at", "body", "id", "method", "path", "raw_query", "scope", "step")

    def __init__(self, scope: Scope, path: str, body: bytes, request_id: str, arrived_at: float) -> None:
        self.scope = scope
        self.method: str = scope["method"]
        self.path = path  # below the issuer's path
        self.raw_query: bytes = scope["query_string"]  # as it came
        self.body = body
        self.id = request_id
        self.arrived_at = arrived_at
        self.step: Step | None = None  # its span, where logins are traced
        self._fields: dict[bytes, bytes] = scope[FIELDS] if FIELDS in scope else by_name(scope["headers"])

    def header(self, name: bytes) -> str | None:
        """Give the first header of this (lower-case) name."""
        value = self._fields.get(name)
        return str(value, "latin-1") if value is not None else None

    def cookie(self, name: str) -> str | None:
        """Give the first cookie of this name."""
        wanted = name + "="
        for pair in str(self._fields.get(b"cookie", b""), "latin-1").split(";"):
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
        client = self.scope.get("client")
        return str(client[0]) if client else "unknown"


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
