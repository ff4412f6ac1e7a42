"""Serves applications of ASGI (asgi.readthedocs.io, HTTP 2.3): a whole request goes in, the answer is gathered.

It leaves with its last part, so nothing is streamed; what an application does after that goes on.
"""

from __future__ import annotations

import asyncio
from typing import Any

from proofkey.server.http import Answer, Request, Scope
from proofkey.server.http1.connection import Connection
from proofkey.server.http1.reading import LARGEST_BODY

_BODILESS = (204, 304)
CONNECTION = "proofkey.connection"  # in the scope: the `Connection` that a request came over
_ASGI = {"version": "3.0", "spec_version": "2.3"}


class Adapted:
    """An ASGI application as an `Application`."""

    starts_at_once = False  # anyio, which most of them stand on, asks for the task
    largest_body = LARGEST_BODY // 2

    def __init__(self, application: Any) -> None:
        self._application = application

    async def respond(self, request: Request) -> Answer | None:
        """Run the application for one request. Raises RuntimeError where it answers nothing."""
        if len(request.body) > self.largest_body:
            return Answer(413, (("content-length", "0"),))
        connection = request.connection
        assert connection is not None  # noqa: S101  # a listener serves what came over its connections
        exchange = _Exchange(request, connection)
        await self._application(_scope(request, connection), exchange.receive, exchange.send)
        if not exchange.sent and not exchange.connection.gone.is_set():
            raise RuntimeError("the application gave no answer")
        return None


def _scope(request: Request, connection: Connection) -> Scope:
    return {
        "type": "http",
        "asgi": _ASGI,
        "root_path": "",
        "state": {},
        "client": request.client,
        "server": connection.server,
        "scheme": connection.scheme,
        CONNECTION: connection,
        "http_version": request.version,
        "method": request.method,
        "path": request.path,
        "raw_path": request.raw_path,
        "query_string": request.raw_query,
        "headers": request.headers,
    }


class _Exchange:
    def __init__(self, request: Request, connection: Connection) -> None:
        self.connection = connection
        self.sent = False
        self._is_head = request.method == "HEAD"
        self._answered = asyncio.Event()
        self._body: bytes | None = request.body
        self._answer = Answer(0)
        self._parts: list[bytes] = []

    async def receive(self) -> dict[str, Any]:
        if self._body is not None:
            event = {"type": "http.request", "body": self._body, "more_body": False}
            self._body = None
            return event
        waiting = [asyncio.ensure_future(event.wait()) for event in (self._answered, self.connection.gone)]
        try:
            await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for each in waiting:
                each.cancel()
        return {"type": "http.disconnect"}

    async def send(self, event: dict[str, Any]) -> None:
        if event["type"] == "http.response.start":
            self._answer.status = event["status"]
            self._answer.headers = [(bytes(name).lower(), bytes(value)) for name, value in event.get("headers", ())]
            return
        if event["type"] != "http.response.body" or not self._answer.status or self.sent:
            raise RuntimeError(f"{event['type']} does not come next")
        self._parts.append(event.get("body", b""))
        if event.get("more_body"):
            return
        self._answer.body = b"".join(self._parts)
        self._say_length()
        self.sent = True
        self.connection.answer(self._answer)
        self._answered.set()

    def _say_length(self) -> None:
        answer = self._answer
        answer.headers = [pair for pair in answer.headers if pair[0] not in (b"transfer-encoding", b"connection")]
        if answer.status in _BODILESS:
            answer.body = b""
        elif not any(name == b"content-length" for name, _ in answer.headers) and not self._is_head:
            answer.headers.append((b"content-length", b"%d" % len(answer.body)))
