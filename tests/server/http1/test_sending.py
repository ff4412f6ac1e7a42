"""Answers of one turn of the loop leave together, and none is lost where a connection ends."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from proofkey.server.http import Answer, Request
from proofkey.server.http1.connection import Connection
from proofkey.server.http1.open_connections import OpenConnections


class Noting:
    """An application that notes what it is asked, and a transport that notes what it is to do."""

    starts_at_once = True
    largest_body = 100

    def __init__(self) -> None:
        self.notes: list[str] = []

    async def respond(self, request: Request) -> Answer:
        """Answer at once."""
        self.notes.append(f"asked {request.path}")
        return Answer(204)

    def connect(self, together: OpenConnections) -> Connection:
        """Give a connection to itself."""
        connection = Connection(self, together, "http")
        connection.connection_made(_Transport(self.notes))
        return connection


class _Transport(asyncio.Transport):
    def __init__(self, notes: list[str]) -> None:
        super().__init__()
        self._notes = notes
        self._closed = False

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        return ("127.0.0.1", 1)

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self._notes.append(f"sent {bytes(data).split()[1].decode()}")

    def is_closing(self) -> bool:
        return self._closed

    def close(self) -> None:
        self._closed = True
        self._notes.append("closed")

    def abort(self) -> None:
        self._closed = True
        self._notes.append("broken off")


def request(path: str, *headers: str) -> bytes:
    """Write a GET."""
    return "\r\n".join([f"GET {path} HTTP/1.1", "Host: here", *headers, "", ""]).encode()


async def _turns(count: int = 3) -> None:
    for _ in range(count):
        await asyncio.sleep(0)


async def test_what_arrives_together_is_answered_together() -> None:
    """All is read before the first is asked, and all are asked before the first is sent."""
    application, together = Noting(), OpenConnections()
    for path in ("/a", "/b", "/c"):
        application.connect(together).data_received(request(path))
    assert application.notes == []
    await _turns()
    assert application.notes == ["asked /a", "asked /b", "asked /c", *["sent 204"] * 3]


async def test_an_answer_leaves_before_its_connection_closes() -> None:
    """Where the other end wants no more of it, and where the server ends."""
    application, together = Noting(), OpenConnections()
    application.connect(together).data_received(request("/", "Connection: close"))
    await _turns()
    assert application.notes == ["asked /", "sent 204", "closed"]


async def test_an_answer_leaves_before_what_follows_it_is_refused() -> None:
    """A sound request and a bad one in one piece: both answers, in this order."""
    application, together = Noting(), OpenConnections()
    connection = application.connect(together)
    connection.data_received(request("/"))
    await asyncio.sleep(0)  # asked and answered, and not yet sent
    connection.data_received(b"no request\r\n\r\n")
    await _turns()
    assert application.notes == ["asked /", "sent 204", "sent 400", "closed"]


@pytest.mark.parametrize("how", ["end", "drop"])
async def test_an_answer_leaves_before_the_server_lets_go(how: str) -> None:
    """In peace or not."""
    application, together = Noting(), OpenConnections()
    connection = application.connect(together)
    connection.data_received(request("/"))
    await asyncio.sleep(0)
    getattr(connection, how)()
    await _turns()
    assert application.notes == ["asked /", "sent 204", {"end": "closed", "drop": "broken off"}[how]]


async def test_nothing_is_sent_to_who_has_gone() -> None:
    """His answer is dropped, the others' are not."""
    application, together = Noting(), OpenConnections()
    gone, there = application.connect(together), application.connect(together)
    for connection in (gone, there):
        connection.data_received(request("/"))
    await asyncio.sleep(0)
    gone._transport.abort()
    await _turns()
    assert application.notes == ["asked /", "asked /", "broken off", "sent 204"]
