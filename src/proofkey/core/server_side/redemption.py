"""Judges the redemption of a code: proof before age or use (RFC 6749 4.1.3, RFC 7636 4.6, RFC 9700 4.8.2).

`judge_proof` decides whether the request may use this code at all; one that may not changes nothing, so it can
neither spend the code nor revoke anything. `judge_standing` then looks at people and time.
"""

from __future__ import annotations

from proofkey.core.errors import OAuthError
from proofkey.core.params import Params
from proofkey.core.pkce import fault_of_verifier, proves
from proofkey.core.records import ClientRecord, CodeFacts
from proofkey.core.server_side.authorization import is_target
from proofkey.core.server_side.policy import Policy
from proofkey.core.server_side.verdicts import Proven, Refused

# One sentence for every failed proof: the words must not tell a thief what is wrong with a stolen code.
NOT_VALID = "The authorization code is not valid for this request."


def judge_proof(
    params: Params, code: CodeFacts, client: ClientRecord, policy: Policy, *, with_secret: bool
) -> Proven | Refused:
    """Judge an opened code against a client's token request, in the order of decision 4.

    `with_secret`: the client authenticated itself; without that, a code without PKCE proves nothing.
    """
    if code.client_id != client.client_id:
        return _unproven(code, "code-of-other-client")
    if refused := _judge_redirect_uri(params, code):
        return refused
    if refused := _judge_verifier(params, code):
        return refused
    if code.challenge_digest is None and not with_secret:
        return _unproven(code, "challenge-missing")
    resource = params.get("resource")
    if resource is not None and (not is_target(resource, policy) or code.resource not in (None, resource)):
        return Refused(
            OAuthError("invalid_target", "The resource is not that of the authorization."), "resource-mismatch"
        )
    return Proven(code, resource or code.resource)


def _judge_redirect_uri(params: Params, code: CodeFacts) -> Refused | None:
    if not code.redirect_uri_was_sent:
        return None
    uri = params.get("redirect_uri")
    if uri is None:
        return _unproven(code, "redirect-uri-missing")
    if uri != code.redirect_uri:
        return _unproven(code, "redirect-uri-differs")
    return None


def _judge_verifier(params: Params, code: CodeFacts) -> Refused | None:
    verifier = params.get("code_verifier")
    if code.challenge_digest is None:
        if verifier is not None:  # PKCE downgrade, RFC 9700 4.8.2
            return _unproven(code, "verifier-without-challenge")
        return None
    if verifier is None:
        fault = "verifier-is-null-text" if "code_verifier" in params else "verifier-missing"
        return _unproven(code, fault)
    if fault_of_form := fault_of_verifier(verifier):
        return _unproven(code, fault_of_form)
    if not proves(verifier, code.challenge_digest):
        return _unproven(code, "verifier-unrelated")
    return None


def _unproven(code: CodeFacts, fault: str) -> Refused:
    failed_proof = True
    return Refused(OAuthError("invalid_grant", NOT_VALID), fault, failed_proof, code)


def judge_standing(
    proven: Proven,
    *,
    session_good: bool,
    user_good: bool,
    arrived_at: float,
    policy: Policy,
    restored_through: float = 0.0,
) -> Proven | Refused:
    """Judge a proven redemption by the session, the user and the clock.

    A code issued until `restored_through` may have been redeemed after the backup that the data came from, whatever
    the clock says.
    Whether a code that is refused here was also used before, the caller must ask the store: then it is a replay, which
    ends the grant.
    """
    issued_at = proven.code.issued_at
    if issued_at <= restored_through:
        error = OAuthError("invalid_grant", "The authorization code was issued before the server's data was restored.")
        return Refused(error, "code-from-before-restore", code=proven.code)
    if not session_good or not user_good:
        return Refused(OAuthError("invalid_grant", "The login behind this code has ended."), "code-not-accepted")
    age = arrived_at - issued_at
    if age < -policy.code_lifetime:  # the clock was set back: the code would live for as long as that
        return Refused(OAuthError("invalid_grant", NOT_VALID), "code-not-accepted", code=proven.code)
    if age > policy.code_lifetime:
        return Refused(
            OAuthError("invalid_grant", "The authorization code has expired."), "code-expired", code=proven.code
        )
    return proven


def replayed(code: CodeFacts) -> Refused:
    """Judge a proven redemption of a code that was redeemed before."""
    return Refused(
        OAuthError("invalid_grant", "The authorization code was already used."),
        "code-redeemed-twice",
        code=code,
    )
