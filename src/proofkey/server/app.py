"""The application: takes a whole request, finds its route, and answers whatever happens; also under servers of ASGI.

Every answer carries X-Request-Id; an unexpected error becomes a 500 with that id and a log line, never a traceback
for the network.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from time import perf_counter
from typing import Any

from proofkey.server import cors
from proofkey.server.accounts import StoredAccounts
from proofkey.server.entropy import name_bytes
from proofkey.server.http import NO_STORE, Answer, Request, Scope, json_answer, method_not_allowed
from proofkey.server.logs import event as log_event
from proofkey.server.proxies import TrustedProxies
from proofkey.server.routes import ASTRAY, Endpoint, Route, find
from proofkey.server.running import Server
from proofkey.server.store.errors import StoreBusy, StoreFailed, StoreRolledBack, StoreUnreachable

log = logging.getLogger("proofkey.server")

Receive = Callable[[], Coroutine[Any, Any, dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]

_KINDS = {StoreBusy: "busy", StoreRolledBack: "rolled_back", StoreUnreachable: "unreachable"}
BODY_TIMEOUT = 20.0  # seconds a client may take for its body


class ClientGone(Exception):
    """The other end went away before its body was there."""


class App:
    """Serves one `Server`."""

    def __init__(self, server: Server) -> None:
        self._server = server
        # What another directory of people waits for may need a task from the beginning.
        self.starts_at_once = isinstance(server.accounts, StoredAccounts)
        self.largest_body = server.settings.max_body
        self._endpoints: dict[Route, Endpoint] = {}
        self._prefix = server.settings.path
        self._largest_query = server.settings.max_query
        self._in_development = server.settings.development
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
        """Answer under any other server of ASGI."""
        try:
            body = await self._read(scope, receive)
        except ClientGone:
            return
        except TimeoutError:
            answer = _oauth_error("invalid_request", "The request's body did not arrive in time.", 408)
            answer.add("content-length", str(len(answer.body)))
        else:
            answer = await self.respond(Request.of_asgi(scope, body))
        answer.spell_out()
        body = b"" if scope["method"] == "HEAD" else answer.body
        await send({"type": "http.response.start", "status": answer.status, "headers": answer.headers})
        await send({"type": "http.response.body", "body": body})

    async def respond(self, request: Request) -> Answer:
        """Answer a whole request, whatever happens."""
        began = perf_counter()
        server = self._server
        request.id = request_id = name_bytes(16).hex()
        if self._proxies is not None:
            self._proxies.believe(request)
        if self._prefix:
            request.path = self._below_the_issuer(request.path)
        route = find(request.path, development=self._in_development)
        if self._tells_hosts_apart and _is_of_the_api(request):
            route = ASTRAY  # Genesys Cloud's API hosts do not serve OAuth
        if self._tracing is not None:
            request.step = self._tracing.begin(route, request)
        if route is None:
            answer = json_answer({"error": "not_found", "error_description": "There is nothing at this address."}, 404)
        elif len(request.body) > self.largest_body or len(request.raw_query) > self._largest_query:
            answer = _oauth_error("invalid_request", "The request is too large.", 413)
        else:
            request.arrived_at = server.clock()
            try:
                if request.method in route.methods:
                    answer = await (self._endpoints.get(route) or self._import(route))(server, request)
                elif request.method == "OPTIONS" and route.cors:
                    answer = cors.preflight(request, route)
                else:
                    answer = method_not_allowed(*route.methods)
            except Exception as error:
                answer = self._failed(error, route, request_id)
        if request.step is not None:
            request.step.finish(answer.status)
        if self._observing.wants_answers:
            self._observing.answered(route, request, answer.status, perf_counter() - began)
        headers = answer.headers
        headers.append((b"x-request-id", request_id.encode()))
        if answer.status != 204:  # RFC 9110 8.6
            headers.append((b"content-length", str(len(answer.body)).encode()))
        if route is not None and route.cors:
            answer.fixed += (cors.READABLE,)
        return answer

    def _below_the_issuer(self, path: str) -> str:
        if path.startswith(self._prefix + "/"):
            below = path[len(self._prefix) :]
            # A proxy may have taken the path off, and then it may be our own address that begins like it.
            return path if find(below, development=self._in_development) is None else below
        if path.startswith("/.well-known/") and path.endswith(self._prefix):
            return path[: -len(self._prefix)]  # RFC 8414 3: inserted before the issuer's path
        return path

    def _import(self, route: Route) -> Endpoint:
        endpoint = self._endpoints[route] = route.endpoint()
        return endpoint

    def _failed(self, error: Exception, route: Route, request_id: str) -> Answer:
        """Say what an endpoint could not do, after what it raised."""
        if isinstance(error, StoreBusy | StoreRolledBack | StoreUnreachable):
            self._observing.counts.store_errors[_KINDS[type(error)]] += 1
            log_event(log, logging.WARNING, "store-unavailable", request_id=request_id, reason=str(error))
            answer = _oauth_error("temporarily_unavailable", "Try again in a moment.", 503)
            answer.add("retry-after", "1")
        elif isinstance(error, StoreFailed):
            self._observing.counts.store_errors["failed"] += 1
            log.critical("the store failed; the process ends so that nothing is answered from memory alone")
            self._server.stop()
            answer = _oauth_error("server_error", "The server cannot store anything.", 503)
            answer.add("retry-after", "10")
        else:
            self._observing.counts.server_faults += 1
            log_event(log, logging.ERROR, "server-fault", traceback=True, endpoint=route.module, request_id=request_id)
            answer = _oauth_error("server_error", "Something went wrong on the server. Quote the request id.", 500)
        return answer

    async def _read(self, scope: Scope, receive: Receive) -> bytes:
        """Read a body, and no more of it than shows that it is too long. Raises ClientGone, TimeoutError."""
        if scope["method"] in ("GET", "HEAD", "OPTIONS"):
            return b""
        body, more = b"", True
        async with asyncio.timeout(BODY_TIMEOUT):  # for all of it: a byte now and then does not keep it open
            while more and len(body) <= self.largest_body:
                event = await receive()
                if event["type"] == "http.disconnect":
                    raise ClientGone
                body += event.get("body", b"")
                more = event.get("more_body", False)
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


def _is_of_the_api(request: Request) -> bool:
    return request.path.startswith("/oauth/") and request.fields.get(b"host", b"").startswith(b"api.")


def _oauth_error(error: str, description: str, status: int) -> Answer:
    return json_answer({"error": error, "error_description": description}, status, NO_STORE)
