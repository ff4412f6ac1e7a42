"""The one server that is forwarded to: which address may be one, what is sent on, and what comes back.

Hop-by-hop fields end at the proxy (RFC 9110 7.6.1). Cookies do, too: a browser gives every program on 127.0.0.1 the
cookies of all the others. Redirects are passed on, never followed.
"""

from __future__ import annotations

import re
import socket
from collections.abc import Iterable
from dataclasses import dataclass

import httpx

from proofkey.core.errors import Misuse
from proofkey.doctor.address import DEFAULT_PORTS, split
from proofkey.doctor.listening import is_loopback
from proofkey.doctor.message import Headers

MAX_ANSWER = 16 * 1024 * 1024
TIMEOUT = 30.0  # seconds
VIA = "1.1 proofkey-watch"
_HOP_BY_HOP = frozenset(
    (
        *("connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "proxy-connection", "te"),
        *("trailer", "transfer-encoding", "upgrade"),
    )
)
_NOT_SENT = _HOP_BY_HOP | {"host", "content-length", "accept-encoding", "cookie", "expect", "forwarded", "via"}


@dataclass(frozen=True, slots=True)
class Answer:
    """What the upstream answered; header names as they were written."""

    status: int
    reason: str
    headers: Headers
    body: bytes

    def header(self, name: str) -> str | None:
        """Give the first header of this (lower-case) name."""
        return next((value for key, value in self.headers if key.lower() == name), None)

    def __repr__(self) -> str:
        return f"Answer({self.status}, {len(self.body)} octets)"


class Unreachable(Exception):
    """Raised where no answer came; its text names the reason and no value of the request."""


class Upstream:
    """A connection pool to one origin."""

    def __init__(self, url: str) -> None:
        self.origin = origin_of(url)
        self.path = split(url).path.rstrip("/")
        self._origin = httpx.URL(self.origin)
        self._client = httpx.Client(follow_redirects=False, timeout=TIMEOUT, headers={})

    def close(self) -> None:
        """Close every connection."""
        self._client.close()

    def url(self, target: str) -> str:
        """Give the upstream's address of a request target, which begins with a slash."""
        return self.origin + target

    def forward(self, method: str, target: str, headers: Iterable[tuple[str, str]], body: bytes) -> Answer:
        """Send a request on and read its whole answer.

        Raises Unreachable where none comes, or one that is too large.
        """
        address = self._origin.copy_with(raw_path=target.encode("latin-1"))
        request = httpx.Request(method, address, headers=_sent_on(headers), content=body)
        try:
            response = self._client.send(request, stream=True)
            try:
                octets = bytearray()
                for piece in response.iter_raw():
                    octets += piece
                    if len(octets) > MAX_ANSWER:
                        raise Unreachable(f"the answer is larger than {MAX_ANSWER:,} octets")
            finally:
                response.close()
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise Unreachable(type(error).__name__) from None
        named = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in response.headers.raw]
        return Answer(response.status_code, response.reason_phrase, _end_to_end(named), bytes(octets))


def origin_of(url: str) -> str:
    """Check an upstream's address and give its origin.

    Raises Misuse where it is no http or https address, or holds what does not belong into one.
    """
    address = split(url.strip())
    if address.scheme not in ("http", "https") or not address.host or address.query or address.fragment:
        raise Misuse("--upstream wants the address of an authorization server: https://login.example")
    try:
        httpx.URL(address.origin)
    except httpx.InvalidURL as error:
        raise Misuse(f"--upstream: {error}") from None
    if "@" in url or re.fullmatch(r"[a-z0-9.\-_]+|\[[0-9a-f:.]+\]", address.host) is None:
        raise Misuse("--upstream is an address without user name, with a host in ASCII")
    return address.origin


def refuse_itself(origin: str, port: int) -> None:
    """Raise Misuse where the upstream is the proxy: a loopback name or address with the proxy's own port."""
    address = split(origin)
    if str(port) != (address.port or DEFAULT_PORTS[address.scheme]):
        return
    host = address.host.strip("[]")
    try:
        found = {str(each[4][0]) for each in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)}
    except OSError:
        found = set()
    if host in ("localhost", "0.0.0.0") or any(is_loopback(each) or each in ("0.0.0.0", "::") for each in found):  # noqa: S104
        raise Misuse(f"the upstream is this proxy itself: {origin}")


def _sent_on(headers: Iterable[tuple[str, str]]) -> list[tuple[bytes, bytes]]:
    kept = [(name, value) for name, value in _end_to_end(headers) if name.lower() not in _NOT_SENT]
    kept += [("Accept-Encoding", "identity"), ("Via", VIA)]
    return [(name.encode("latin-1"), value.encode("latin-1")) for name, value in kept]


def _end_to_end(headers: Iterable[tuple[str, str]]) -> Headers:
    """Leave out what is meant for the next hop only, and what Connection names as such."""
    listed = tuple(headers)
    named = {
        word.strip().lower() for name, value in listed if name.lower() == "connection" for word in value.split(",")
    }
    return tuple((name, value) for name, value in listed if name.lower() not in _HOP_BY_HOP | named)
