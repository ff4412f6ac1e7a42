"""Logins for `login_cpu.py`: an installation with people, sessions and clients, and connections that log them in."""

from __future__ import annotations

import asyncio
import json
import time
from dataclasses import dataclass, field
from urllib.parse import quote_plus

from proofkey.core.pkce import make_verifier, s256
from proofkey.core.records import ClientRecord, Session, User
from proofkey.server.cookies import CookieJar, digest, make_value
from proofkey.server.serving import run
from proofkey.server.settings import Settings
from proofkey.server.store import open_store

CONNECTIONS = 64
CLIENTS, SESSIONS = 100, 1000
SCOPES = ("profile", "reports:read")
CALLBACK = "https://app{}.example/callback"


@dataclass
class Measured:
    """One run: how long each login took, the whole, and the server's processor time and memory."""

    times: list[float]  # seconds
    took: float  # seconds
    cpu: float = 0.0  # seconds each
    idle: float = 0.0  # MB
    loaded: float = 0.0  # MB

    def percentile(self, percent: int) -> float:
        """Give a percentile of the times in milliseconds."""
        return sorted(self.times)[len(self.times) * percent // 100] * 1e3


@dataclass
class Visitor:
    """Somebody logged in, at one client; requests are prepared so that the load costs little."""

    authorize: bytes
    head: bytes  # of a token request, up to the length
    form: bytes  # up to the code
    client_id: str
    refresh_token: bytes = field(default=b"", repr=False)

    def redemption(self, location: bytes, *, wrong: bool = False) -> bytes:
        """Write the token request for the code in a redirect, with another verifier if it is to be refused."""
        code = location.partition(b"code=")[2].partition(b"&")[0]
        form = self.form.replace(b"code_verifier=A", b"code_verifier=B") if wrong else self.form
        return b"%b%d\r\n\r\n%b%b" % (self.head, len(form) + len(code), form, code)

    def refresh(self) -> bytes:
        """Write a refresh request."""
        form = b"grant_type=refresh_token&client_id=%b&refresh_token=" % self.client_id.encode()
        return b"%b%d\r\n\r\n%b%b" % (self.head, len(form) + len(self.refresh_token), form, self.refresh_token)


async def fill(database: str, issuer: str) -> list[Visitor]:
    """Write clients, users, sessions and consents into a fresh database."""
    store = await open_store(database, serving=True)
    cookie = CookieJar(Settings(issuer=issuer)).session
    host = issuer.partition("://")[2]
    now = time.time()
    visitors: list[Visitor] = []
    await asyncio.gather(
        *(
            store.put_client(ClientRecord(f"client-{n}", f"App {n}", (CALLBACK.format(n),), scopes=SCOPES))
            for n in range(CLIENTS)
        )
    )

    async def add(number: int) -> None:
        client_id, callback = f"client-{number % CLIENTS}", CALLBACK.format(number % CLIENTS)
        subject, value = f"subject-{number}", make_value(number.to_bytes(32, "big"))
        verifier = make_verifier(lambda length: (number + 7).to_bytes(length, "big"))
        await store.put_user(User(subject, f"user{number}", "no hash"))
        await store.begin_session(Session(digest(value), subject, int(now), int(now) + 3600), now=now)
        await store.remember_consent(subject, client_id, SCOPES, now=now)
        query = (
            f"response_type=code&client_id={client_id}&redirect_uri={quote_plus(callback)}"
            f"&scope={'+'.join(map(quote_plus, SCOPES))}&state=abcdefghijklmnopqrstuv{number}"
            f"&code_challenge={s256(verifier)}&code_challenge_method=S256"
        )
        form = (
            f"grant_type=authorization_code&client_id={client_id}&redirect_uri={quote_plus(callback)}"
            f"&code_verifier={verifier.reveal()}&code="
        )
        common = f"Host: {host}\r\nUser-Agent: bench\r\nAccept: */*\r\n"
        visitors.append(
            Visitor(
                f"GET /oauth/authorize?{query} HTTP/1.1\r\n{common}Cookie: {cookie}={value}\r\n\r\n".encode(),
                f"POST /oauth/token HTTP/1.1\r\n{common}Origin: https://app.example\r\n"
                "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: ".encode(),
                form.encode(),
                client_id,
            )
        )

    for start in range(0, SESSIONS, 200):
        await asyncio.gather(*(add(number) for number in range(start, start + 200)))
    await store.close()
    return visitors


class _Connection(asyncio.Protocol):
    """One keep-alive connection that logs people in, one after the other, until the time is over."""

    def __init__(self, kind: str, mine: list[Visitor], times: list[float], until: float) -> None:
        self._kind, self._mine, self._times, self._until = kind, mine, times, until
        self._at, self._step, self._buffer = 0, "", b""
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        self._begin()

    def connection_lost(self, error: Exception | None) -> None:
        if not self.done.done():
            self.done.set_exception(ConnectionError("the server closed the connection"))

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head, blank, body = self._buffer.partition(b"\r\n\r\n")
        if not blank or len(body) < int(_field(head, b"\r\ncontent-length: ") or 0):
            return
        self._buffer = b""
        self._next(head, body)

    def _begin(self) -> None:
        self._visitor = self._mine[self._at % len(self._mine)]
        self._at += 1
        self._start = time.perf_counter()
        if self._start > self._until:
            self.done.set_result(None)
        elif self._kind == "refresh" and self._visitor.refresh_token:
            self._step = "token"
            self._transport.write(self._visitor.refresh())  # type: ignore[attr-defined]
        else:
            self._step = "authorize"
            self._transport.write(self._visitor.authorize)  # type: ignore[attr-defined]

    def _next(self, head: bytes, body: bytes) -> None:
        if self._step == "authorize":
            location = _field(head, b"\r\nlocation: ")
            assert b"code=" in location, head
            self._step = "token"
            request = self._visitor.redemption(location, wrong=self._kind == "refused")
            self._transport.write(request)  # type: ignore[attr-defined]
            return
        if self._kind == "refused":
            assert (head[9:12], b"invalid_grant" in body) == (b"400", True), body
        else:
            assert head[9:12] == b"200", body
            if self._kind == "refresh":
                self._visitor.refresh_token = json.loads(body)["refresh_token"].encode()
        self._times.append(time.perf_counter() - self._start)
        self._begin()


def _field(head: bytes, name: bytes) -> bytes:
    return head.partition(name)[2].partition(b"\r\n")[0]


def drive(port: int, visitors: list[Visitor], kind: str, seconds: float) -> Measured:
    """Log people in over 64 connections for so many seconds."""
    times: list[float] = []
    measured = Measured(times, seconds)

    async def main() -> None:
        loop = asyncio.get_running_loop()
        until = time.perf_counter() + seconds
        began = time.perf_counter()
        connections = [
            await loop.create_connection(
                lambda n=n: _Connection(kind, visitors[n::CONNECTIONS], times, until), "127.0.0.1", port
            )
            for n in range(CONNECTIONS)
        ]
        await asyncio.gather(*(protocol.done for _, protocol in connections))
        measured.took = time.perf_counter() - began
        for transport, _ in connections:
            transport.close()

    run(main())
    return measured
