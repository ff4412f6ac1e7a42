"""One connection: requests are answered one after the other, and nobody holds it who neither asks nor reads.

Each connection holds one of the process's files; so whoever sends a head or a body a byte at a time is let go.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from typing import cast

from proofkey.server.http import Answer, Request
from proofkey.server.http1.answering import WRONG, Answering
from proofkey.server.http1.application import Application
from proofkey.server.http1.open_connections import OpenConnections
from proofkey.server.http1.reading import Refused, RequestReader
from proofkey.server.http1.writing import bare, write

log = logging.getLogger("proofkey.server")

MOST_WAITING = 256  # requests sent at once before the first of them is answered
PATIENCE = 20.0  # seconds; who sends nothing whole between two looks is let go at the second
LOOKS_BETWEEN_REQUESTS = 4  # who has been answered may come back within so many of them


class Connection(asyncio.Protocol):
    """Hands whole requests to the application, and writes its answers."""

    __slots__ = (
        "_all", "_application", "_asked", "_at_once", "_last", "_look", "_looks", "_reader", "_seen",
        "_transport", "_waiting", "_writable", "gone", "scheme", "server",
    )  # fmt: skip

    def __init__(self, application: Application, connections: OpenConnections, scheme: str) -> None:
        self._application, self._all, self.scheme = application, connections, scheme
        self._at_once = application.starts_at_once
        self._seen, self._looks = -1, 0  # how many heads there were at the last look, and how often nothing changed
        self._asked: Request | None = None  # the request in hand
        self._waiting: deque[Request] = deque()
        self._last = False  # no request is taken any more; the answer to the last one closes the connection
        self._writable = True
        self.gone = asyncio.Event()  # nobody is there any more to be answered

    # What the transport calls.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self._transport = cast("asyncio.Transport", transport)
        peer, here = transport.get_extra_info("peername"), transport.get_extra_info("sockname")
        client = (str(peer[0]), int(peer[1])) if peer else None
        self.server = (str(here[0]), int(here[1])) if here else None  # our end
        self._reader = RequestReader(self._take, self._go_on, self._application.largest_body, client, self)
        self._look = self._all.loop.call_later(PATIENCE, self._look_at_it)
        self._all.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        """Let go of everything; what the application does for the request in hand goes on."""
        self._look.cancel()
        self._waiting.clear()
        self._reader.close()
        self.gone.set()
        self._all.discard(self)

    def data_received(self, data: bytes) -> None:
        """Read on, unless the last request is here."""
        if self._last:
            return
        try:
            self._reader.feed(data)
        except Refused as refused:
            self._refuse(refused.status)
        if self._waiting:
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

    # What the application calls.

    def answered(self, request: Request, answer: Answer | None) -> None:
        """Take what came of a request, unless it was answered before; None: the connection is broken off."""
        if self._asked is request:
            if answer is None:
                self.drop()
            else:
                self.answer(answer)

    def answer(self, answer: Answer) -> None:
        """Answer the request in hand, and take the next."""
        asked = self._asked
        if asked is None or self._transport.is_closing():
            return
        closes, without_body = self._last and not self._waiting, asked.method == "HEAD"
        try:
            written = write(answer, self._all.date_line, without_body=without_body, closes=closes)
        except (ValueError, KeyError):
            log.exception("an answer cannot be sent")
            written = write(WRONG, self._all.date_line, without_body=without_body, closes=closes)
        self._all.send_soon(self._transport, written)
        self._asked = None
        if closes:
            self._close()
        elif self._waiting:
            self._next()

    def drop(self) -> None:
        """Break the connection without an answer to the request in hand."""
        self._all.send()
        self._transport.abort()

    # What the listener calls.

    @property
    def rests(self) -> bool:
        """Tell whether nothing was asked, or all is answered."""
        return self._asked is None and self._reader.heads == self._reader.bodies and self._reader.taken == 0

    def end(self) -> None:
        """Close when what was asked is answered."""
        self._last = True
        if self._asked is None:
            self._close()

    def _take(self, request: Request, last: bool) -> None:
        if last:
            self._last = True
        if self._asked is not None or not self._writable:
            self._waiting.append(request)
        else:
            self._begin(request)

    def _go_on(self) -> None:
        if self._asked is None:
            self._all.send_soon(self._transport, b"HTTP/1.1 100 Continue\r\n\r\n")

    def _begin(self, request: Request) -> None:
        self._asked = request
        answering = Answering(self._application.respond(request), request, self, self._all)
        if self._at_once:
            self._all.begin_soon(answering)
        else:
            answering.begin_as_task()

    def _next(self) -> None:
        if self._waiting and self._asked is None and self._writable:
            self._begin(self._waiting.popleft())
            if not self._waiting:
                self._transport.resume_reading()

    def _refuse(self, status: int | None) -> None:
        """Read no more; say why, unless the answer to what came before is still due."""
        self._last = True
        if self._asked is None and not self._transport.is_closing():
            if status is not None:
                self._all.send_soon(self._transport, bare(status))
            self._close()

    def _close(self) -> None:
        self._all.send()
        self._transport.close()

    def _look_at_it(self) -> None:
        if self._transport.is_closing():  # and the other end does not read what it was sent
            self.drop()
            return
        reader = self._reader
        idle = self._asked is None and self._seen == reader.heads
        self._looks = self._looks + 1 if idle else 0
        if self._looks >= (LOOKS_BETWEEN_REQUESTS if self.rests and reader.heads else 1):
            self._refuse(408 if reader.heads > reader.bodies else None)
        self._seen = reader.heads if self._asked is None else -1
        self._look = self._all.loop.call_later(PATIENCE, self._look_at_it)
