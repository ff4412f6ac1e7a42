"""PATCH /api/v2/users/{id}/presences/{source}: one's own presence, as the Teams bot of the forum question sets it.

Presence is not what an authorization server keeps: it lives in memory, one per person and source, for the lifetime of
the process.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Annotated

import msgspec

from proofkey.server import bearer
from proofkey.server.api_answers import api_error, unauthorized
from proofkey.server.bearer import NoBearer
from proofkey.server.endpoints.api_users import user_uuid
from proofkey.server.http import Answer, Request, json_answer
from proofkey.server.running import Server

PATH = re.compile(r"/api/v2/users/([0-9a-f\-]{36}|me)/presences/([A-Za-z]{1,40})")
MAX_PEOPLE = 10_000

Word = Annotated[str, msgspec.Meta(max_length=100)]  # what is remembered of a person has a bound


class Definition(msgspec.Struct, rename="camel"):
    """Which presence: an id, or a system presence by name."""

    id: Word | None = None
    system_presence: Word | None = None


class Presence(msgspec.Struct, rename="camel"):
    """What a request says; other members are ignored."""

    presence_definition: Definition | None = None
    message: str = ""


async def presence(server: Server, request: Request) -> Answer:
    """Get or set a presence of the person behind the token."""
    found = PATH.fullmatch(request.path)
    if found is None:
        return api_error(request, 404, "not.found", "The requested resource was not found.")
    caller = await bearer.read(server, request)
    if isinstance(caller, NoBearer):
        return unauthorized(request, caller)
    if caller.user is None:
        return api_error(request, 400, "not.a.user", "This request requires a user context.")
    own = user_uuid(server, caller.user)
    writes = request.method == "PATCH"
    needed = {"presence"} if writes else {"presence", "presence:readonly"}
    if found[1] not in (own, "me") or needed.isdisjoint(caller.scopes):
        return api_error(request, 403, "missing.permissions", "You may set your own presence, with the scope presence.")
    key = (own, found[2].upper())
    if writes:
        try:
            body = msgspec.json.decode(request.body, type=Presence)
        except (msgspec.DecodeError, RecursionError):
            return api_error(request, 400, "invalid.value", "The request body is not a presence.")
        if body.presence_definition is None or not (
            body.presence_definition.id or body.presence_definition.system_presence
        ):
            return api_error(request, 400, "invalid.value", "presenceDefinition is required.")
        if len(server.presences) >= MAX_PEOPLE and key not in server.presences:
            server.presences.pop(next(iter(server.presences)))
        server.presences[key] = {
            "presenceDefinition": msgspec.to_builtins(body.presence_definition),
            "message": body.message[:500],
            "modifiedDate": datetime.fromtimestamp(request.arrived_at, UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        }
    known = server.presences.get(key, {"presenceDefinition": {"systemPresence": "Offline"}, "message": ""})
    return json_answer({"userId": own, "source": key[1], "primary": True, **known, "selfUri": request.path})
