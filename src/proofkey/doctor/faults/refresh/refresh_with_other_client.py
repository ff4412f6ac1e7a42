"""The refresh names another client, or goes to another server, than the login that gave the token (RFC 6749 6)."""

from __future__ import annotations

from urllib.parse import unquote_plus

from proofkey.doctor.address import without_parameters
from proofkey.doctor.evidence import Observation, Seen
from proofkey.doctor.fault import LIKELY, PROVEN, Fault, Finding
from proofkey.doctor.login import Login
from proofkey.doctor.renewals import issuing, recovered, token_of
from proofkey.doctor.soundness import stands_for_nothing
from proofkey.doctor.steps import TokenRequest
from proofkey.doctor.transcript import ISSUED, login, refresh


def check(login: Login) -> Finding | None:
    """Compare each refused refresh with the request whose answer gave its token."""
    for request in login.refreshes:
        if not request.answer.refused or token_of(request) is None or recovered(login, request):
            continue
        giver = issuing(login, request)
        if giver is None:
            if found := _by_same_token(login, request) or _by_login(login, request) or _by_words(request):
                return found
            continue
        mine, theirs = request.client_id, giver.client_id
        if not isinstance(theirs, Seen):
            theirs = login.observe("authorize.client_id")
        if found := _differ(request, mine, theirs):
            return found
        here, there = without_parameters(request.message.url), without_parameters(giver.message.url)
        if here != there:
            return Finding(
                LIKELY,
                f"The refresh token came from {there} and is sent to {here}. Only the server that issued it knows it.",
                (giver.answer.shows("a refresh token"), request.shows("the same refresh token, to another place")),
            )
    return None


def _by_same_token(login: Login, request: TokenRequest) -> Finding | None:
    """Compare with another refresh of the same token, which the server took."""
    for other in login.refreshes:
        if other is not request and other.answer.gave_tokens and token_of(other) == token_of(request):
            return _differ(request, request.client_id, other.client_id)
    return None


def _by_login(login: Login, request: TokenRequest) -> Finding | None:
    """Compare with the only login there is, where the capture left its tokens out."""
    token = login.token
    hidden = token is not None and token.answer.status == 200 and not token.answer.body
    if token is None or not hidden or any(other.token is not None for other in login.others):
        return None
    found = _differ(request, request.client_id, token.client_id)
    return Finding(LIKELY, found.explanation, found.evidence) if found is not None else None


def _by_words(request: TokenRequest) -> Finding | None:
    if not request.answer.speaks_of("refresh-other-client"):
        return None
    words = "The server says that the refresh token was issued to another client than the one that sends it."
    return Finding(LIKELY, words, (request.answer.shows(),))


def _differ(request: TokenRequest, mine: Observation, theirs: Observation) -> Finding | None:
    if not isinstance(mine, Seen) or not isinstance(theirs, Seen):
        return None
    if stands_for_nothing(mine.value) or unquote_plus(mine.value) == unquote_plus(theirs.value):
        return None
    return Finding(
        PROVEN,
        f"The refresh names the client {mine.value[:100]}, and the token was issued to {theirs.value[:100]}.",
        (
            theirs.shows(f"client_id: {theirs.value[:100]}"),
            mine.shows(f"client_id: {mine.value[:100]}"),
            request.answer.shows(),
        ),
    )


FAULT = Fault(
    title="The refresh names another client_id than the login",
    meaning=(
        "A refresh token is bound to the client that it was issued to, and known only to the server that issued it."
        " This one is sent under another client_id or to another region, realm or tenant, so for that server it is not"
        " valid."
    ),
    fix="Store the client_id and the token endpoint together with the refresh token, and use those to refresh.",
    example_js="save({ refresh_token, client_id, token_endpoint }); // one record",
    example_py='store.save({"refresh_token": token, "client_id": client_id, "token_endpoint": endpoint})',
    spec=("RFC 6749 6", "RFC 6749 10.4"),
    blame="client",
    explains=("refresh-token-expired", "refresh-token-reused", "refresh-client-unidentified", "client-unknown"),
    needs=("refresh.refresh_token", "refresh.answer"),
    check=check,
    bad=login(authorize={"client_id": "shop-0815"}, token={"client_id": "shop-0815"}, answer=ISSUED, status=200)
    + refresh({"client_id": "desk-4711"}),
    good=login(answer=ISSUED, status=200) + refresh(answer={}),
)
