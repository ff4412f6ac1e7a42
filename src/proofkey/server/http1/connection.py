"""One connection: how much it may send for a request, how long it may take, and in which order it is answered.

The parser keeps a head until it is complete, however long that is; so bytes are counted as they come. Whoever sends a
head or a body a byte at a time is let go, too: each such connection holds one of the process's files.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from typing import Any, cast
from urllib.parse import unquote_to_bytes

import httptools

from proofkey.server.http import FIELDS, Answer, Scope, by_name
from proofkey.server.http1.application import CONNECTION, Application
from proofkey.server.http1.open_connections import OpenConnections
from proofkey.server.http1.writing import bare, write

log = logging.getLogger("proofkey.server")

LARGEST_HEAD = 64 * 1024  # bytes: request line and fields; a query has at most 16 KiB
LARGEST_BODY = 1024 * 1024  # bytes, with chunk sizes and trailers, read and refused; an application takes less
MOST_WAITING = 256  # requests sent at once before the first of them is answered
PATIENCE = 20.0  # seconds; who sends nothing whole between two looks is let go at the second
LOOKS_BETWEEN_REQUESTS = 4  # who has been answered may come back within so many of them
_ASGI = {"version": "3.0", "spec_version": "2.3"}
WRONG = Answer(
    500,
    (("content-type", "text/plain; charset=utf-8"), ("content-length", "21")),
    b"Internal Server Error",
)


class BadRequest(ValueError):
    """The request target is no path, or there is not one Host (RFC 9112 3.2)."""


class Connection(asyncio.Protocol):
    """Parses, hands whole requests to the application, and writes its answers."""

    __slots__ = (
        "_all", "_application", "_asked", "_at_once", "_begun", "_bodies", "_body", "_client", "_headers", "_heads",
        "_last", "_look", "_looks", "_most", "_parser", "_scheme", "_seen", "_server", "_taken", "_target",
        "_transport", "_waiting", "_writable", "gone", "task",
    )  # fmt: skip

    def __init__(self, application: Application, connections: OpenConnections, scheme: str) -> None:
        self._application, self._all, self._scheme = application, connections, scheme
        self._at_once = application.starts_at_once
        self._parser = httptools.HttpRequestParser(self)
        self._taken, self._most = 0, LARGEST_HEAD  # bytes since the last head, or body, was complete
        self._heads = self._bodies = 0  # complete ones
        self._seen, self._looks = -1, 0  # how many heads there were at the last look, and how often nothing changed
        self._target, self._body = b"", b""
        self._headers: list[tuple[bytes, bytes]] = []
        self._begun = False  # the application has a request whose body is still coming: it is too long
        self._asked: Scope | None = None  # the request in hand
        self.task: asyncio.Task[None] | None = None  # what answers it, or is left of that
        self._waiting: deque[tuple[Scope, bytes]] = deque()
        self._last = False  # no request is taken any more; the answer to the last one closes the connection
        self._writable = True
        self.gone = asyncio.Event()  # nobody is there any more to be answered

    # What the transport calls.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self._transport = cast("asyncio.Transport", transport)
        peer, here = transport.get_extra_info("peername"), transport.get_extra_info("sockname")
        self._client = (str(peer[0]), int(peer[1])) if peer else None
        self._server = (str(here[0]), int(here[1])) if here else None
        self._look = self._all.loop.call_later(PATIENCE, self._look_at_it)
        self._all.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        """Let go of everything; what the application does for the request in hand goes on."""
        self._look.cancel()
        self._waiting.clear()
        del self._parser  # they refer to each other
        self.gone.set()
        self._all.discard(self, self.task)

    def data_received(self, data: bytes) -> None:
        """Take what came, and no more than fits."""
        if self._last:
            return
        self._taken += len(data)
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade:  # nothing else is spoken here: answered as any request (RFC 9110 7.8)
            pass
        except httptools.HttpParserError:
            self._refuse(400)
        if self._taken > self._most:
            self._refuse(431 if self._most == LARGEST_HEAD else None)
        elif self._waiting:
            if len(self._waiting) > MOST_WAITING:
                self._waiting.clear()
                self._refuse(None)
            self._transport.pause_reading()

    def pause_writing(self) -> None:
        """Begin nothing more before the other end has read its answers."""
        self._writable = False

    def resume_writing(self) -> None:
        """Go on."""
        self._writable = True
        self._next()

    # What the parser calls.

    def on_url(self, url: bytes) -> None:
        """Take a piece of the request target."""
        self._target += url

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a field."""
        self._headers.append((name.lower(), value))

    def on_headers_complete(self) -> None:
        """Count the body from here on."""
        self._taken, self._most = 0, LARGEST_BODY
        self._heads += 1
        if (b"expect", b"100-continue") in self._headers and self._asked is None:
            self._transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")

    def on_body(self, part: bytes) -> None:
        """Keep no more of a body than the application reads; the rest is read past it, so that it hears its answer."""
        if self._begun:
            return
        self._body += part
        if len(self._body) > self._application.largest_body:
            self._begun = True
            self._take()

    def on_message_complete(self) -> None:
        """Hand the request over; count the next head from here on."""
        self._taken, self._most = 0, LARGEST_HEAD
        self._bodies += 1
        if self._begun:
            self._begun = False
        else:
            self._take()

    # What the application calls.

    def answer(self, answer: Answer) -> None:
        """Answer the request in hand, and take the next."""
        asked = self._asked
        if asked is None or self._transport.is_closing():
            return
        closes, without_body = self._last and not self._waiting, asked["method"] == "HEAD"
        try:
            written = write(answer, self._all.date_line, without_body=without_body, closes=closes)
        except ValueError:
            log.exception("an answer cannot be sent")
            written = write(WRONG, self._all.date_line, without_body=without_body, closes=closes)
        self._transport.write(written)
        self._asked = None
        if closes:
            self._transport.close()
        elif self._waiting:
            self._next()

    def drop(self) -> None:
        """Break the connection without an answer."""
        self._transport.abort()

    # What the listener calls.

    def end(self) -> None:
        """Close when what was asked is answered."""
        self._last = True
        if self._asked is None:
            self._transport.close()

    def _take(self) -> None:
        scope, body = self._scope(), self._body
        self._target, self._headers, self._body = b"", [], b""
        if self._asked is not None or not self._writable:
            self._waiting.append((scope, body))
        else:
            self._begin(scope, body)

    def _scope(self) -> Scope:
        target, parser = self._target, self._parser
        if target[:1] != b"/" or b"#" in target:
            target = _path_of(target)
        path, _, query = target.partition(b"?")
        version = parser.get_http_version()
        headers = self._headers
        fields = dict(headers)
        if len(fields) != len(headers):
            fields = _fields(headers)
        if version == "1.1" and b"host" not in fields:
            raise BadRequest("there is no Host")
        if not parser.should_keep_alive() or version == "1.0" or parser.should_upgrade():
            self._last = True
        return {
            "type": "http",
            "asgi": _ASGI,
            "http_version": version,
            "server": self._server,
            "client": self._client,
            "scheme": self._scheme,
            "root_path": "",
            "method": parser.get_method().decode("ascii"),
            "path": (unquote_to_bytes(path) if b"%" in path else path).decode("utf-8", "replace"),
            "raw_path": path,
            "query_string": query,
            "headers": headers,
            "state": {},
            CONNECTION: self,
            FIELDS: fields,
        }

    def _begin(self, scope: Scope, body: bytes) -> None:
        if self.task is not None and not self.task.done():  # an application that goes on after its answer
            self._all.keep(self.task)
        self._asked = scope
        work = self._respond(scope, body)
        if self._at_once:
            self._all.begin_soon(scope["path"], work, self)
        else:
            self.task = self._all.loop.create_task(work)

    async def _respond(self, scope: Scope, body: bytes) -> None:
        try:
            answer = await self._application.respond(scope, body)
        except Exception:
            log.exception("an application failed")
            answer = WRONG
        if self._asked is scope:
            if answer is None:
                self.drop()
            else:
                self.answer(answer)

    def _next(self) -> None:
        if self._waiting and self._asked is None and self._writable:
            self._begin(*self._waiting.popleft())
            if not self._waiting:
                self._transport.resume_reading()

    def _refuse(self, status: int | None) -> None:
        """Read no more; say why, unless the answer to what came before is still due."""
        self._last = True
        if self._asked is None and not self._transport.is_closing():
            if status is not None:
                self._transport.write(bare(status))
            self._transport.close()

    def _look_at_it(self) -> None:
        if self._transport.is_closing():  # and the other end does not read what it was sent
            self.drop()
            return
        idle = self._asked is None and self._seen == self._heads
        self._looks = self._looks + 1 if idle else 0
        between = self._heads == self._bodies > 0 and self._taken == 0
        if self._looks >= (LOOKS_BETWEEN_REQUESTS if between else 1):
            self._refuse(408 if self._heads > self._bodies else None)
        self._seen = self._heads if self._asked is None else -1
        self._look = self._all.loop.call_later(PATIENCE, self._look_at_it)


def _fields(headers: list[tuple[bytes, bytes]]) -> dict[bytes, bytes]:
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
