"""Requests and answers over real sockets: what may stand in a request (RFC 9112), in which order answers come, and that
no header more is sent than was meant.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proofkey.server.http import Answer, Request
from proofkey.server.http1.writing import TornHeader, write
from proofkey.server.serving import Listening, bind, serve

BODY = b'{"access_token":"x"}'


async def live(receive: Any, send: Any) -> None:
    """Begin and end."""
    while (await receive())["type"] != "lifespan.shutdown":
        await send({"type": "lifespan.startup.complete"})
    await send({"type": "lifespan.shutdown.complete"})


def answer_to(request: Request) -> bytes:
    """Give back what came: the names of the headers, or query and body."""
    if request.path == "/names":
        return BODY + b",".join(name for name, _ in request.headers)
    return BODY + request.raw_query + request.body


def status_of(path: str) -> int:
    """Give the status to answer with."""
    return 299 if path == "/odd" else 200


async def of_asgi(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Answer in the way of ASGI; `/torn` holds a line break in a header, `/odd` has a status that is none."""
    if scope["type"] == "lifespan":
        await live(receive, send)
        return
    if scope["path"] == "/silent":
        return
    event = await receive()
    body = answer_to(Request.of_asgi(scope, event["body"]))
    value = b"a\r\nset-cookie: b" if scope["path"] == "/torn" else b"a"
    headers = [(b"content-length", b"%d" % len(body)), (b"x-test", value)]
    await send({"type": "http.response.start", "status": status_of(scope["path"]), "headers": headers})
    if scope["path"] == "/parts":
        await send({"type": "http.response.body", "body": body[:3], "more_body": True})
        await send({"type": "http.response.body", "body": body[3:]})
        assert (await receive())["type"] == "http.disconnect"
    elif scope["path"] == "/stops":
        await send({"type": "http.response.body", "body": body[:3], "more_body": True})
        raise RuntimeError("the application stops")
    else:
        await send({"type": "http.response.body", "body": body})


class Whole:
    """Answers the same as a whole."""

    starts_at_once = True
    largest_body = 1000

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        """Live."""
        await live(receive, send)

    async def respond(self, request: Request) -> Answer | None:
        """Answer."""
        if request.path == "/silent":
            return None
        if request.path == "/slow":
            await asyncio.sleep(0.05)
        request.body = request.body[:1000]
        text = answer_to(request)
        value = "a\r\nset-cookie: b" if request.path == "/torn" else "a"
        return Answer(status_of(request.path), (("content-length", str(len(text))), ("x-test", value)), text)


@pytest.fixture(params=[lambda: of_asgi, Whole], ids=["asgi", "whole"])
async def port(request: pytest.FixtureRequest) -> AsyncIterator[int]:
    """Both kinds of application, served as the server is."""
    make: Callable[[], Any] = request.param
    ended = asyncio.Event()
    with bind("127.0.0.1", 0) as bound:
        serving = asyncio.create_task(serve([Listening(make(), bound)], ended))
        yield bound.getsockname()[1]
        ended.set()
        await serving


async def exchange(port: int, *requests: bytes) -> bytes:
    """Send requests at once over one connection, the last of which closes it; give all that comes back, undated."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"".join(requests))
    received = await asyncio.wait_for(reader.read(), 60)
    writer.close()
    await writer.wait_closed()
    return b"\r\n".join(line for line in received.split(b"\r\n") if not line.startswith(b"date: "))


def request(path: str, method: str = "GET", *, close: bool = True, body: bytes = b"") -> bytes:
    """Write a request."""
    head = f"{method} {path} HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n"
    return (head + ("Connection: close\r\n" if close else "") + "\r\n").encode() + body


async def test_an_answer_says_what_the_application_said(port: int) -> None:
    """Status, headers and body, a date, and that the connection ends."""
    received = await exchange(port, request("/?q", body=b"a=b", method="POST"))
    expected = b"HTTP/1.1 200 OK\r\ncontent-length: 24\r\nx-test: a\r\nconnection: close\r\n\r\n" + BODY + b"qa=b"
    assert received == expected


async def test_head_has_the_headers_of_get_and_no_body(port: int) -> None:
    """RFC 9110 9.3.2."""
    received = await exchange(port, request("/", "HEAD"))
    assert received == b"HTTP/1.1 200 OK\r\ncontent-length: 20\r\nx-test: a\r\nconnection: close\r\n\r\n"


async def test_requests_sent_at_once_are_answered_in_order(port: int) -> None:
    """Pipelining (RFC 9112 9.3.2), also where the first takes its time."""
    received = await exchange(port, *(request(f"/slow?{n}", close=n == 4) for n in (1, 2, 3, 4)))
    found = [received.index(BODY + b"%d" % n) for n in (1, 2, 3, 4)]
    assert found == sorted(found)
    assert received.count(b"HTTP/1.1 200 OK") == 4


@pytest.mark.parametrize("cut", [1, 5, 30, 50, 60])
async def test_a_request_may_come_in_pieces(port: int, cut: int) -> None:
    """Wherever the network cuts it, target, names and body included."""
    whole = request("/long-path?query=1", "POST", body=b"code=abc&b=c")
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for at in range(0, len(whole), cut):
        writer.write(whole[at : at + cut])
        await writer.drain()
        await asyncio.sleep(0)
    received = await asyncio.wait_for(reader.read(), 60)
    assert received.endswith(BODY + b"query=1code=abc&b=c")
    writer.close()


async def test_a_chunked_body_is_read(port: int) -> None:
    """RFC 9112 7.1."""
    head = b"POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
    received = await exchange(port, head + b"3\r\na=b\r\n2;x=y\r\n&c\r\n0\r\n\r\n")
    assert received.endswith(BODY + b"a=b&c")


@pytest.mark.parametrize("trailer", [b"Expect: 100-continue", b"Host: evil.example", b"X-Test: 1\r\nX-Test: 2"])
async def test_trailers_count_for_nothing(port: int, trailer: bytes) -> None:
    """A header behind the body could say what a proxy in front took out (RFC 9110 6.5.1); nor does it meet the next."""
    head = b"POST /names HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
    sent = head + b"3\r\na=b\r\n0\r\n" + trailer + b"\r\n\r\n"
    received = await exchange(port, sent, sent, request("/names"))
    assert received.count(BODY + b"host,transfer-encoding") == 2
    assert received.endswith(BODY + b"host,content-length,connection")


@pytest.mark.parametrize("word", [b"100-continue", b"100-Continue"])
async def test_who_waits_for_a_word_before_the_body_gets_it(port: int, word: bytes) -> None:
    """100-continue (RFC 9110 10.1.1)."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request("/", "POST", body=b"a=b").replace(b"Host: x", b"Host: x\r\nExpect: " + word)[:-3])
    assert (await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 60)) == b"HTTP/1.1 100 Continue\r\n\r\n"
    writer.write(b"a=b")
    assert (await asyncio.wait_for(reader.read(), 60)).endswith(BODY + b"a=b")
    writer.close()


async def test_http_1_0_hears_no_word_before_its_answer(port: int) -> None:
    """It would take 100 for the answer (RFC 9110 15.2)."""
    asked = request("/", "POST", body=b"a=b").replace(b"Host: x", b"Host: x\r\nExpect: 100-continue")
    received = await exchange(port, asked.replace(b"HTTP/1.1", b"HTTP/1.0"))
    assert received.startswith(b"HTTP/1.1 200 OK\r\n")


@pytest.mark.parametrize(
    "wrong",
    [
        b"GET / HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\na",
        b"GET / HTTP/1.1\r\nHost: x\r\nX : y\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\n X: folded\r\n\r\n",
        b"GET /#fragment HTTP/1.1\r\nHost: x\r\n\r\n",
        b"OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET / HTTP/3.0\r\nHost: x\r\n\r\n",
        b"\x16\x03\x01\x00\xa5\x01",
    ],
)
async def test_what_is_no_request_is_refused(port: int, wrong: bytes) -> None:
    """Above all what two servers in a row would read differently (RFC 9112 3.2, 5.1, 5.2, 6.3)."""
    received = await exchange(port, wrong)
    assert received.startswith(b"HTTP/1.1 400 Bad Request\r\n")
    assert BODY not in received


async def test_a_sound_request_before_a_bad_one_is_answered(port: int) -> None:
    """The bad one ends the connection, and the answer to the first is not lost."""
    received = await exchange(port, request("/slow?1", close=False), b"\x00\x00\r\n\r\n")
    assert received.count(b"HTTP/1.1 200 OK") == 1
    assert received.endswith(BODY + b"1")


async def test_a_target_may_be_absolute(port: int) -> None:
    """RFC 9112 3.2.2: as to a proxy."""
    received = await exchange(port, request("http://x/path?q=1"))
    assert received.endswith(BODY + b"q=1")


@pytest.mark.parametrize("headers", [b"", b"Connection: keep-alive\r\n"])
async def test_the_older_protocol_gets_one_answer(port: int, headers: bytes) -> None:
    """HTTP/1.0: the connection ends, whatever it asks for, and no Host is needed."""
    assert (await exchange(port, b"GET /?old HTTP/1.0\r\n" + headers + b"\r\n")).endswith(BODY + b"old")


@pytest.mark.parametrize("protocol", [b"websocket", b"h2c"])
async def test_no_other_protocol_is_spoken(port: int, protocol: bytes) -> None:
    """A wish to go on in another one is not heard (RFC 9110 7.8)."""
    wish = b"GET /?q HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: " + protocol + b"\r\n\r\n"
    assert (await exchange(port, wish)).endswith(BODY + b"q")


@pytest.mark.parametrize("path", ["/torn", "/odd", "/silent", "/stops"])
async def test_an_application_that_fails_sends_nothing_of_it(
    port: int, path: str, caplog: pytest.LogCaptureFixture
) -> None:
    """A line break in a header would be a header of the attacker's choice; half an answer would look whole."""
    received = await exchange(port, request(path))
    if path == "/silent" and b"HTTP" not in received:
        return  # a whole application says so by giving nothing
    if path != "/stops" or b"500" in received:
        assert received.startswith(b"HTTP/1.1 500 ")
        assert caplog.records
    assert b"set-cookie" not in received


@given(st.lists(st.tuples(st.binary(min_size=1, max_size=5), st.binary(max_size=8)), max_size=5), st.binary(max_size=9))
def test_no_header_can_add_a_line(headers: list[tuple[bytes, bytes]], body: bytes) -> None:
    """Whatever bytes stand in names and values, an answer has as many lines as it has headers, or is not written."""
    answer = Answer(200, (), body)
    answer.headers = headers
    try:
        written = write(answer, b"date: x\r\n", without_body=False, closes=False)
    except TornHeader:
        assert any(b"\r" in text or b"\n" in text for pair in headers for text in pair)
        return
    head, _, sent = written.partition(b"\r\n\r\n")
    assert len(head.split(b"\r\n")) == len(headers) + 2
    assert sent == body


async def test_parts_are_gathered_and_their_end_is_told() -> None:
    """An ASGI application may send in parts, and hears when its answer is out."""
    ended = asyncio.Event()
    with bind("127.0.0.1", 0) as bound:
        serving = asyncio.create_task(serve([Listening(of_asgi, bound)], ended))
        assert (await exchange(bound.getsockname()[1], request("/parts"))).endswith(b"\r\n\r\n" + BODY)
        ended.set()
        await serving
