"""GET /api/v2/oauth/scopes: the scopes a client may be given."""

from __future__ import annotations

from proofkey.server import bearer
from proofkey.server.api_answers import unauthorized
from proofkey.server.bearer import NoBearer
from proofkey.server.http import Answer, Request, json_answer
from proofkey.server.pages.scope_words import describe
from proofkey.server.running import Server
from proofkey.server.scopes import KNOWN


async def scopes(server: Server, request: Request) -> Answer:
    """List them with a sentence each."""
    caller = await bearer.read(server, request)
    if isinstance(caller, NoBearer):
        return unauthorized(request, caller)
    entities = [{"id": name, "description": describe(name).words} for name in sorted(KNOWN)]
    return json_answer({"entities": entities, "total": len(entities)})
