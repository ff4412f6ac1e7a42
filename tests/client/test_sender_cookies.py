"""A sender serves many people: a cookie that a server sets for one of them goes nowhere."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from proofkey.client.sending import HttpxAsyncSend, HttpxSend
from proofkey.core.wire import HttpRequest


@pytest.fixture
def cookies_seen() -> Iterator[tuple[str, list[str | None]]]:
    """A server that sets a cookie with every answer, and notes what comes back."""
    seen: list[str | None] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            seen.append(self.headers["cookie"])
            self.send_response(200)
            self.send_header("Set-Cookie", "person=ada; Path=/")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Print nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/", seen
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.shows("A39")
async def test_no_cookie_is_kept(cookies_seen: tuple[str, list[str | None]]) -> None:
    """Neither sender sends what it was given before."""
    url, seen = cookies_seen
    blocking, awaited = HttpxSend(), HttpxAsyncSend()
    for _ in range(2):
        blocking(HttpRequest("GET", url))
        await awaited(HttpRequest("GET", url))
    blocking.close()
    await awaited.aclose()
    assert seen == [None] * 4
