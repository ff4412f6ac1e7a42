"""Serves /metrics on an address of its own: never on the public one, where anybody could read the server's load."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from proofkey.server.http import Scope
from proofkey.server.metrics.exposition import CONTENT_TYPE
from proofkey.server.metrics.page import metrics_page
from proofkey.server.running import Server

Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]


class MetricsListener:
    """An ASGI application with one page."""

    def __init__(self, server: Server) -> None:
        self._server = server

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection event of ASGI."""
        if scope["type"] == "lifespan":
            await _live(receive, send)
        elif scope["type"] == "http":
            if scope["path"] == "/metrics" and scope["method"] in ("GET", "HEAD"):
                status, body = 200, metrics_page(self._server).encode()
            else:
                status, body = 404, b"The metrics are at /metrics.\n"
            headers = [(b"content-type", CONTENT_TYPE.encode()), (b"content-length", b"%d" % len(body))]
            await send({"type": "http.response.start", "status": status, "headers": headers})
            await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})


async def _live(receive: Receive, send: Send) -> None:
    while True:
        event = await receive()
        await send({"type": f"{event['type']}.complete"})
        if event["type"] == "lifespan.shutdown":
            return
