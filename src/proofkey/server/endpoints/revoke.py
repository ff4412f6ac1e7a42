"""Revocation (RFC 7009): a refresh or access token of the calling client ends its grant; unknown ones are no error."""

from __future__ import annotations

from proofkey.core.errors import OAuthError
from proofkey.server import access_tokens
from proofkey.server.answers import token_error
from proofkey.server.endpoints.client_requests import read_client_request
from proofkey.server.http import NO_STORE, Answer, Request
from proofkey.server.running import Server
from proofkey.server.sealing.not_opened import NotOpened


async def revoke(server: Server, request: Request) -> Answer:
    """End the grant behind a token; answers 200 only when that is on disk (RFC 7009 2.2.1)."""
    asked = await read_client_request(server, request, "revoke")
    if isinstance(asked, Answer):
        return asked
    params, client = asked.params, asked.client
    text = params.get("token")
    if text is None:
        error = OAuthError("invalid_request", "The parameter token is missing.")
        return token_error(server, request, error, None, params, client=client, endpoint="revoke")
    grant_id = await grant_of(server, text)
    grant = await server.store.grant(grant_id) if grant_id is not None else None
    if grant is None:
        return Answer(200, NO_STORE)
    if grant.client_id != client.client_id:  # RFC 7009 2.1: refused, and nothing changes
        error = OAuthError("invalid_grant", "The token was not issued to this client.")
        return token_error(
            server, request, error, "refresh-with-other-client", params, client=client, endpoint="revoke"
        )
    await server.store.end_grant(grant.grant_id, now=request.arrived_at, reason="revoked")
    server.observing.counts.revocations += 1
    if request.step is not None:
        request.step.about(client.client_id, grant.grant_id)
    return Answer(200, NO_STORE)


async def grant_of(server: Server, text: str) -> bytes | None:
    """Find the grant that a token of any kind names; hints are only hints (RFC 7009 2.1)."""
    refresh = await server.sealer.open_refresh(text)
    if not isinstance(refresh, NotOpened):
        return refresh.grant_id
    access = await access_tokens.read(server, text)
    return access.grant_id if access is not None else None
