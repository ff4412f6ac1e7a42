"""A tiny authorization server that does every second login wrong, in one of several ways, and counts the right ones."""

from __future__ import annotations

import hashlib
import itertools
import json
import threading
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit


class Stub(ThreadingHTTPServer):
    """The server; `fault` names what goes wrong with every second login."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, fault: str = "") -> None:
        """Listen on a port that the system chooses."""
        super().__init__(("127.0.0.1", 0), Handler)
        self.fault = fault
        self.numbers = itertools.count()
        self.challenges: dict[str, tuple[str, bool]] = {}  # by code: the challenge, and whether this login is a bad one
        self.spent: set[str] = set()
        self.right = 0
        self.lock = threading.Lock()


class Handler(BaseHTTPRequestHandler):
    """The two endpoints of a login, and an API."""

    protocol_version = "HTTP/1.1"
    server: Stub

    def do_GET(self) -> None:
        """Answer an authorization request, or the use of a token."""
        if self.path == "/me":
            known = (self.headers["Authorization"] or "").startswith("Bearer token-")
            self._answer(200 if known else 401, {})
            return
        query = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
        number = next(self.server.numbers)
        bad = bool(self.server.fault) and number % 2 == 1
        fault = self.server.fault if bad else ""
        code = "the-same-code" if fault == "code" else f"code-{number}"
        state = "another" if fault == "state" else query["state"]
        uri = "https://evil.example/callback" if fault == "redirect" else query["redirect_uri"]
        with self.server.lock:
            self.server.challenges[code] = (query["code_challenge"], bad)
        if fault == "authorize-500":
            self._answer(500, {})
        else:
            self._answer(302, {}, location=f"{uri}?code={code}&state={state}")

    def do_POST(self) -> None:
        """Answer a token request."""
        form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        code, verifier = form["code"][0], form["code_verifier"][0]
        digest = urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
        with self.server.lock:
            challenge, bad = self.server.challenges[code]
            fault = self.server.fault if bad else ""
            refused = digest != challenge or (code in self.server.spent and fault != "replay")
            if not refused:
                self.server.spent.add(code)
                self.server.right += not bad
        if refused:
            self._answer(400, {"error": "invalid_grant"})
        elif fault == "token-500":
            self._answer(500, {"access_token": "token-of-an-error"})
        elif fault == "token-missing":
            self._answer(200, {"token_type": "Bearer"})
        else:
            self._answer(200, {"access_token": "token-same" if fault == "token" else f"token-{code}"})

    def _answer(self, status: int, document: dict[str, Any], location: str | None = None) -> None:
        body = json.dumps(document).encode()
        self.send_response(status)
        if location:
            self.send_header("Location", location)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: Any) -> None:  # noqa: A002 (the parent's name)
        """Say nothing."""


@contextmanager
def stub(fault: str = "") -> Iterator[Stub]:
    """Run the server in a thread."""
    server = Stub(fault)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
