"""Redeems a code (RFC 6749 4.1.3) in the order of decision 4: proof before age or use, one durable insert."""

from __future__ import annotations

from proofkey.core.errors import OAuthError
from proofkey.core.params import Params
from proofkey.core.records import ClientRecord, CodeFacts, Grant
from proofkey.core.server_side.redemption import NOT_VALID, judge_proof, judge_standing, replayed
from proofkey.core.server_side.verdicts import Proven, Refused
from proofkey.server import sessions
from proofkey.server.access_tokens import lifetime_for
from proofkey.server.answers import token_error
from proofkey.server.http import Answer, Request
from proofkey.server.running import Server
from proofkey.server.sealing.not_opened import NotOpened, Reason
from proofkey.server.store.outcomes import CODE_REPLAYED, Replayed
from proofkey.server.tokens import gets_refresh_token, tokens_answer

_FAULT_OF_NOT_OPENED = {
    Reason.WHITESPACE: "code-with-whitespace",
    Reason.PERCENT: "code-percent-encoded",
    Reason.CUT_SHORT: "code-truncated",
    Reason.HAS_A_TAIL: "code-truncated",
    Reason.OTHER_PURPOSE: "code-is-other-value",
    Reason.NOT_OURS: "code-is-other-value",
    Reason.FOREIGN_KEY: "code-of-other-issuer",
}


async def redeem(server: Server, request: Request, params: Params, client: ClientRecord, with_secret: bool) -> Answer:
    """Answer a redemption by a client that is who it says it is."""
    text = params.get("code")
    if text is None:
        error = OAuthError("invalid_request", "The parameter code is missing.")
        return token_error(server, request, error, "code-is-other-value", params, client=client)
    code = await server.sealer.open_code(text, client)
    if isinstance(code, NotOpened):
        fault = _FAULT_OF_NOT_OPENED.get(code.reason, "code-not-accepted")
        return token_error(server, request, OAuthError("invalid_grant", NOT_VALID), fault, params, client=client)
    if request.step is not None and code.trace is not None:
        request.step.join(code.trace)
    verdict = await _judge(server, request, params, client, code, with_secret)
    if isinstance(verdict, Proven):
        outcome = await server.store.redeem(_grant(server, request, client, verdict, with_secret))
        if not isinstance(outcome, Replayed):
            return tokens_answer(server, request, client, outcome.grant, with_secret=with_secret)
        verdict = replayed(code)
    elif not verdict.failed_proof and await server.store.end_grant(
        code.grant_id, now=request.arrived_at, reason=CODE_REPLAYED
    ):
        verdict = replayed(code)  # refused for another reason, too, but it was proven and used before
    return _refuse(server, request, params, client, verdict)


async def _judge(
    server: Server, request: Request, params: Params, client: ClientRecord, code: CodeFacts, with_secret: bool
) -> Proven | Refused:
    proven = judge_proof(params, code, client, server.policy, with_secret=with_secret)
    if isinstance(proven, Refused):
        return proven
    session = await server.store.session(code.session_id)
    user = await server.accounts.find(code.subject)
    return judge_standing(
        proven,
        session_good=session is not None and sessions.is_good(session, request.arrived_at),
        user_good=user is not None and not user.disabled,
        arrived_at=request.arrived_at,
        policy=server.policy,
        restored_through=server.restored_through,
    )


def _refuse(server: Server, request: Request, params: Params, client: ClientRecord, refused: Refused) -> Answer:
    diagnose = True
    if refused.failed_proof and refused.code is not None:
        diagnose = server.failed_proofs.count(refused.code.grant_id, request.arrived_at)
    return token_error(
        server, request, refused.error, refused.fault, params, client=client, code=refused.code, diagnose=diagnose
    )


def _grant(server: Server, request: Request, client: ClientRecord, proven: Proven, with_secret: bool) -> Grant:
    code = proven.code
    now = int(request.arrived_at)
    # Its row is kept for as long as the last token that it gives.
    refreshable = gets_refresh_token(server, client, with_secret=with_secret)
    lifetime = server.settings.lifetimes.refresh_token if refreshable else lifetime_for(server, client)
    redeemed_at, expires_at, generation, rotated_at = now, now + lifetime, 0, now
    return Grant(
        code.grant_id,
        code.client_id,
        code.subject,
        code.session_id,
        code.scopes,
        proven.resource,
        code.nonce,
        code.auth_time,
        redeemed_at,
        expires_at,
        generation,
        rotated_at,
        server.sealer.refresh_key_id(request.arrived_at),
    )
