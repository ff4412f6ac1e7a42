"""A small HTTP listener for this machine only: what `doctor --web` and `watch` have in common.

Loopback clients, a Host that is ours (against DNS rebinding), bounded bodies, a bounded number of connections.
"""

from __future__ import annotations

import ipaddress
import socket
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import BoundedSemaphore
from typing import Any

MAX_CONNECTIONS = 64
TIMEOUT = 60.0  # seconds that a silent connection is kept


class LoopbackServer(ThreadingHTTPServer):
    """Listens on a loopback address; every connection has a thread.

    Raises ValueError for an address that is not loopback, OSError where it cannot listen.
    """

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, host: str, port: int, handler: type[LoopbackHandler]) -> None:
        address = "127.0.0.1" if host == "localhost" else host
        if not is_loopback(address):
            raise ValueError(f"{host} is no address of this machine alone")
        self.address_family = socket.AF_INET6 if ":" in address else socket.AF_INET
        super().__init__((address, port), handler)
        bound = self.server_address[1]
        shown = f"[{address}]" if ":" in address else address
        self.origin = f"http://{shown}:{bound}"
        self.hosts = frozenset(f"{name}:{bound}" for name in (shown, "localhost"))
        self._free = BoundedSemaphore(MAX_CONNECTIONS)

    @property
    def port(self) -> int:
        """The port that is listened on."""
        return int(self.server_address[1])

    def verify_request(self, request: Any, client_address: Any) -> bool:
        """Take connections from this machine only."""
        return is_loopback(client_address[0])

    def process_request(self, request: Any, client_address: Any) -> None:
        """Start a thread, or hang up where there are too many."""
        if self._free.acquire(blocking=False):
            super().process_request(request, client_address)
        else:
            self.shutdown_request(request)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Serve a connection and give its place back."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._free.release()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of a client that went away; a traceback could quote what it sent."""


class LoopbackHandler(BaseHTTPRequestHandler):
    """Reads requests and writes answers; subclasses decide."""

    protocol_version = "HTTP/1.1"
    server_version = "proofkey"
    sys_version = ""
    timeout = TIMEOUT
    server: LoopbackServer

    def log_message(self, *words: Any) -> None:
        """Write nothing: a request line may hold a code."""

    def refuse_strangers(self) -> bool:
        """Answer a request whose Host is not ours, or whose target is no path of ours; tell whether it was."""
        hosts = self.headers.get_all("Host") or []
        if len(hosts) == 1 and hosts[0].lower() in self.server.hosts and self.path.startswith("/"):
            return False
        self.say(421, "This address is for programs of this machine that ask for it by its own name.")
        return True

    def read_body(self, limit: int) -> bytes | None:
        """Read the request's body; None where it was refused and answered."""
        lengths = self.headers.get_all("Content-Length") or ["0"]
        if self.headers.get("Transfer-Encoding"):
            self.close_connection = True
            self.say(411, "Send a Content-Length; a body in chunks is not read.")
            return None
        if len(lengths) != 1 or not lengths[0].isascii() or not lengths[0].isdigit() or len(lengths[0]) > 12:
            self.close_connection = True
            self.say(400, "The Content-Length is no length.")
            return None
        length = int(lengths[0])
        if length <= limit:
            return self.rfile.read(length)
        # A browser shows the answer only after it has sent everything.
        left = min(length, 10 * limit)
        while left > 0 and (piece := self.rfile.read(min(left, 1 << 20))):
            left -= len(piece)
        self.close_connection = True
        self.say(413, f"The body is larger than {limit:,} octets.")
        return None

    def say(self, status: int, sentence: str) -> None:
        """Answer with a sentence."""
        self.reply(status, f"{sentence}\n".encode(), {"Content-Type": "text/plain; charset=utf-8"})

    def reply(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        """Answer with a body; nothing of it is kept by a cache."""
        self.send_response_only(status)
        for name, value in {**headers, "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)


def is_loopback(address: str) -> bool:
    """Tell whether an IP address is of this machine alone."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    mapped = getattr(parsed, "ipv4_mapped", None)
    return bool((mapped or parsed).is_loopback)
