"""The ASGI application: reads a request within bounds, finds its route, and answers whatever happens.

Every answer carries X-Request-Id; an unexpected error becomes a 500 with that id and a log line, never a traceback
for the network.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from time import perf_counter
from typing import TYPE_CHECKING, Any

from proofkey.server import cors
from proofkey.server.entropy import name_bytes
from proofkey.server.http import NO_STORE, Answer, Request, Scope, json_answer, method_not_allowed
from proofkey.server.logs import event as log_event
from proofkey.server.proxies import TrustedProxies
from proofkey.server.routes import ASTRAY, Endpoint, Route, find
from proofkey.server.running import Server
from proofkey.server.store.errors import StoreBusy, StoreFailed, StoreRolledBack, StoreUnreachable

if TYPE_CHECKING:
    from proofkey.server.tracing.steps import Step

log = logging.getLogger("proofkey.server")

Receive = Callable[[], Coroutine[Any, Any, dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]

_KINDS = {StoreBusy: "busy", StoreRolledBack: "rolled_back", StoreUnreachable: "unreachable"}
WHOLE_ANSWER = "proofkey.whole_answer"  # what uvicorn's protocol is extended by (`whole_answers.py`)
BODY_TIMEOUT = 20.0  # seconds a client may take for its body


class TooLarge(Exception):
    """The body or query is over its bound."""


class ClientGone(Exception):
    """The other end went away before its body was there."""


class App:
    """Serves one `Server` over ASGI."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._endpoints: dict[Route, Endpoint] = {}
        self._prefix = server.settings.path
        self._tells_hosts_apart = server.settings.personality == "genesys"
        self._proxies = TrustedProxies(server.settings.trusted_proxies) if server.settings.trusted_proxies else None
        self._observing = server.observing
        self._tracing = server.tracing

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection event of ASGI: http or lifespan."""
        if scope["type"] == "http":
            await self._serve(scope, receive, send)
        elif scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1000})

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        began = perf_counter()
        request_id = name_bytes(16).hex()
        if self._proxies is not None:
            self._proxies.believe(scope)
        path: str = scope["path"]
        if self._prefix and path.startswith(self._prefix):
            path = path[len(self._prefix) :]
        elif self._prefix and path.startswith("/.well-known/") and path.endswith(self._prefix):
            path = path[: -len(self._prefix)]  # RFC 8414 3: inserted before the issuer's path
        route = find(path, development=self._server.settings.development)
        if self._tells_hosts_apart and path.startswith("/oauth/") and _host(scope).startswith(b"api."):
            route = ASTRAY  # Genesys Cloud's API hosts do not serve OAuth
        step = None if self._tracing is None else self._tracing.begin(route, path, scope, request_id)
        try:
            answer = await self._answer(scope, receive, route, path, request_id, step)
        except ClientGone:
            return
        if step is not None:
            step.finish(answer.status)
        if self._observing.wants_answers:
            self._observing.answered(route, scope, answer.status, perf_counter() - began, request_id)
        headers = answer.headers
        headers.append((b"x-request-id", request_id.encode()))
        headers.append((b"content-length", b"%d" % len(answer.body)))
        if route is not None and route.cors:
            headers.extend(cors.READABLE)
        body = b"" if scope["method"] == "HEAD" else answer.body
        whole = scope.pop(WHOLE_ANSWER, None)  # taken out: request and offer refer to each other
        if whole is None or not whole(answer.status, headers, body):
            await send({"type": "http.response.start", "status": answer.status, "headers": headers})
            await send({"type": "http.response.body", "body": body})

    async def _answer(
        self, scope: Scope, receive: Receive, route: Route | None, path: str, request_id: str, step: Step | None
    ) -> Answer:
        if route is None:
            return json_answer({"error": "not_found", "error_description": "There is nothing at this address."}, 404)
        try:
            body = await self._read(scope, receive)
            request = Request(scope, path, body, request_id, self._server.clock())
            request.step = step
            if request.method == "OPTIONS" and route.cors:
                return cors.preflight(request, route)
            if request.method not in route.methods:
                return method_not_allowed(*route.methods)
            endpoint = self._endpoints.get(route)
            if endpoint is None:
                endpoint = self._endpoints[route] = route.endpoint()
            return await endpoint(self._server, request)
        except TooLarge:
            return _oauth_error("invalid_request", "The request is too large.", 413)
        except TimeoutError:
            return _oauth_error("invalid_request", "The request's body did not arrive in time.", 408)
        except (StoreBusy, StoreRolledBack, StoreUnreachable) as error:
            self._observing.counts.store_errors[_KINDS[type(error)]] += 1
            log_event(log, logging.WARNING, "store-unavailable", request_id=request_id, reason=str(error))
            answer = _oauth_error("temporarily_unavailable", "Try again in a moment.", 503)
            answer.add("retry-after", "1")
            return answer
        except StoreFailed:
            self._observing.counts.store_errors["failed"] += 1
            log.critical("the store failed; the process ends so that nothing is answered from memory alone")
            self._server.stop()
            answer = _oauth_error("server_error", "The server cannot store anything.", 503)
            answer.add("retry-after", "10")
            return answer
        except ClientGone:
            raise
        except Exception:
            self._observing.counts.server_faults += 1
            log_event(log, logging.ERROR, "server-fault", traceback=True, endpoint=route.module, request_id=request_id)
            return _oauth_error("server_error", "Something went wrong on the server. Quote the request id.", 500)

    async def _read(self, scope: Scope, receive: Receive) -> bytes:
        settings = self._server.settings
        if len(scope["query_string"]) > settings.max_query:
            raise TooLarge
        if scope["method"] in ("GET", "HEAD", "OPTIONS"):
            return b""
        event = await _receive_soon(receive)
        body = _part(event)
        if event.get("more_body"):
            async with asyncio.timeout(BODY_TIMEOUT):  # for all of it: a byte now and then does not keep it open
                while event.get("more_body") and len(body) <= settings.max_body:
                    event = await receive()
                    body += _part(event)
        if len(body) > settings.max_body:
            raise TooLarge
        return body

    async def _live(self, receive: Receive, send: Send) -> None:
        while True:
            event = await receive()
            if event["type"] == "lifespan.startup":
                try:
                    await self._server.start()
                except Exception as error:
                    log.exception("the server cannot start")
                    await send({"type": "lifespan.startup.failed", "message": str(error)})
                    return
                settings = self._server.settings
                log_event(log, logging.INFO, "started", issuer=settings.issuer, personality=settings.personality)
                await send({"type": "lifespan.startup.complete"})
            elif event["type"] == "lifespan.shutdown":
                log_event(log, logging.INFO, "stopping")
                await self._server.close()
                log_event(log, logging.INFO, "stopped")
                await send({"type": "lifespan.shutdown.complete"})
                return


def _host(scope: Scope) -> bytes:
    for name, value in scope["headers"]:
        if name == b"host":
            host: bytes = value
            return host
    return b""


async def _receive_soon(receive: Receive) -> dict[str, Any]:
    """Give what has arrived with the head of the request, as nearly every form has; else wait, but not for ever.

    A timer for each request would cost more than reading its form.
    """
    waiting = receive()
    try:
        waiting.send(None)
    except StopIteration as arrived:
        event: dict[str, Any] = arrived.value
        return event
    waiting.close()
    return await asyncio.wait_for(receive(), BODY_TIMEOUT)


def _part(event: dict[str, Any]) -> bytes:
    if event["type"] == "http.disconnect":
        raise ClientGone
    part: bytes = event.get("body", b"")
    return part


def _oauth_error(error: str, description: str, status: int) -> Answer:
    return json_answer({"error": error, "error_description": description}, status, NO_STORE)
