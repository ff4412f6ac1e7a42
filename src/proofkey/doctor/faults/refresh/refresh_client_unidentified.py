"""The refresh request does not say which client it is from (RFC 6749 6, 3.2.1)."""

from __future__ import annotations

from proofkey.doctor.evidence import Absent, Seen, Unobserved
from proofkey.doctor.fault import LIKELY, PROVEN, Certainty, Fault, Finding
from proofkey.doctor.login import Login
from proofkey.doctor.renewals import recovered, token_of
from proofkey.doctor.soundness import stands_for_nothing
from proofkey.doctor.steps import TokenRequest
from proofkey.doctor.transcript import ISSUED, login, refresh


def check(login: Login) -> Finding | None:
    """Look for client_id and client authentication in each refused refresh."""
    for request in login.refreshes:
        answer = request.answer
        if not answer.refused or request.parameters is None or answer.is_outage:
            continue
        if token_of(request) is None or _has_assertion(request) or recovered(login, request):
            continue
        named = request.client_id
        if isinstance(named, Seen) and named.value and not stands_for_nothing(named.value):
            if found := _asked_to_authenticate(login, request):
                return found
            continue
        certainty = _certainty(login, request)
        if certainty is not None:
            return Finding(
                certainty,
                "The refresh carries no client_id and no client authentication, so the server cannot tell whose token"
                " it is.",
                (request.shows(f"parameters: {', '.join(request.names)}"), answer.shows()),
            )
    return None


def _has_assertion(request: TokenRequest) -> bool:
    return "client_assertion" in request.names


def _certainty(login: Login, request: TokenRequest) -> Certainty | None:
    """A tool may have left the Authorization header out; then a like request that worked shows it."""
    named = request.client_id
    if isinstance(named, Unobserved) and "client_id" in request.message.placeholders:
        return None
    about_client = request.answer.error == "invalid_client" or request.answer.speaks_of(
        "client-id-missing", "client-authentication", "secret-missing"
    )
    hidden = request.message.request_headers is None
    like = [each for each in (*login.token_requests, *login.refreshes) if each.answer.gave_tokens]
    if any(isinstance(each.client_id, Absent) and not each.authenticates for each in like):
        hidden = True  # one that worked had no client either: credentials are left out of this capture
    if not hidden:
        return PROVEN
    return LIKELY if about_client else None


def _asked_to_authenticate(login: Login, request: TokenRequest) -> Finding | None:
    """The client is named, and the server wants it to authenticate, whether or not it did so at the login."""
    if request.answer.error != "invalid_client" or request.authenticates or request.message.request_headers is None:
        return None
    if request.answer.speaks_of("client-unknown"):
        return None
    accepted = next((each for each in login.token_requests if each.answer.gave_tokens), None)
    if accepted is None or accepted.value("client_id") != request.value("client_id"):
        return None
    before = "with client authentication" if accepted.authenticates else "without any"
    return Finding(
        LIKELY,
        f"The code was redeemed {before}; the refresh carries client_id alone, and the server wants the client to"
        " authenticate.",
        (accepted.shows(f"redeemed {before}"), request.answer.shows()),
    )


FAULT = Fault(
    title="The refresh request does not identify the client",
    meaning=(
        "A refresh token is bound to a client, and the server must know which one is asking: a public client sends its"
        " client_id, a confidential one authenticates. Without either the request is refused."
    ),
    fix=(
        "Add client_id to the refresh request; a confidential client authenticates as it did with the code. Where a"
        " public client sends its client_id and is refused, allow refreshing without a secret at the server."
    ),
    example_js="new URLSearchParams({ grant_type: 'refresh_token', refresh_token, client_id })",
    example_py='data = {"grant_type": "refresh_token", "refresh_token": token, "client_id": client_id}',
    wrong_fix="Adding an empty Authorization header or an empty secret.",
    spec=("RFC 6749 6", "RFC 6749 3.2.1"),
    blame="client",
    explains=("refresh-token-expired", "client-id-missing", "client-unknown", "client-secret-wrong", "secret-missing"),
    needs=("refresh.refresh_token", "refresh.answer"),
    check=check,
    bad=login(answer=ISSUED, status=200) + refresh({"client_id": None}, 401, {"error": "invalid_client"}),
    good=login(answer=ISSUED, status=200) + refresh(answer={}),
)
