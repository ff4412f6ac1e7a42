"""Requests out of octets (RFC 9112 2 to 7): parsed by llhttp, bounded, and refused where two servers in a row would
read them differently.

The parser keeps a head until it is complete, however long that is; so bytes are counted as they come.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_to_bytes

import httptools

from proofkey.server.http import Pairs, Request, by_name

if TYPE_CHECKING:
    from proofkey.server.http1.connection import Connection

LARGEST_HEAD = 64 * 1024  # bytes: request line and fields; a query has at most 16 KiB
LARGEST_BODY = 1024 * 1024  # bytes, with chunk sizes and trailers, read and refused; an application takes less
_HASH, _PERCENT = b"#%"  # a byte is looked for as a number: as bytes it takes seven times as long


class Refused(Exception):
    """What came is no request, or too much; `status` says so to the other end, None says nothing."""

    def __init__(self, status: int | None) -> None:
        super().__init__(status)
        self.status = status


class BadRequest(ValueError):
    """The request target is no path, or there is not one Host (RFC 9112 3.2)."""


class RequestReader:
    """Reads the requests of one connection and hands each over when it is whole.

    `take` gets a request with its body, and whether it is the last; of a body over `largest_body` it gets a part, and
    the rest is read past, so that who sent it hears the answer. `go_on` is called where a body waits for a word.
    """

    __slots__ = (
        "_again", "_begun", "_body", "_client", "_connection", "_fields", "_go_on", "_head", "_largest_body", "_most",
        "_parser", "_repeated", "_take", "_target", "bodies", "heads", "taken",
    )  # fmt: skip

    def __init__(
        self,
        take: Callable[[Request, bool], None],
        go_on: Callable[[], None],
        largest_body: int,
        client: tuple[str, int] | None,
        connection: Connection,
    ) -> None:
        self._take, self._go_on, self._largest_body = take, go_on, largest_body
        self._client, self._connection = client, connection
        self._parser = httptools.HttpRequestParser(self)
        self._most = LARGEST_HEAD
        self._begun = False  # the request whose body is still coming was handed over: it is too long
        self._target, self._body = b"", b""
        self._fields: dict[bytes, bytes] = {}  # as they come
        self._again: Pairs = []  # those whose name was there before
        self._head: dict[bytes, bytes] = {}  # the fields of a head that is complete
        self._repeated: Pairs | None = None  # all of them, where there are such
        self.taken = 0  # bytes since the last head, or body, was complete
        self.heads = self.bodies = 0  # complete ones

    def feed(self, data: bytes) -> None:
        """Read on. Raises Refused."""
        self.taken += len(data)
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade:  # nothing else is spoken here: answered as any request (RFC 9110 7.8)
            return
        except httptools.HttpParserCallbackError as error:
            if not isinstance(error.__context__, BadRequest):
                raise  # a mistake of ours
            raise Refused(400) from None
        except httptools.HttpParserError:
            raise Refused(400) from None
        if self.taken > self._most:
            raise Refused(431 if self._most == LARGEST_HEAD else None)

    def close(self) -> None:
        """Let go of the parser: they refer to each other."""
        del self._parser

    # What the parser calls.

    def on_url(self, url: bytes) -> None:
        """Take a piece of the request target."""
        self._target += url

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a field."""
        name = name.lower()
        if name in self._fields:
            self._again.append((name, value))
        else:
            self._fields[name] = value

    def on_headers_complete(self) -> None:
        """Take the head as it is; count the body from here on."""
        self.taken, self._most = 0, LARGEST_BODY
        self.heads += 1
        self._head, self._fields = self._fields, {}
        if self._again:
            self._repeated, self._again = [*self._head.items(), *self._again], []
            self._head = _by_name(self._repeated)
        # RFC 9110 10.1.1, 15.2: whatever the letters' case, and never to HTTP/1.0.
        waits = b"expect" in self._head and self._head[b"expect"].lower() == b"100-continue"
        if waits and self._parser.get_http_version() != "1.0":
            self._go_on()

    def on_body(self, part: bytes) -> None:
        """Keep no more of a body than is to be read."""
        if not self._begun:
            self._body += part
            if len(self._body) > self._largest_body:
                self._begun = True
                self._hand_over()

    def on_message_complete(self) -> None:
        """Hand the request over; count the next head from here on."""
        self.taken, self._most = 0, LARGEST_HEAD
        self.bodies += 1
        if self._fields:  # trailers count for nothing: no header may come behind the body (RFC 9110 6.5.1)
            self._fields, self._again = {}, []
        if self._begun:
            self._begun = False
        else:
            self._hand_over()

    def _hand_over(self) -> None:
        parser, target = self._parser, self._target
        if target[:1] != b"/" or _HASH in target:
            target = _path_of(target)
        path, _, query = target.partition(b"?")
        version = parser.get_http_version()
        if version == "1.1" and b"host" not in self._head:
            raise BadRequest("there is no Host")
        request = Request(
            parser.get_method().decode("ascii"),
            (unquote_to_bytes(path) if _PERCENT in path else path).decode("utf-8", "replace"),
            query,
            self._head,
            self._repeated,
            self._client,
            self._body,
            self._connection,
            version,
            path,
        )
        self._target, self._body, self._repeated = b"", b"", None
        self._take(request, version == "1.0" or not parser.should_keep_alive() or parser.should_upgrade())


def _by_name(headers: Pairs) -> dict[bytes, bytes]:
    """Give headers by name, where a name is there twice. Raises BadRequest where Host is."""
    if [name for name, _ in headers].count(b"host") > 1:
        raise BadRequest("Host is there twice")
    return by_name(headers)


def _path_of(target: bytes) -> bytes:
    """Read a target in absolute form (RFC 9112 3.2.2). Raises BadRequest."""
    try:
        url: Any = httptools.parse_url(target)
    except httptools.HttpParserInvalidURLError:
        raise BadRequest("the request target cannot be read") from None
    if not (url.path or b"").startswith(b"/") or url.fragment is not None:
        raise BadRequest("the request target is no path")
    path: bytes = url.path
    return path if url.query is None else b"%b?%b" % (path, url.query)
