"""The control address of a development server, `/development/control`: JSON in and out (docs/testing-your-login.md).

Whoever asks names himself (`Proofkey-Control`): what one holder asked for is his own, and undone when he says so.
Suites that share a server share its time and its keys; failures, clients and people are apart.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TypeVar

import msgspec

from proofkey.core.errors import Misuse
from proofkey.core.params import MalformedForm
from proofkey.server.app import Receive
from proofkey.server.development.armed import Armed, Armoury
from proofkey.server.development.control_access import Guard
from proofkey.server.development.failures import FAILURES
from proofkey.server.development.furnishing import Furnishing
from proofkey.server.development.orders import AddClient, AddUser, Fail, Move, Order, Rotate
from proofkey.server.development.shifted_clock import ShiftedClock
from proofkey.server.endpoints.development import describe
from proofkey.server.entropy import name_bytes
from proofkey.server.failed_proofs import FailedProofs
from proofkey.server.http import Answer, Request, Scope, json_answer, method_not_allowed
from proofkey.server.running import Server
from proofkey.server.throttle import Throttle

PATH = "/development/control"
MOST_HOLDERS = 1000
_SHOWN = 200  # journal entries

O = TypeVar("O", bound=Order)  # noqa: E741


@dataclass(slots=True)
class Holder:
    """Somebody who asks: since when, and by how much he moved the time.

    `shifted`: requests that were judged at another time, and when they came.
    """

    began: float
    moved: float = 0.0
    shifted: dict[str, float] = field(default_factory=dict)


class Control:
    """Answers at the control address."""

    def __init__(self, server: Server, armoury: Armoury, clock: ShiftedClock, guard: Guard) -> None:
        self.path = PATH
        self._server = server
        self._armoury = armoury
        self._clock = clock
        self._guard = guard
        self._furnishing = Furnishing(server)
        self._holders: dict[str, Holder] = {}
        self._calls: dict[tuple[str, str], Callable[[str, Request], Awaitable[object]]] = {
            ("GET", ""): self._about,
            ("GET", "failures"): self._list,
            ("POST", "failures"): self._fail,
            ("DELETE", "failures"): self._undo_all,
            ("GET", "time"): self._time,
            ("POST", "time"): self._move,
            ("POST", "keys"): self._rotate,
            ("POST", "clients"): self._add_client,
            ("POST", "users"): self._add_user,
            ("GET", "journal"): self._journal,
            ("POST", "reset"): self._reset,
        }

    async def answer(self, scope: Scope, receive: Receive, path: str) -> Answer:
        """Answer one request."""
        request = Request.of_asgi(scope, b"")
        request.path, request.id, request.arrived_at = path, name_bytes(16).hex(), self._clock()
        answer = self._guard.preflight(request) if request.method == "OPTIONS" else await self._serve(request, receive)
        self._guard.open_to_page(request, answer)
        answer.add("x-request-id", request.id)
        answer.add("content-length", str(len(answer.body)))
        return answer

    def shifted(self, holder: str, request_id: str) -> None:
        """Note that a request of a holder's was judged at another time than it came at."""
        self._holder(holder).shifted[request_id] = self._clock()

    async def _serve(self, request: Request, receive: Receive) -> Answer:
        holder = self._guard.holder(request)
        if isinstance(holder, Answer):
            return holder
        request.body = await _read(receive, self._server.settings.max_body)
        if len(request.body) > self._server.settings.max_body:
            return _wrong("The request is too large.", 413)
        self._holder(holder)
        what, _, one = request.path.removeprefix(PATH).strip("/").partition("/")
        call = self._calls.get((request.method, what))
        if what == "failures" and one:
            return self._one(holder, request.method, one)
        if call is None or one:
            methods = [method for method, name in self._calls if name == what]
            return method_not_allowed(*methods) if methods and not one else _wrong("There is nothing here.", 404)
        try:
            return json_answer(await call(holder, request))
        except (Misuse, MalformedForm, msgspec.DecodeError) as error:
            return _wrong(str(error), 400)

    def _holder(self, name: str) -> Holder:
        if name not in self._holders and len(self._holders) >= MOST_HOLDERS:
            self._holders.pop(next(iter(self._holders)))
        return self._holders.setdefault(name, Holder(self._clock()))

    async def _about(self, holder: str, request: Request) -> object:
        settings = self._server.settings
        failures = [
            {
                "name": each.name,
                "words": each.words,
                "fault": each.fault,
                "endpoints": list(each.endpoints),
                "options": dict(each.options),
            }
            for each in FAILURES.values()
        ]
        return {"issuer": settings.issuer, "personality": settings.personality, "failures": failures}

    async def _list(self, holder: str, request: Request) -> object:
        return [_shown(armed) for armed in self._armoury.of(holder)]

    async def _fail(self, holder: str, request: Request) -> object:
        order = _order(Fail, request)
        return _shown(
            self._armoury.arm(
                order.name,
                holder=holder,
                times=order.times,
                client_id=order.client_id,
                endpoint=order.endpoint,
                options=order.options,
            )
        )

    async def _undo_all(self, holder: str, request: Request) -> object:
        for armed in self._armoury.of(holder):
            self._armoury.undo(armed)
        return {}

    def _one(self, holder: str, method: str, name: str) -> Answer:
        armed = next((armed for armed in self._armoury.of(holder) if armed.name == name), None)
        if armed is None:
            return _wrong("You asked for no such failure.", 404)
        if method == "DELETE":
            self._armoury.undo(armed)
        elif method != "GET":
            return method_not_allowed("GET", "DELETE")
        return json_answer(_shown(armed))

    async def _time(self, holder: str, request: Request) -> object:
        return {"now": self._clock(), "moved": self._clock.moved}

    async def _move(self, holder: str, request: Request) -> object:
        seconds = _order(Move, request).seconds
        self._clock.moved += seconds
        self._holder(holder).moved += seconds
        return await self._time(holder, request)

    async def _rotate(self, holder: str, request: Request) -> object:
        order = _order(Rotate, request)
        await self._server.keys.rotate(at_once=True, close_old=order.end_logins)
        if order.end_logins:
            await self._server.store.end_all_grants(now=self._clock(), reason="keys closed")
        return {}

    async def _add_client(self, holder: str, request: Request) -> object:
        return await self._furnishing.add_client(holder, _order(AddClient, request))

    async def _add_user(self, holder: str, request: Request) -> object:
        return await self._furnishing.add_user(holder, _order(AddUser, request))

    async def _journal(self, holder: str, request: Request) -> object:
        """Give the failures of a holder's clients, or of the one named, newest first; and those of no known client."""
        known, now = self._holder(holder), self._clock()
        asked = request.query().get("client_id")
        mine = {asked} if asked else {*self._furnishing.clients_of(holder), None}
        entries = await self._server.store.journal(faults_only=True, limit=_SHOWN)
        found = [(known.shifted.get(entry.request_id, entry.at), entry) for entry in entries if entry.client_id in mine]
        own = [(at, entry) for at, entry in found if known.began <= at <= now]
        return [describe(entry) for _, entry in sorted(own, key=lambda each: each[0], reverse=True)]

    async def _reset(self, holder: str, request: Request) -> object:
        await self._undo_all(holder, request)
        known = self._holders.pop(holder, None)
        if known is not None:
            self._clock.moved -= known.moved
        await self._furnishing.clear(holder)
        # What was counted belongs to nobody, and perhaps to another time.
        self._server.throttle, self._server.failed_proofs = Throttle(), FailedProofs()
        return {}


def _shown(armed: Armed) -> dict[str, object]:
    return {
        "id": armed.name,
        "name": armed.failure.name,
        "fault": armed.failure.fault,
        "endpoints": list(armed.endpoints),
        "client_id": armed.client_id,
        "left": armed.left,
        "hits": armed.hits,
        "options": {name: value for name, value in armed.options.items() if name != "code"},
    }


def _order(kind: type[O], request: Request) -> O:
    if (request.header(b"content-type") or "").partition(";")[0].strip().lower() != "application/json":
        raise Misuse("the body is JSON, content-type application/json")
    return msgspec.json.decode(request.body, type=kind)


async def _read(receive: Receive, most: int) -> bytes:
    body = b""
    while len(body) <= most:
        event = await receive()
        body += event.get("body", b"")
        if not event.get("more_body"):
            break
    return body


def _wrong(why: str, status: int) -> Answer:
    return json_answer({"error": "invalid_request", "error_description": why}, status)
