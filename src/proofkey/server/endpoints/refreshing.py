"""Refreshes tokens (RFC 6749 6): every refresh rotates; a repeat in the grace time gets the same successor."""

from __future__ import annotations

from proofkey.core.errors import OAuthError
from proofkey.core.params import Params
from proofkey.core.records import ClientRecord, Grant
from proofkey.core.server_side.refreshing import NOT_VALID, judge_refresh
from proofkey.core.server_side.verdicts import Refused
from proofkey.server.answers import token_error
from proofkey.server.http import Answer, Request
from proofkey.server.running import Server
from proofkey.server.sealing.not_opened import NotOpened
from proofkey.server.store.outcomes import Repeated, ReplayEnded, Rotated
from proofkey.server.tokens import tokens_answer


async def refresh(server: Server, request: Request, params: Params, client: ClientRecord, with_secret: bool) -> Answer:
    """Answer a refresh request of a client that is who it says it is."""
    if request.step is not None:
        request.step.name = "refresh"
    if client.secret_optional and not with_secret:
        error = OAuthError("invalid_client", "authentication failed", 401)
        return token_error(server, request, error, "refresh-client-unidentified", params, client=client, challenge=True)
    text = params.get("refresh_token")
    if text is None:
        error = OAuthError("invalid_request", "The parameter refresh_token is missing.")
        return token_error(server, request, error, "refresh-token-absent", params, client=client)
    opened = await server.sealer.open_refresh(text)
    grant = None if isinstance(opened, NotOpened) else await server.store.grant(opened.grant_id)
    if isinstance(opened, NotOpened) or grant is None:
        fault = "refresh-token-absent" if text in ("undefined", "null") else "refresh-token-expired"
        return _invalid(server, request, params, client, fault)
    renewal = judge_refresh(params, grant, client, server.policy)
    if isinstance(renewal, Refused):
        return token_error(server, request, renewal.error, renewal.fault, params, client=client)
    now = request.arrived_at
    if now >= min(opened.expires_at, runs_out_at(server, grant)):
        return _invalid(server, request, params, client, "refresh-token-expired")
    user = await server.accounts.find(grant.subject)
    if user is None or user.disabled:
        return _invalid(server, request, params, client, "refresh-token-expired")
    outcome = await server.store.refresh(
        grant.grant_id,
        opened.generation,
        now=now,
        refresh_key_id=server.sealer.refresh_key_id(now),
        grace=server.settings.lifetimes.refresh_grace,
    )
    if isinstance(outcome, Rotated | Repeated):
        return tokens_answer(server, request, client, outcome.grant, with_secret=with_secret, renewal=renewal)
    fault = "refresh-token-reused" if isinstance(outcome, ReplayEnded) else "refresh-token-expired"
    return _invalid(server, request, params, client, fault)


def runs_out_at(server: Server, grant: Grant) -> int:
    """Say until when a login may be refreshed: a lifetime that was made shorter holds for older logins, too."""
    times = server.settings.lifetimes
    return min(grant.expires_at, grant.redeemed_at + times.refresh_token, grant.rotated_at + times.refresh_idle)


def _invalid(server: Server, request: Request, params: Params, client: ClientRecord, fault: str) -> Answer:
    return token_error(server, request, OAuthError("invalid_grant", NOT_VALID), fault, params, client=client)
