"""Answers in one piece, over real sockets: the same octets as in the ASGI way, and no header more than was meant."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from proofkey.server.app import WHOLE_ANSWER
from proofkey.server.serving import Listening, bind, serve

BODY = b'{"access_token":"x"}'


async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Answer whole where the path asks for it, else in the ASGI way; `/torn` holds a line break in a header."""
    if scope["type"] == "lifespan":
        while (await receive())["type"] != "lifespan.shutdown":
            await send({"type": "lifespan.startup.complete"})
        await send({"type": "lifespan.shutdown.complete"})
        return
    if scope["method"] == "POST":
        await receive()
    body = b"" if scope["method"] == "HEAD" else BODY + scope["query_string"]
    length = str(len(BODY + scope["query_string"])).encode()
    value = b"a\r\nset-cookie: b" if scope["path"] == "/torn" else b"a"
    headers = [(b"content-length", length), (b"x-test", value)]
    if scope["path"] != "/apart":
        assert scope[WHOLE_ANSWER](200, headers, body)
        return
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


@pytest.fixture
async def port() -> AsyncIterator[int]:
    """The application under uvicorn, as the server runs it."""
    ended = asyncio.Event()
    with bind("127.0.0.1", 0) as bound:
        serving = asyncio.create_task(serve([Listening(application, bound)], ended))
        yield bound.getsockname()[1]
        ended.set()
        await serving


async def exchange(port: int, *requests: bytes) -> bytes:
    """Send requests at once over one connection, the last of which closes it; give all that comes back, undated."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"".join(requests))
    received = await asyncio.wait_for(reader.read(), 10)
    writer.close()
    await writer.wait_closed()
    return b"\r\n".join(line for line in received.split(b"\r\n") if not line.startswith(b"date: "))


def request(path: str, method: str = "GET", *, close: bool = True, body: bytes = b"") -> bytes:
    """Write a request."""
    head = f"{method} {path} HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n"
    return (head + ("Connection: close\r\n" if close else "") + "\r\n").encode() + body


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
@pytest.mark.parametrize("close", [True, False])
async def test_both_ways_send_the_same_octets(port: int, method: str, close: bool) -> None:
    """Whatever the method, and whether or not the connection stays."""
    both = [
        await exchange(port, request(path, method, close=close, body=b"a=b"), *([] if close else [request("/apart")]))
        for path in ("/whole", "/apart")
    ]
    assert both[0] == both[1]
    assert both[0].startswith(b"HTTP/1.1 200 OK\r\n")
    assert (BODY in both[0]) == (method != "HEAD" or not close)


async def test_requests_sent_at_once_are_answered_in_order(port: int) -> None:
    """Pipelining, whichever way each is answered."""
    paths = ["/whole?1", "/apart?2", "/whole?3", "/whole?4"]
    received = await exchange(port, *(request(path, close=path == paths[-1]) for path in paths))
    assert [received.index(BODY + digit) for digit in (b"1", b"2", b"3", b"4")] == sorted(
        received.index(BODY + digit) for digit in (b"1", b"2", b"3", b"4")
    )
    assert received.count(b"HTTP/1.1 200 OK") == 4


async def test_a_line_break_in_a_header_is_never_sent(port: int) -> None:
    """It would be a header of the attacker's choice."""
    received = await exchange(port, request("/torn"))
    assert received.startswith(b"HTTP/1.1 500 ")
    assert b"set-cookie" not in received


async def test_a_client_that_reads_slowly_is_sent_its_answer_in_the_asgi_way(port: int) -> None:
    """Where writing is paused, nothing is heaped up in memory: the offer is refused."""
    from types import SimpleNamespace

    from proofkey.server.whole_answers import answer

    cycle: Any = SimpleNamespace(disconnected=False, response_started=False, flow=SimpleNamespace(write_paused=True))
    assert answer(cycle, 200, [], b"") is False
