"""The userinfo endpoint (OpenID Connect Core 5.3): claims by scope; `sub` always."""

from __future__ import annotations

from proofkey.server import bearer
from proofkey.server.bearer import NoBearer
from proofkey.server.http import NO_STORE, Answer, Request, json_answer
from proofkey.server.running import Server

# OpenID Connect Core 5.4.
CLAIMS_OF_SCOPE = {
    "profile": (
        "name",
        "family_name",
        "given_name",
        "middle_name",
        "nickname",
        "preferred_username",
        "profile",
        "picture",
        "website",
        "gender",
        "birthdate",
        "zoneinfo",
        "locale",
        "updated_at",
    ),
    "email": ("email", "email_verified"),
    "address": ("address",),
    "phone": ("phone_number", "phone_number_verified"),
}


async def userinfo(server: Server, request: Request) -> Answer:
    """Serve GET and POST with the token in the header."""
    caller = await bearer.read(server, request)
    if isinstance(caller, NoBearer):
        challenge = "Bearer" if caller.error is None else f'Bearer error="{caller.error}"'
        body = {"error": caller.error or "invalid_token", "error_description": caller.message}
        return json_answer(body, caller.status, (*NO_STORE, ("www-authenticate", challenge)))
    if caller.user is None or "openid" not in caller.scopes:
        challenge = 'Bearer error="insufficient_scope", scope="openid"'
        body = {"error": "insufficient_scope", "error_description": "The token was not given for openid."}
        return json_answer(body, 403, (*NO_STORE, ("www-authenticate", challenge)))
    known = await server.accounts.claims(caller.user)
    allowed = {name for scope in caller.scopes for name in CLAIMS_OF_SCOPE.get(scope, ())}
    standard = {name for names in CLAIMS_OF_SCOPE.values() for name in names}
    # A claim of one's own making goes with the profile.
    claims = {
        name: value
        for name, value in known.items()
        if name in allowed or ("profile" in caller.scopes and name not in standard)
    }
    return json_answer({**claims, "sub": caller.grant.subject})
