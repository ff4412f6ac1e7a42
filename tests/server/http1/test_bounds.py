"""What a stranger may send over a connection, and for how long, over real sockets."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from proofkey.server import serving
from proofkey.server.http1 import connection
from proofkey.server.http1.connection import MOST_WAITING
from proofkey.server.http1.reading import LARGEST_BODY, LARGEST_HEAD
from proofkey.server.serving import Listening, bind, serve

ANSWER = b"HTTP/1.1 204 No Content\r\n"
LARGE = 100_000  # bytes


async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Answer 204; `/slow` takes its time."""
    if scope["type"] == "lifespan":
        while (await receive())["type"] != "lifespan.shutdown":
            await send({"type": "lifespan.startup.complete"})
        await send({"type": "lifespan.shutdown.complete"})
        return
    if scope["path"] == "/slow":
        await asyncio.sleep(0.5)
    if scope["path"] == "/large":
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"a" * LARGE})
        return
    await send({"type": "http.response.start", "status": 204, "headers": []})
    await send({"type": "http.response.body", "body": b""})


@pytest.fixture
async def port() -> AsyncIterator[int]:
    """The application, served as the server is."""
    ended = asyncio.Event()
    with bind("127.0.0.1", 0) as bound:
        serving = asyncio.create_task(serve([Listening(application, bound)], ended))
        yield bound.getsockname()[1]
        ended.set()
        await serving


async def pour(port: int, beginning: bytes, piece: bytes, most: int) -> tuple[bytes, int]:
    """Send a beginning and pieces until the other end has enough; give what it said, and how much was sent."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    sent = 0
    received = b""
    try:
        writer.write(beginning)
        while sent < most and not reader.at_eof():
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(0)
            sent += len(piece)
        received = await asyncio.wait_for(reader.read(), 60)
    except ConnectionError:
        pass
    finally:
        writer.close()
    return received, sent


@pytest.mark.shows("A78", "A81")
@pytest.mark.parametrize(
    ("beginning", "piece"),
    [
        (b"GET /", b"a" * 4096),
        (b"GET / HTTP/1.1\r\nHost: x\r\nX: ", b"a" * 4096),
        (b"GET / HTTP/1.1\r\nHost: x\r\n", b"x: y\r\n" * 512),
    ],
    ids=["path", "field", "fields"],
)
async def test_a_head_without_an_end_is_cut_off(port: int, beginning: bytes, piece: bytes) -> None:
    """However it is made of long or many fields, the memory it takes is bounded."""
    received, sent = await pour(port, beginning, piece, 64 * LARGEST_HEAD)
    assert received == b"" or received.startswith((b"HTTP/1.1 431 ", b"HTTP/1.1 400 "))
    assert sent < 64 * LARGEST_HEAD


@pytest.mark.parametrize("piece", [b"400\r\n" + b"a" * 1024 + b"\r\n", b"0\r\n" + b"x: y\r\n" * 512])
async def test_a_body_without_an_end_is_cut_off(port: int, piece: bytes) -> None:
    """Also as trailers."""
    beginning = b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
    received, sent = await pour(port, beginning, piece, 64 * LARGEST_BODY)
    assert received == b"" or received.startswith((ANSWER, b"HTTP/1.1 413 "))
    assert sent < 64 * LARGEST_BODY


async def test_requests_of_one_connection_are_counted_apart(port: int) -> None:
    """Together they may be as large as they like."""
    head = b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"a" * (LARGEST_HEAD // 2) + b"\r\n"
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write((head + b"\r\n") * 5 + head + b"Connection: close\r\n\r\n")
    received = await asyncio.wait_for(reader.read(), 60)
    assert received.count(ANSWER) == 6
    writer.close()


@pytest.mark.parametrize("before", [b"", b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"], ids=["new", "answered"])
@pytest.mark.parametrize("beginning", [b"GET", b"GET / HTTP/1.1\r\nHost: x\r\n"])
async def test_who_sends_no_whole_head_is_let_go(
    port: int, before: bytes, beginning: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A byte now and then keeps no connection open, neither a new one nor one that was answered."""
    monkeypatch.setattr(connection, "PATIENCE", 0.1)
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    if before:
        writer.write(before)
        await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 60)
    writer.write(beginning)
    assert await asyncio.wait_for(reader.read(), 60) == b""
    writer.close()


async def test_who_sends_nothing_is_let_go(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """A connection without a request holds one of the process's files as well."""
    monkeypatch.setattr(connection, "PATIENCE", 0.1)
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    assert await asyncio.wait_for(reader.read(), 60) == b""
    writer.close()


async def test_who_comes_when_the_most_are_connected(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Where all the others are at work he is turned away, and the log tells; where one rests, he takes its place."""
    monkeypatch.setattr(serving, "MOST", 3)
    whole = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
    begun = b"POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n"
    ended = asyncio.Event()

    async def said(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, asked: bytes) -> bytes:
        try:
            writer.write(asked)
            return (await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 60)).split(b"\r\n")[0]
        except (ConnectionError, asyncio.IncompleteReadError):
            return b"turned away"

    with bind("127.0.0.1", 0) as bound:
        work, address = asyncio.create_task(serve([Listening(application, bound)], ended)), bound.getsockname()
        here = [await asyncio.open_connection(*address) for _ in range(3)]
        assert [await said(*each, begun) for each in here] == [b"HTTP/1.1 100 Continue"] * 3
        late = await asyncio.open_connection(*address)
        assert await said(*late, whole) == b"turned away"
        assert await said(*here[1], b"a") == b"HTTP/1.1 204 No Content"
        later = await asyncio.open_connection(*address)
        assert await said(*later, whole) == b"HTTP/1.1 204 No Content"
        assert await asyncio.wait_for(here[1][0].read(), 60) == b"", "who rests makes room"
        assert [await said(*here[at], b"a") for at in (0, 2)] == [b"HTTP/1.1 204 No Content"] * 2
        for _, writer in (*here, late, later):
            writer.close()
        ended.set()
        await work
    assert "1 connections were turned away: 3 are open" in caplog.text


async def test_who_waits_for_an_answer_is_not_let_go(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor is he who may send another request on the same connection."""
    monkeypatch.setattr(connection, "PATIENCE", 0.1)
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for _ in range(2):
        writer.write(b"GET /slow HTTP/1.1\r\nHost: x\r\n\r\n")
        assert (await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 60)).startswith(ANSWER)
        await asyncio.sleep(0.25)
    writer.close()


@pytest.mark.parametrize(
    "begun", [b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n", b"GET / HTTP/1.1\r\nHos"]
)
async def test_a_request_that_never_becomes_whole_is_told_so(
    port: int, begun: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """408 where the head was there (RFC 9110 15.5.9); who sent no head hears nothing."""
    monkeypatch.setattr(connection, "PATIENCE", 0.1)
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(begun + b"a=b" if begun.startswith(b"POST") else begun)
    received = await asyncio.wait_for(reader.read(), 60)
    assert received.startswith(b"HTTP/1.1 408 ") if begun.startswith(b"POST") else received == b""
    writer.close()


async def test_who_asks_far_ahead_is_let_go(port: int) -> None:
    """Requests that wait take memory; nobody sends hundreds before the first is answered."""
    request = b"GET /slow HTTP/1.1\r\nHost: x\r\n\r\n"
    received, _ = await pour(port, b"", request * 500, 64 * len(request) * MOST_WAITING)
    assert received.count(ANSWER) <= 1


async def test_who_does_not_read_his_answers_is_asked_nothing_more(port: int) -> None:
    """Answers that nobody reads are not heaped up: the next request waits."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=2**14)
    asked = b"GET /large HTTP/1.1\r\nHost: x\r\n\r\n"
    writer.write(asked * 100)
    await writer.drain()
    received = 0
    for _ in range(100):  # read slowly: everything arrives all the same, in order
        head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 60)
        length = int(head.partition(b"content-length: ")[2].partition(b"\r\n")[0])
        received += len(await asyncio.wait_for(reader.readexactly(length), 60))
    assert received == 100 * LARGE
    writer.close()
