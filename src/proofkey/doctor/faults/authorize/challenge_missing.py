"""PKCE is mandatory for this client and no challenge was sent (RFC 7636 4.4.1)."""

from __future__ import annotations

from proofkey.doctor.evidence import Absent, Seen
from proofkey.doctor.fault import LIKELY, Fault, Finding
from proofkey.doctor.login import Login
from proofkey.doctor.refusals import words, words_at_authorize
from proofkey.doctor.transcript import login


def check(login: Login) -> Finding | None:
    """No challenge at the start, and words about it; or a public client that is asked to authenticate itself."""
    challenge = login.challenge
    if not isinstance(challenge, Absent) or login.accepted:
        return None
    said = words_at_authorize(login, "challenge-missing", "challenge-refused") or words(login, "challenge-missing")
    token = login.token
    if said is None and not (
        token is not None
        and not isinstance(login.verifier, Seen)
        and not token.authenticates
        and token.answer.status == 401
        and token.answer.error in ("invalid_client", None)
        and login.registration is not None
        and login.registration.public
    ):
        return None
    return Finding(
        LIKELY,
        "The authorization request has no code_challenge, and this server asks for one.",
        (challenge.shows("no code_challenge among the parameters"), *((said,) if said else ())),
    )


FAULT = Fault(
    title="PKCE is mandatory here and no challenge was sent",
    meaning=(
        "The server wants PKCE from this client and the authorization request has no code_challenge. Public"
        " clients have nothing else to prove themselves with."
    ),
    fix="Turn PKCE on in the client library, or make a verifier per login and send its S256 challenge.",
    example_js=(
        "const verifier = makeVerifier();\n"
        "parameters.set('code_challenge', await s256(verifier));\n"
        "parameters.set('code_challenge_method', 'S256');"
    ),
    wrong_fix="Registering the client as confidential to escape the rule: a secret in a browser is no secret.",
    spec=("RFC 7636 4.4.1", "RFC 9700 2.1.1"),
    blame="client",
    needs=("authorize.code_challenge",),
    check=check,
    bad=login(
        authorize={"code_challenge": None, "code_challenge_method": None},
        callback={"code": None, "error": "invalid_request", "error_description": "code challenge required"},
        steps=("authorize", "callback"),
    ),
    good=login(answer={}),
)
