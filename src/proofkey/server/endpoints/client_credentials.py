"""client_credentials (RFC 6749 4.4): a token for the client itself, with no person behind it and no refresh token."""

from __future__ import annotations

from proofkey.core.errors import OAuthError
from proofkey.core.params import Params
from proofkey.core.records import ClientRecord, Grant
from proofkey.core.scope import MalformedScope, beyond, parse
from proofkey.core.server_side.authorization import is_target
from proofkey.server.access_tokens import lifetime_for
from proofkey.server.answers import token_error
from proofkey.server.http import Answer, Request
from proofkey.server.running import Server
from proofkey.server.sealing.grant_id import new_grant_id
from proofkey.server.store.outcomes import Replayed
from proofkey.server.tokens import tokens_answer

_FOR_PEOPLE = frozenset({"openid", "profile", "email", "offline_access"})


async def grant_to_client(
    server: Server, request: Request, params: Params, client: ClientRecord, with_secret: bool
) -> Answer:
    """Answer a client_credentials request; the client must have authenticated itself."""
    if not with_secret:
        error = OAuthError("unauthorized_client", "client is not authorized to use the client_credential grant type")
        return token_error(server, request, error, "grant-not-enabled", params, client=client)
    wait = server.client_credentials.wait(client.client_id, request.arrived_at)
    if wait:
        error = OAuthError("invalid_request", "rate limit exceeded")
        answer = token_error(server, request, error, "rate-limited", params, client=client)
        answer.add("retry-after", str(wait))
        return answer
    allowed = tuple(scope for scope in client.scopes if scope not in _FOR_PEOPLE)
    scope = params.get("scope")
    try:
        asked = parse(scope) if scope else allowed
    except MalformedScope:
        asked = ("",)
    if beyond(asked, allowed):
        error = OAuthError("invalid_scope", "A scope is unknown or not allowed for this client.")
        return token_error(server, request, error, "scope-refused", params, client=client)
    resource = params.get("resource")
    if resource is not None and not is_target(resource, server.policy):
        error = OAuthError("invalid_target", "The resource is not an absolute URI without fragment.")
        return token_error(server, request, error, "resource-mismatch", params, client=client)
    now = int(request.arrived_at)
    grant = Grant(
        grant_id=new_grant_id(request.arrived_at, server.entropy),
        client_id=client.client_id,
        subject="",
        session_id=b"",
        scopes=asked,
        resource=resource,
        nonce=None,
        auth_time=now,
        redeemed_at=now,
        expires_at=now + lifetime_for(server, client),
        rotated_at=now,
    )
    outcome = await server.store.redeem(grant)
    if isinstance(outcome, Replayed):  # two equal ids of 80 random bits in one millisecond: ask again
        error = OAuthError("temporarily_unavailable", "Try again in a moment.", 503)
        return token_error(server, request, error, "server-unavailable", params, client=client)
    return tokens_answer(server, request, client, outcome.grant, with_secret=True)
