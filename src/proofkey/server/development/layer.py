"""The one place where failures happen: a layer around the application, in development only.

As long as no failure is asked for, a request passes untouched. The control address is answered here, too, so that
the routes of the server know nothing of it.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence

from proofkey.core.errors import Misuse
from proofkey.core.params import MalformedForm, Params
from proofkey.core.redirect_uri import matches
from proofkey.server import cors
from proofkey.server.app import App, Receive, Send
from proofkey.server.development import passing as requests
from proofkey.server.development import rewriting
from proofkey.server.development.armed import Armed, Armoury
from proofkey.server.development.connections import drop
from proofkey.server.development.control import Control
from proofkey.server.development.control_access import Guard
from proofkey.server.development.noting import note
from proofkey.server.development.passing import Passing
from proofkey.server.development.shifted_clock import ShiftedClock, ahead
from proofkey.server.entropy import name_bytes
from proofkey.server.http import Answer, Request, Scope
from proofkey.server.routes import find
from proofkey.server.running import Server


class DevelopmentLayer:
    """Stands between the connections and the application of a development server.

    `pages`: origins on loopback whose pages may use the control address. Raises Misuse for a server in production.
    """

    def __init__(self, server: Server, app: App, *, pages: Sequence[str] = ()) -> None:
        if not server.settings.development:
            raise Misuse("failures on demand are for development mode, whose issuer is on loopback")
        self._server = server
        self._app = app
        self._prefix = server.settings.path
        server.clock = clock = ShiftedClock(server.clock)
        self._armoury = Armoury()
        self._control = Control(server, self._armoury, clock, Guard(server.settings, pages))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection event of ASGI."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        path: str = scope["path"].removeprefix(self._prefix)
        if path == self._control.path or path.startswith(f"{self._control.path}/"):
            await _send(scope, send, await self._control.answer(scope, receive, path))
        elif not self._armoury:
            await self._app(scope, receive, send)
        else:
            await self._pass(scope, receive, send, path)

    async def _pass(self, scope: Scope, receive: Receive, send: Send, path: str) -> None:
        request_id = name_bytes(16).hex()
        passing = await requests.read(self._server, scope, receive, path, request_id)
        met = [armed for armed in self._armoury if armed.concerns(passing)]
        if not met:
            await _send(scope, send, await self._app.respond(Request.of_asgi(scope, passing.request.body)))
            return
        answer = await self._before(met, passing)
        if answer is _LOST:
            await _drop(scope, receive)
            return
        answer = answer or await self._ask(met, passing, scope)
        answer.spell_out()
        for armed in met:
            if armed.failure.rewrite is not None and await self._rewrite(armed, passing, answer):
                self._count(armed, passing, answer)
        for armed in met:
            if armed.failure.loses_answer:
                self._count(armed, passing, answer)
                await _drop(scope, receive)
                return
        await _send(scope, send, answer)

    async def _before(self, met: list[Armed], passing: Passing) -> Answer | None:
        """Let it wait, lose it, or answer it here."""
        for armed in met:
            if armed.failure.waits:
                self._count(armed, passing, None)
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(armed.undone.wait(), float(armed.options["seconds"] or 0))
        for armed in met:
            if armed.failure.loses_request:
                self._count(armed, passing, None)
                return _LOST
        for armed in met:
            if armed.failure.instead is not None:
                answer = armed.failure.instead(self._server, passing, armed.options)
                answer.add("x-request-id", passing.request.id)
                answer.add("content-length", str(len(answer.body)))
                route = find(passing.request.path, development=True)
                if route is not None and route.cors:
                    answer.fixed += (cors.READABLE,)
                self._count(armed, passing, answer)
                return answer
        return None

    async def _ask(self, met: list[Armed], passing: Passing, scope: Scope) -> Answer:
        """Have the application answer, perhaps as if it were later."""
        settings = self._server.settings
        seconds = max((each.failure.ahead(settings) for each in met if each.failure.ahead is not None), default=0.0)
        shifts = [armed for armed in met if armed.failure.ahead is not None]
        for armed in shifts:
            armed.happened(passing)
        with ahead(seconds):
            answer = await self._app.respond(Request.of_asgi(scope, passing.request.body))
        passing.request.id = next(value.decode() for name, value in answer.headers if name == b"x-request-id")
        for armed in shifts:
            self._control.shifted(armed.holder, passing.request.id)
        return answer

    async def _rewrite(self, armed: Armed, passing: Passing, answer: Answer) -> bool:
        """Change the answer; tell whether there was anything to change for this failure's client."""
        rewrite = armed.failure.rewrite
        if rewrite is None:
            return False
        if rewrite is not rewriting.drop_cors:
            back = rewriting.authorization_response(self._server, answer)
            if back is None or not await self._is_sent_to(armed.client_id, back):
                return False
        if not rewrite(self._server, answer):
            return False
        if passing.request.method != "HEAD":
            answer.headers = [pair for pair in answer.headers if pair[0] != b"content-length"]
            answer.add("content-length", str(len(answer.body)))
        return True

    async def _is_sent_to(self, client_id: str | None, back: str) -> bool:
        """Tell whether an authorization response is for this client, by its code, else by its redirect URI."""
        if client_id is None:
            return True
        client = await self._server.store.client(client_id)
        if client is None:
            return False
        address, _, answered = back.replace("#", "?", 1).partition("?")
        try:
            code = Params.parse(answered.encode("latin-1")).get("code")
        except MalformedForm:
            code = None
        if code is not None:
            return getattr(await self._server.sealer.open_code(code, client), "client_id", None) == client_id
        ports = self._server.policy.any_port_for
        return any(matches(address, uri.partition("?")[0], any_port_for=ports) for uri in client.redirect_uris)

    def _count(self, armed: Armed, passing: Passing, answer: Answer | None) -> None:
        armed.happened(passing)
        if armed.failure.fault is not None:
            note(self._server, passing, armed, answer.status if answer is not None else 0)


_LOST = Answer(0)


async def _send(scope: Scope, send: Send, answer: Answer) -> None:
    answer.spell_out()
    body = b"" if scope["method"] == "HEAD" else answer.body
    await send({"type": "http.response.start", "status": answer.status, "headers": answer.headers})
    await send({"type": "http.response.body", "body": body})


async def _drop(scope: Scope, receive: Receive) -> None:
    """Break the connection, and wait until that is known everywhere."""
    drop(scope)
    while (await receive())["type"] != "http.disconnect":
        pass
