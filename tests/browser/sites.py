"""Two web servers for the browser: a single-page app, and an authorization server that misbehaves to order.

They listen on loopback, on ports that the system chooses, and keep what they received.
"""

from __future__ import annotations

import json
import mimetypes
import secrets
import ssl
import threading
from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qsl, urlencode, urlsplit

from tests.clients.certificate import Certificate

MODULE = Path(__file__).resolve().parents[2] / "src" / "proofkey" / "browser"


@dataclass(frozen=True)
class Request:
    """A request as it arrived; `form` holds the last value of each name."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    form: dict[str, str]


@dataclass
class Answer:
    """What goes back."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


def html(text: str, **headers: str) -> Answer:
    """Answer with a web page."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(200, {"content-type": "text/html; charset=utf-8", **named}, text.encode())


def as_json(status: int, document: object) -> Answer:
    """Answer with JSON."""
    return Answer(
        status, {"content-type": "application/json", "cache-control": "no-store"}, json.dumps(document).encode()
    )


class Site:
    """A web server in a thread of its own; `answer` is called for each request."""

    def __init__(self, name: str = "127.0.0.1", certificate: Certificate | None = None) -> None:
        self.requests: list[Request] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self._receive))
        self._server.daemon_threads = True
        self.port = self._server.server_port
        self.origin = f"{'https' if certificate else 'http'}://{name}:{self.port}"
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate.chain, certificate.key)
            self._server.socket = context.wrap_socket(
                self._server.socket, server_side=True, do_handshake_on_connect=False
            )
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def _receive(self, request: Request) -> Answer:
        self.requests.append(request)
        return self.answer(request)

    def answer(self, request: Request) -> Answer:
        """Answer a request."""
        raise NotImplementedError

    def received(self, path: str, method: str | None = None) -> list[Request]:
        """Give the requests to a path so far."""
        return [each for each in self.requests if each.path == path and method in (None, each.method)]


def _handler(receive: Callable[[Request], Answer]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_one_request(self) -> None:
            try:
                super().handle_one_request()
            except (ConnectionError, ssl.SSLError):
                self.close_connection = True  # a browser that is closed hangs up

        def _do(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            address = urlsplit(self.path)
            headers = {name.lower(): value for name, value in self.headers.items()}
            form = dict(parse_qsl(body.decode())) if "form" in headers.get("content-type", "") else {}
            answer = receive(Request(self.command, address.path, dict(parse_qsl(address.query)), headers, form))
            self.send_response(answer.status)
            for header in answer.headers.items():
                self.send_header(*header)
            self.send_header("content-length", str(len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body)

        do_GET = do_HEAD = do_POST = do_DELETE = do_OPTIONS = _do  # noqa: N815

        def log_message(self, *_: object) -> None:
            """Print nothing."""

    return Handler


class Application(Site):
    """A single-page app: one page at every address, and the module below /proofkey/."""

    def __init__(self, name: str = "127.0.0.1", certificate: Certificate | None = None) -> None:
        super().__init__(name, certificate)
        self.page = ""
        self.pages: dict[str, str] = {}  # pages of their own, by path
        self.headers: dict[str, str] = {}

    def answer(self, request: Request) -> Answer:
        """Give a file of the module, or the page."""
        if request.path.startswith("/proofkey/"):
            file = MODULE / Path(request.path).name
            kind = mimetypes.guess_type(file.name)[0] or "text/plain"
            return Answer(200, {"content-type": kind}, file.read_bytes()) if file.is_file() else Answer(404)
        page = self.pages.get(request.path, self.page)
        return html(page, **self.headers) if request.path != "/favicon.ico" else Answer(404)


class AuthorizationServer(Site):
    """Signs everybody in without a question, and holds to RFC 7636; the attributes make it misbehave."""

    def __init__(self) -> None:
        super().__init__()
        self.allowed_origin: str | None = "*"
        self.issuer = self.origin
        self.codes: dict[str, dict[str, str]] = {}
        self.refresh_tokens: dict[str, bool] = {}  # of each token whether it was used
        self.token_members: dict[str, Any] = {"token_type": "bearer", "expires_in": 3600}
        self.refreshes = True
        self.authorization_response: Callable[[dict[str, str]], list[tuple[str, str]]] = lambda given: list(
            given.items()
        )
        self.fragment = ""  # of the address that people are sent back to
        self.authorize_page: str | None = None
        self.token_answer: Callable[[Request], Answer] | None = None
        self.metadata: dict[str, Any] = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.origin}/oauth/authorize",
            "token_endpoint": f"{self.origin}/oauth/token",
            "revocation_endpoint": f"{self.origin}/oauth/revoke",
            "end_session_endpoint": f"{self.origin}/logout",
            "code_challenge_methods_supported": ["S256"],
            "authorization_response_iss_parameter_supported": True,
        }

    def answer(self, request: Request) -> Answer:
        """Answer as the endpoint of the path."""
        answer = self._endpoint(request)
        if self.allowed_origin and request.path != "/oauth/authorize":
            answer.headers["access-control-allow-origin"] = self.allowed_origin
            answer.headers["access-control-expose-headers"] = "X-Request-Id"
            answer.headers["access-control-allow-headers"] = "authorization"
        answer.headers["x-request-id"] = f"request-{len(self.requests)}"
        return answer

    def _endpoint(self, request: Request) -> Answer:
        match request.path:
            case "/.well-known/openid-configuration" | "/.well-known/oauth-authorization-server":
                return as_json(200, self.metadata)
            case "/oauth/authorize":
                return self._authorize(request)
            case "/oauth/token" if self.token_answer is not None:
                return self.token_answer(request)
            case "/oauth/token":
                return self.exchange(request.form)
            case "/oauth/revoke":
                return Answer(200)
            case "/logout":
                return html("<title>logged out</title>")
            case "/api/v2/users/me":
                return as_json(200, {"authorization": request.headers.get("authorization")})
            case _:
                return Answer(404)

    def _authorize(self, request: Request) -> Answer:
        if self.authorize_page is not None:
            return html(self.authorize_page)
        return self.send_back(request.query)

    def send_back(self, request: dict[str, str]) -> Answer:
        """Issue a code for an authorization request and redirect to the app with it."""
        code = secrets.token_urlsafe(16)
        self.codes[code] = request
        given = {"code": code, "state": request["state"], "iss": self.issuer}
        query = urlencode(self.authorization_response(given))
        redirect_uri = request["redirect_uri"]
        return Answer(302, {"location": redirect_uri + ("&" if "?" in redirect_uri else "?") + query + self.fragment})

    def exchange(self, form: dict[str, str]) -> Answer:
        """Answer a token request as RFC 6749 5 has it; for a `token_answer` that first does something else."""
        if form.get("grant_type") == "refresh_token":
            if self.refresh_tokens.get(form["refresh_token"], True):
                self.refresh_tokens.clear()  # reuse ends the family
                return as_json(400, {"error": "invalid_grant"})
            self.refresh_tokens[form["refresh_token"]] = True
            return self._tokens()
        request = self.codes.pop(form.get("code", ""), {})
        challenge = urlsafe_b64encode(sha256(form.get("code_verifier", "").encode()).digest()).decode().rstrip("=")
        same = all(form.get(name) == request.get(name) for name in ("client_id", "redirect_uri"))
        if not same or challenge != request.get("code_challenge"):
            return as_json(400, {"error": "invalid_grant", "error_description": "no"})
        return self._tokens()

    def _tokens(self) -> Answer:
        tokens = {"access_token": secrets.token_urlsafe(16), **self.token_members}
        if self.refreshes:
            tokens["refresh_token"] = secrets.token_urlsafe(16)
            self.refresh_tokens[tokens["refresh_token"]] = False
        return as_json(200, tokens)
