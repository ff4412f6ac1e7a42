"""GET /api/v2/users/me: who is logged in, in Genesys Cloud's shape."""

from __future__ import annotations

import uuid

from proofkey.core.params import MalformedForm
from proofkey.core.records import User
from proofkey.server import bearer
from proofkey.server.api_answers import api_error, unauthorized
from proofkey.server.bearer import Bearer, NoBearer
from proofkey.server.endpoints.api_tokens import token_info
from proofkey.server.http import Answer, Request, json_answer
from proofkey.server.organization import organization
from proofkey.server.running import Server

# Stable ids for this installation's resources, as version 5 UUIDs over the issuer.
_NAMESPACE = uuid.UUID("6f1c2d0e-6f7c-5d3a-9f0b-0a5d3c1b7e42")


async def users_me(server: Server, request: Request) -> Answer:
    """Serve the person behind the access token; `expand` adds authorization, token, organization, presence."""
    caller = await bearer.read(server, request)
    if isinstance(caller, NoBearer):
        return unauthorized(request, caller)
    if caller.user is None:
        return api_error(request, 400, "not.a.user", "This request requires a user context.")
    try:
        expand = (request.query().get("expand") or "").split(",")
    except MalformedForm:
        return api_error(request, 400, "bad.request", "The query is not form-encoded.")
    claims = await server.accounts.claims(caller.user)
    return json_answer(_user(server, caller.user, str(claims.get("name") or caller.user.username)) | {
        name: await _expanded(server, caller, name) for name in expand if name in _EXPANSIONS
    })  # fmt: skip


_EXPANSIONS = ("authorization", "token", "organization")


def _user(server: Server, user: User, name: str) -> dict[str, object]:
    user_id = user_uuid(server, user)
    email = user.email or f"{user.username}@users.invalid"
    return {
        "id": user_id,
        "name": name,
        "division": {
            "id": organization(server)["id"],
            "name": "Home",
            "selfUri": "/api/v2/authorization/divisions/home",
        },
        "chat": {"jabberId": f"{user_id}@conference.invalid"},
        "email": email,
        "primaryContactInfo": [{"address": email, "mediaType": "EMAIL", "type": "PRIMARY"}],
        "addresses": [],
        "state": "inactive" if user.disabled else "active",
        "username": user.email or user.username,
        "version": 1,
        "acdAutoAnswer": False,
        "selfUri": f"/api/v2/users/{user_id}",
    }


async def _expanded(server: Server, caller: Bearer, name: str) -> object:
    if name == "token":
        return await token_info(server, caller)
    if name == "organization":
        return organization(server)
    return {"roles": [], "unusedRoles": [], "permissions": [], "permissionPolicies": []}


def user_uuid(server: Server, user: User) -> str:
    """Give a person's id in Genesys Cloud's form."""
    return str(uuid.uuid5(_NAMESPACE, f"{server.settings.issuer}/users/{user.subject}"))
