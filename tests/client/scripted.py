"""A small authorization server that answers as a test says: real HTTP, real signatures, any misbehaviour."""

from __future__ import annotations

import hashlib
import json
import ssl
import threading
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

from joserfc import jws
from joserfc.jwk import RSAKey

from tests.clients.certificate import Certificate

CLIENT_ID = "spa"
CALLBACK = "https://app.example/callback"


@dataclass(frozen=True)
class Answer:
    """What to answer; `pieces` are sent one by one with `pause` seconds between them."""

    status: int = 200
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = (("content-type", "application/json"),)
    length: int | None = None  # what Content-Length claims
    pieces: int = 1
    pause: float = 0.0
    endless: bool = False  # chunks of white space after the body, until the client hangs up


def in_json(document: object, status: int = 200) -> Answer:
    """Answer a JSON document."""
    return Answer(status, json.dumps(document).encode())


@dataclass
class Scripted:
    """The server: change `answers`, `claims` or `header` before the client asks."""

    issuer: str = ""
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "k1"}, auto_kid=False))
    answers: dict[str, Callable[[Mapping[str, str]], Answer]] = field(default_factory=dict)
    seen: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    claims: dict[str, object] = field(default_factory=dict)  # laid over the right ones; None takes one out
    header: dict[str, object] = field(default_factory=dict)
    metadata: dict[str, object] = field(default_factory=dict)
    nonce: str | None = None

    def paths(self) -> list[str]:
        """List the paths that were asked for, in order."""
        return [path for path, _ in self.seen]

    def document(self) -> dict[str, object]:
        """Give the metadata."""
        endpoints = {
            "authorization_endpoint": "/authorize",
            "token_endpoint": "/token",
            "revocation_endpoint": "/revoke",
            "userinfo_endpoint": "/userinfo",
            "jwks_uri": "/jwks",
        }
        written: dict[str, object] = {name: self.issuer + path for name, path in endpoints.items()}
        written |= {"issuer": self.issuer, "code_challenge_methods_supported": ["S256"]}
        return written | {"authorization_response_iss_parameter_supported": True} | self.metadata

    def id_token(self, access_token: str = "the-access-token") -> str:
        """Sign an ID token for the login under way."""
        now = int(time.time())
        half = hashlib.sha256(access_token.encode()).digest()[:16]
        claims: dict[str, object] = {
            "iss": self.issuer,
            "sub": "subject-ada",
            "aud": CLIENT_ID,
            "exp": now + 600,
            "iat": now,
            "nonce": self.nonce,
            "at_hash": urlsafe_b64encode(half).decode().rstrip("="),
        } | self.claims
        header = {"alg": "RS256", "kid": "k1"} | self.header
        text = json.dumps({name: value for name, value in claims.items() if value is not None})
        if header["alg"] == "none":
            return ".".join(
                urlsafe_b64encode(part.encode()).decode().rstrip("=") for part in (json.dumps(header), text, "")
            )
        registry = jws.JWSRegistry(algorithms=["RS256"], strict_check_header=False)
        return jws.serialize_compact(header, text, self.key, registry=registry)

    def tokens(self, **changes: object) -> dict[str, object]:
        """Give a token answer."""
        document: dict[str, object] = {
            "access_token": "the-access-token",
            "token_type": "Bearer",
            "expires_in": 3600,
            "refresh_token": "the-refresh-token",
            "id_token": self.id_token(),
        } | changes
        return {name: value for name, value in document.items() if value is not None}

    def answer(self, path: str, form: Mapping[str, str]) -> Answer:
        """Answer one request."""
        if path in self.answers:
            return self.answers[path](form)
        if path.startswith("/.well-known/"):
            return in_json(self.document())
        if path == "/jwks":
            public = RSAKey.import_key(self.key.as_dict(private=False)).as_dict(private=False)
            return in_json({"keys": [{"kty": "OKP"}, "no key", public | {"kid": "k1", "use": "sig"}]})
        if path == "/token":
            return in_json(self.tokens())
        if path == "/userinfo":
            return in_json({"sub": "subject-ada", "name": "Ada"})
        return Answer(200) if path == "/revoke" else Answer(404)


@contextmanager
def run_scripted(certificate: Certificate | None = None) -> Iterator[Scripted]:
    """Serve on a port that the system chooses, over TLS where there is a certificate."""
    script = Scripted()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def respond(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0)).decode()
            path, form = urlsplit(self.path).path, dict(parse_qsl(body))
            script.seen.append((path, form))
            answer = script.answer(path, form)
            self.send_response(answer.status)
            for name, value in answer.headers:
                self.send_header(name, value)
            if answer.endless:
                self.send_header("Transfer-Encoding", "chunked")
                self.end_headers()
                self.wfile.write(b"%x\r\n%s\r\n" % (len(answer.body), answer.body))
                while True:
                    self.wfile.write(b"1\r\n \r\n")
                    time.sleep(0.01)
            self.send_header("Content-Length", str(len(answer.body) if answer.length is None else answer.length))
            self.end_headers()
            size = -(-len(answer.body) // answer.pieces) or 1
            for start in range(0, len(answer.body), size):
                self.wfile.write(answer.body[start : start + size])
                self.wfile.flush()
                if answer.pause:
                    time.sleep(answer.pause)
            if answer.length is not None:
                self.close_connection = True

        do_GET = do_POST = do_DELETE = respond  # noqa: N815

        def handle(self) -> None:
            try:
                super().handle()
            except OSError:
                self.close_connection = True  # the client hung up, as it should

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    script.issuer = f"{'https' if certificate else 'http'}://127.0.0.1:{server.server_address[1]}"
    if certificate:
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(certificate.chain, certificate.key)
        server.socket = tls.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield script
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
