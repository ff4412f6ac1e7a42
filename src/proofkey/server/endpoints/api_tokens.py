"""/api/v2/tokens/me: what the calling token is (GET, HEAD), and its end (DELETE)."""

from __future__ import annotations

from proofkey.server import bearer
from proofkey.server.api_answers import unauthorized
from proofkey.server.bearer import Bearer, NoBearer
from proofkey.server.http import NO_STORE, Answer, Request, json_answer
from proofkey.server.organization import organization
from proofkey.server.running import Server


async def tokens_me(server: Server, request: Request) -> Answer:
    """Describe the token, or end its grant with everything issued from it."""
    caller = await bearer.read(server, request)
    if isinstance(caller, NoBearer):
        return unauthorized(request, caller)
    if request.method == "DELETE":
        await server.store.end_grant(caller.grant.grant_id, now=request.arrived_at, reason="token-deleted")
        return Answer(200, NO_STORE)
    return json_answer(await token_info(server, caller))


async def token_info(server: Server, caller: Bearer) -> dict[str, object]:
    """Give a TokenInfo; `OAuthClient` has a capital O there."""
    client = await server.store.client(caller.grant.client_id)
    home = organization(server)
    return {
        "organization": home,
        "homeOrganization": home,
        "authorizedScope": list(caller.scopes),
        "OAuthClient": {
            "id": caller.grant.client_id,
            "name": client.name if client else caller.grant.client_id,
            "organization": home,
        },
    }
