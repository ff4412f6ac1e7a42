"""The ID token's nonce is not that of the authorization request (OpenID Connect Core 3.1.3.7)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote_plus

from proofkey.doctor.answer import claims_of
from proofkey.doctor.evidence import Evidence, Seen
from proofkey.doctor.facts import characters, fingerprint
from proofkey.doctor.fault import LIKELY, PROVEN, Fault, Finding
from proofkey.doctor.login import Login
from proofkey.doctor.transcript import TOKENS, id_token, login

_SENT = "n-0S6_WzA2Mj"


def check(login: Login) -> Finding | None:
    """Compare the two values; a refresh is not looked at, since its ID token need not have a nonce."""
    sent = login.observe("authorize.nonce")
    if not isinstance(sent, Seen) or not sent.value:
        return None
    for place, claims in _id_tokens(login):
        nonce = claims.get("nonce")
        if nonce is None:
            if login.api_calls:
                continue  # the client went on with the tokens
            explanation = "The authorization request has a nonce and the ID token has none."
            return Finding(LIKELY, explanation, (sent.shows("nonce"), Evidence(place, "an ID token without nonce")))
        if not isinstance(nonce, str) or unquote_plus(nonce) == unquote_plus(sent.value):
            continue
        other = any(other.authorize and other.authorize.value("nonce") == nonce for other in login.others)
        whose = " It is that of another login in this capture." if other else ""
        return Finding(
            PROVEN,
            f"The nonce of the ID token ({characters(nonce)}) is not that of the authorization request"
            f" ({characters(sent.value)}).{whose}",
            (
                sent.shows(f"nonce, fingerprint {fingerprint(sent.value)}"),
                Evidence(place, f"ID token: nonce, fingerprint {fingerprint(nonce)}"),
            ),
        )
    return None


def _id_tokens(login: Login) -> Iterator[tuple[str, dict[str, Any]]]:
    for request in login.token_requests:
        if claims := request.answer.id_token_claims:
            yield f"{request.message.where}, answer", claims
    for callback in login.callbacks or login.responses:
        if claims := claims_of(callback.value("id_token") or ""):
            yield callback.message.where, claims


FAULT = Fault(
    title="The ID token's nonce is not that of the authorize request",
    meaning=(
        "The nonce ties the ID token to the browser that started the login. This one belongs to another authorization"
        " request, or the stored nonce was replaced by a second login, so a client that checks it must refuse the"
        " token."
    ),
    fix=(
        "Keep the nonce under the state of its login, as the verifier, and compare with that one. Do not check a nonce"
        " at a refresh, where servers may leave it out."
    ),
    example_js="sessionStorage.setItem(`login.${state}`, JSON.stringify({ verifier, nonce }));",
    example_py="pending[state] = {'verifier': verifier, 'nonce': nonce}",
    wrong_fix="Not checking the nonce: then a stolen ID token can be slipped in.",
    spec=("OpenID Connect Core 3.1.3.7", "OpenID Connect Core 15.5.2"),
    blame="client",
    needs=("authorize.nonce",),
    check=check,
    bad=login(
        authorize={"nonce": _SENT}, answer={**TOKENS, "id_token": id_token({"nonce": "n-1Q6_WzA2Mj"})}, status=200
    ),
    good=login(authorize={"nonce": _SENT}, answer={**TOKENS, "id_token": id_token({"nonce": _SENT})}, status=200),
)
