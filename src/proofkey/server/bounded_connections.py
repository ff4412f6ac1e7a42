"""How much a connection may send for one request, and how long it may take: uvicorn's protocol, which sets no bounds.

The parser keeps a head until it is complete, however long that is; so bytes are counted as they come. Whoever sends a
head a byte at a time is let go, too: each such connection holds one of the process's files.
"""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

LARGEST_HEAD = 64 * 1024  # bytes: request line and fields; a query has at most 16 KiB
LARGEST_BODY = 1024 * 1024  # bytes, with chunk sizes and trailers; the application refuses a form far below it
PATIENCE = 20.0  # seconds; who waits for longer between two looks is let go at the second
_REFUSAL = b"content-length: 0\r\nconnection: close\r\n\r\n"


class BoundedConnections(HttpToolsProtocol):
    """Counts what has come since the last head, or body, was complete."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._taken, self._most = 0, LARGEST_HEAD
        self._heads = 0  # complete ones
        self._waited_at = -1  # how many there were when the last look found nothing but waiting
        self._look: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn's
        """Begin to look."""
        super().connection_made(transport)
        self._look = self.loop.call_later(PATIENCE, self._look_at_it)

    def connection_lost(self, exc: Exception | None) -> None:
        """Look no more."""
        if self._look is not None:
            self._look.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take what came, and no more than fits."""
        self._taken += len(data)
        super().data_received(data)
        if self._taken > self._most and not self.transport.is_closing():
            if self._most == LARGEST_HEAD:
                self.transport.write(STATUS_LINE[431] + _REFUSAL)
            self.transport.close()

    def on_headers_complete(self) -> None:
        """Count the body from here on."""
        self._taken, self._most = 0, LARGEST_BODY
        self._heads += 1
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """Count the next head from here on."""
        self._taken, self._most = 0, LARGEST_HEAD
        super().on_message_complete()

    def _look_at_it(self) -> None:
        answered = self.cycle is None or self.cycle.response_complete
        # Between two requests uvicorn's own timer runs, until the first byte of the next one.
        waits = answered and self.timeout_keep_alive_task is None
        if waits and self._waited_at == self._heads:
            self.transport.close()
            return
        self._waited_at = self._heads if waits else -1
        self._look = self.loop.call_later(PATIENCE, self._look_at_it)
