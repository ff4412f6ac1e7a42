"""Listens on a loopback literal for the one request that ends a login, and closes (RFC 8252 7.3, 8.3)."""

from __future__ import annotations

import os
import queue
import re
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer
from types import TracebackType
from typing import Any, Self

from proofkey.client.callback_requests import NOT_SO, Awaited, Reply, judge
from proofkey.core.errors import Misuse

_REDIRECT = re.compile(r"http://(127\.0\.0\.1|\[::1\]|localhost)(?::([1-9]\d{0,4}))?((?:/[!-~]*)?)")
_SECONDS_FOR_A_REQUEST = 5.0
_AT_A_TIME = 32  # connections that are listened to

_HEADERS = (
    ("Content-Type", "text/html; charset=utf-8"),
    ("Cache-Control", "no-store"),
    ("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"),
    ("Referrer-Policy", "no-referrer"),
    ("X-Content-Type-Options", "nosniff"),
    ("Connection", "close"),
)


class CallbackListener:
    """A listener for one login. `redirect_uri` has the port; what arrives is in `callbacks`."""

    def __init__(self, redirect_uri: str) -> None:
        """Bind the address of a loopback redirect URI, any free port where it names none. Raises Misuse."""
        found = _REDIRECT.fullmatch(redirect_uri)
        if found is None or "?" in redirect_uri or "#" in redirect_uri:
            raise Misuse("a program listens on a redirect URI such as http://127.0.0.1/callback (RFC 8252 7.3)")
        host, port, path = found[1], int(found[2] or 0), found[3]
        self.callbacks: queue.Queue[str] = queue.Queue()
        self.awaited: Awaited | None = None
        try:
            self._server = _Server(("::1" if host == "[::1]" else "127.0.0.1", port), _handler(self))
        except (OSError, OverflowError) as error:
            raise Misuse(f"cannot listen on {host}:{port or 'any port'}: {error}") from None
        self.redirect_uri = f"http://{host}:{self._server.server_address[1]}{path}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    def await_answer(self, state: str) -> Awaited:
        """Begin to answer; from now on a request with this state is the one."""
        self.awaited = Awaited(self.redirect_uri, state)
        self._thread.start()
        return self.awaited

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = _AT_A_TIME
    # A port that is named is free again at once after a login. Elsewhere this would let two programs have it.
    allow_reuse_address = os.name == "posix"
    allow_reuse_port = False

    def __init__(self, address: tuple[str, int], handler: type[BaseHTTPRequestHandler]) -> None:
        self.address_family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        self._places = threading.BoundedSemaphore(_AT_A_TIME)
        super().__init__(address, handler)

    def server_bind(self) -> None:
        TCPServer.server_bind(self)  # HTTPServer's own asks a name server who we are

    def process_request(self, request: Any, client_address: Any) -> None:
        if self._places.acquire(blocking=False):
            super().process_request(request, client_address)
        else:
            self.shutdown_request(request)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._places.release()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: whoever broke the connection is not the program's user."""


def _handler(listener: CallbackListener) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        timeout = _SECONDS_FOR_A_REQUEST
        server_version, sys_version = "proofkey", ""

        def parse_request(self) -> bool:
            # Any method is answered by the one judgement below.
            if not super().parse_request():
                return False
            awaited = listener.awaited
            headers = {name.lower(): value for name, value in self.headers.items()}
            if awaited is not None:
                self._answer(judge(self.command, self.path, headers, awaited))
            self.close_connection = True
            return False

        def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
            # The standard page and status line would repeat what was sent.
            self._answer(Reply(code, NOT_SO))

        def _answer(self, reply: Reply) -> None:
            body = reply.page.encode()
            self.send_response(reply.status)
            for name, value in _HEADERS:
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)
            self.wfile.flush()
            if reply.callback is not None:
                listener.callbacks.put(reply.callback)  # after the page, which must not be cut off

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            """Log nothing: a request line holds the code."""

    return Handler
