"""The ASGI application: carries requests and answers, streams bodies both ways, and decides nothing (`dispatch`).

A decision is not cancelled with its request: a refresh token that the server rotated would be lost with it.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any, TypeAlias, TypeVar

import httpx

from proofkey.bff.arrived import Arrived, below
from proofkey.bff.backend import Bff
from proofkey.bff.dispatch import decide, decide_again, declined_reply
from proofkey.bff.effects import Steps, run_async
from proofkey.bff.forwarding import Forward, answer_headers, answer_too_large, not_reached, too_large
from proofkey.bff.logging_in import session_key
from proofkey.bff.renewal import find_session, live_session
from proofkey.bff.replies import Declined, Reply, login_required
from proofkey.bff.sessions import Session, key_of_handle
from proofkey.bff.upstream import NOT_SENT, request_for
from proofkey.client.sending import STAYS_HERE, AsyncSend, HttpxAsyncSend
from proofkey.core.secret import AccessToken
from proofkey.core.wire import Headers

Scope: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[MutableMapping[str, Any]]]
SendMessage: TypeAlias = Callable[[MutableMapping[str, Any]], Awaitable[None]]
T = TypeVar("T")

_THREADS = 8  # that wait for the store
# As many connections as there are calls: streams that stay open, or a slow API, must not keep the others waiting.
# Many servers hang up on an idle one after five seconds, and a request that meets that moment is lost.
_LIMITS = httpx.Limits(max_connections=None, max_keepalive_connections=20, keepalive_expiry=3.0)


class AsgiBff:
    """Serves one `Bff` on one event loop; mount it at the base path, or serve it by itself."""

    def __init__(self, bff: Bff, send: AsyncSend | None = None) -> None:
        self.bff = bff
        self._own = HttpxAsyncSend() if send is None else None
        self._send: AsyncSend = send or self._own  # type: ignore[assignment]
        self._pool = ThreadPoolExecutor(_THREADS, thread_name_prefix="proofkey-bff")
        self._apis = httpx.AsyncClient(
            follow_redirects=False,
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
            mounts=STAYS_HERE,
            limits=_LIMITS,
        )
        self._running: set[asyncio.Task[Any]] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: SendMessage) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})  # nothing here is a websocket
        else:
            await self._serve(scope, receive, send)

    async def aclose(self) -> None:
        """Let go of connections and threads; the store is its owner's."""
        if self._running:
            await asyncio.wait(self._running)
        await self._apis.aclose()
        if self._own is not None:
            await self._own.aclose()
        self._pool.shutdown()

    async def session(self, request: Arrived) -> Session:
        """Give the session behind a request to a page or endpoint of the app's own. Raises Declined.

        The rules for requests (`fetch_rule`) are the caller's to apply: `proofkey.bff.starlette` does.
        """
        key = session_key(self.bff, request)
        session = await self._run(find_session(self.bff, key)) if key is not None else None
        if session is None:
            raise login_required("nobody is logged in")
        return session

    async def access_token(self, session: Session | str) -> AccessToken:
        """Give a live access token of a session or of its handle, renewed if need be. Raises Declined.

        401: the person has to log in again; 503: the server cannot be reached.
        """
        key = session.key if isinstance(session, Session) else key_of_handle(session)
        if key is None:
            raise login_required("this is no handle of a session")
        return (await self._run(live_session(self.bff, key))).kept.tokens.access_token

    async def _run(self, steps: Steps[T]) -> T:
        task = asyncio.ensure_future(run_async(steps, self._send, self._pool))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return await asyncio.shield(task)

    async def _serve(self, scope: Scope, receive: Receive, send: SendMessage) -> None:
        request = read(scope, self.bff.site.base)
        outcome = await self._run(decide(self.bff, request))
        if isinstance(outcome, Forward):
            try:
                response, headers = await self._passed_on(request, outcome, receive)
            except Declined as declined:
                outcome = declined_reply(self.bff, request, declined)
            else:
                await _stream(outcome, response, headers, receive, send)
                return
        await _answer(send, outcome)

    async def _passed_on(self, request: Arrived, to: Forward, receive: Receive) -> tuple[httpx.Response, Headers]:
        response = await self._ask(to, receive)
        try:
            if response.status_code == 401 and (again := await self._run(decide_again(self.bff, request, to))):
                await response.aclose()
                response = await self._ask(again, receive)
            headers = answer_headers(to.api, response.status_code, response.headers.multi_items(), request.id)
        except BaseException:
            await response.aclose()
            raise
        return response, headers

    async def _ask(self, to: Forward, receive: Receive) -> httpx.Response:
        body = _pieces(to, receive) if to.has_body else None
        try:
            return await self._apis.send(request_for(to, body), stream=True)
        except (httpx.TransportError, httpx.InvalidURL) as error:
            raise not_reached(to.api, not isinstance(error, NOT_SENT)) from error

    async def _live(self, receive: Receive, send: SendMessage) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                await send({"type": "lifespan.startup.complete"})
            else:
                await self.aclose()
                await send({"type": "lifespan.shutdown.complete"})
                return


def read(scope: Scope, base: str) -> Arrived:
    """Read a request off its ASGI scope."""
    raw = scope.get("raw_path")
    headers = tuple((str(name, "latin-1").lower(), str(value, "latin-1")) for name, value in scope["headers"])
    path = below(base, scope.get("root_path", ""), scope["path"])
    return Arrived(
        method=scope["method"],
        path=path if path is not None else "",
        query=str(scope.get("query_string", b""), "latin-1"),
        headers=headers,
        raw_path=str(raw, "latin-1") if raw else None,
    )


async def _pieces(to: Forward, receive: Receive) -> AsyncIterator[bytes]:
    length = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise not_reached(to.api, True)
        piece = message.get("body", b"")
        length += len(piece)
        if length > to.api.max_request:
            raise too_large(to.api)
        if piece:
            yield piece
        if not message.get("more_body"):
            return


async def _stream(to: Forward, response: httpx.Response, headers: Headers, receive: Receive, send: SendMessage) -> None:
    """Pass an answer on until it ends or the browser is gone: an API may stream for ever."""
    sending = asyncio.ensure_future(_pieces_of(to, response, headers, send))
    gone = asyncio.ensure_future(_disconnect(receive))
    try:
        await asyncio.wait({sending, gone}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in (sending, gone):
            if not task.done():
                task.cancel()
        await asyncio.wait({sending, gone})
        await response.aclose()
    if not sending.cancelled():
        sending.result()


async def _pieces_of(to: Forward, response: httpx.Response, headers: Headers, send: SendMessage) -> None:
    await send(_start(response.status_code, headers))
    sent = 0
    async for piece in response.aiter_raw():
        sent += len(piece)
        if sent > to.api.max_answer:
            raise answer_too_large(to.api)  # too late for a refusal: the server breaks the answer off
        await send({"type": "http.response.body", "body": piece, "more_body": True})
    await send({"type": "http.response.body", "body": b""})


async def _disconnect(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _start(status: int, headers: Headers) -> dict[str, Any]:
    encoded = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers]
    return {"type": "http.response.start", "status": status, "headers": encoded}


async def _answer(send: SendMessage, reply: Reply) -> None:
    await send(_start(reply.status, (*reply.headers, ("content-length", str(len(reply.body))))))
    await send({"type": "http.response.body", "body": reply.body})
