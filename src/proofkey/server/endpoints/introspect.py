"""Introspection (RFC 7662): what a token is, told to an authenticated confidential client about its own tokens only."""

from __future__ import annotations

from proofkey.core.errors import OAuthError
from proofkey.core.records import ClientRecord, Grant
from proofkey.core.scope import encode
from proofkey.server import bearer
from proofkey.server.answers import token_error
from proofkey.server.endpoints.client_requests import read_client_request
from proofkey.server.endpoints.refreshing import runs_out_at
from proofkey.server.http import Answer, Request, json_answer
from proofkey.server.running import Server
from proofkey.server.sealing.not_opened import NotOpened

_INACTIVE: dict[str, object] = {"active": False}


async def introspect(server: Server, request: Request) -> Answer:
    """Describe a token; unknown, ended and foreign ones are all just not active (RFC 7662 2.2)."""
    asked = await read_client_request(server, request, "introspect")
    if isinstance(asked, Answer):
        return asked
    params, client = asked.params, asked.client
    if not asked.with_secret:
        error = OAuthError("invalid_client", "Introspection is for clients that authenticate.", 401)
        return token_error(
            server, request, error, "secret-missing", params, client=client, endpoint="introspect", challenge=True
        )
    text = params.get("token")
    if text is None:
        error = OAuthError("invalid_request", "The parameter token is missing.")
        return token_error(server, request, error, None, params, client=client, endpoint="introspect")
    return json_answer(await _describe(server, request, client, text))


async def _describe(server: Server, request: Request, client: ClientRecord, text: str) -> dict[str, object]:
    caller = await bearer.live(server, text, request.arrived_at)
    if caller is not None:
        if not _may_see(client, caller.grant, caller.token.audience):
            return _INACTIVE
        about = _facts(server, caller.grant, caller.scopes, caller.token.audience)
        about |= {"exp": caller.token.expires_at, "iat": caller.token.issued_at, "token_type": "Bearer"}
        return about | ({"username": caller.user.username} if caller.user else {})
    refresh = await server.sealer.open_refresh(text)
    if isinstance(refresh, NotOpened):
        return _INACTIVE
    grant = await server.store.grant(refresh.grant_id)
    if grant is None or grant.ended_at is not None or refresh.generation != grant.generation:
        return _INACTIVE
    until = runs_out_at(server, grant)
    if grant.client_id != client.client_id or request.arrived_at >= until:
        return _INACTIVE
    user = await server.accounts.find(grant.subject)
    if user is None or user.disabled:
        return _INACTIVE
    return _facts(server, grant, grant.scopes) | {"exp": until, "iat": grant.redeemed_at}


def _may_see(client: ClientRecord, grant: Grant, audience: str | None) -> bool:
    """A client sees its own tokens, and those meant for it as a resource server (attack A62)."""
    return grant.client_id == client.client_id or client.client_id == (audience or grant.resource)


def _facts(server: Server, grant: Grant, scopes: tuple[str, ...], audience: str | None = None) -> dict[str, object]:
    about: dict[str, object] = {
        "active": True,
        "scope": encode(scopes),
        "client_id": grant.client_id,
        "iss": server.settings.issuer,
        "sub": grant.subject or grant.client_id,
    }
    if audience or grant.resource:
        about["aud"] = audience or grant.resource
    return about
