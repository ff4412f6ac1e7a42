"""PKCE is mandatory for this client and no challenge was sent (RFC 7636 4.4.1)."""

from __future__ import annotations

import re

from proofkey.doctor.evidence import Absent, Seen
from proofkey.doctor.fault import LIKELY, POSSIBLE, Fault, Finding
from proofkey.doctor.login import Login
from proofkey.doctor.refusals import words_at_authorize
from proofkey.doctor.steps import TokenRequest
from proofkey.doctor.transcript import login

# A server that misses the challenge may name it, its method, or PKCE as a whole.
_TOPICS = ("challenge-missing", "challenge-refused", "method-refused", "plain-refused")


def check(login: Login) -> Finding | None:
    """No challenge at the start, and words about it; or a public client that is asked to authenticate itself."""
    challenge = login.challenge
    if not isinstance(challenge, Absent):
        return None
    said = words_at_authorize(login, *_TOPICS)
    token = login.token
    unproved = not isinstance(login.verifier, Seen)
    if (
        said is None
        and token is not None
        and unproved
        and token.answer.speaks_of("challenge-missing", "verifier-missing")
    ):
        said = token.answer.shows()
    certainty = LIKELY
    if said is None:
        if token is None or not _is_asked_to_authenticate(login, token):
            return None
        certainty = LIKELY if login.registration is not None and login.registration.public else POSSIBLE
        said = token.answer.shows()
    other = _other_name(login)
    named = f" There is a parameter {other}, which is not its name." if other else ""
    return Finding(
        certainty,
        f"The authorization request has no code_challenge, and this server asks for one.{named}",
        (challenge.shows("no code_challenge among the parameters"), said),
    )


def _is_asked_to_authenticate(login: Login, token: TokenRequest) -> bool:
    """Tell whether a client without secret and verifier is refused (Spring Authorization Server says no more)."""
    return (
        not isinstance(login.verifier, Seen)
        and token.message.request_headers is not None
        and not token.authenticates
        and token.answer.status in (400, 401)
        and token.answer.error == "invalid_client"
        and not token.answer.speaks_of("secret-missing", "client-unknown")
    )


def _other_name(login: Login) -> str | None:
    names = login.authorize.names if login.authorize is not None else []
    wanted = ("codechallenge", "challenge", "pkcechallenge", "codechalenge")
    return next((name for name in names if re.sub(r"[^a-z]", "", name.lower()) in wanted), None)


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
    explains=("challenge-method-plain-refused", "code-not-accepted"),
    needs=("authorize.code_challenge",),
    check=check,
    bad=login(
        authorize={"code_challenge": None, "code_challenge_method": None},
        callback={"code": None, "error": "invalid_request", "error_description": "code challenge required"},
        steps=("authorize", "callback"),
    ),
    good=login(answer={}),
)
