"""The client sent plain and the server wants S256 (RFC 7636 4.4.1, RFC 9700 2.1.1)."""

from __future__ import annotations

from proofkey.doctor.evidence import Seen
from proofkey.doctor.fault import LIKELY, Fault, Finding
from proofkey.doctor.login import Login
from proofkey.doctor.refusals import refused_at_authorize, words
from proofkey.doctor.transcript import VERIFIER, login


def check(login: Login) -> Finding | None:
    """Plain was asked for, and the server said no to the start, or with words about the method."""
    method = login.method
    if not isinstance(method, Seen) or method.value != "plain" or login.accepted:
        return None
    said = words(login, "plain-refused", "method-refused", "challenge-refused", "challenge-missing", "s256-unsupported")
    if said is None and not refused_at_authorize(login):
        return None
    return Finding(
        LIKELY,
        "The authorization request asks for code_challenge_method=plain, and the server refused it.",
        (method.shows("code_challenge_method=plain"), *((said,) if said else ())),
    )


FAULT = Fault(
    title="The client sent plain and the server wants S256",
    meaning=(
        "The rules of this server, or of this client, allow S256 only. With plain the challenge is the"
        " verifier: whoever sees the authorization URL can redeem the code, so there is no protection left."
    ),
    fix="Use S256: hash the verifier and send code_challenge_method=S256.",
    example_js=(
        "const challenge = await s256(verifier); // base64url(SHA-256(verifier))\n"
        "parameters.set('code_challenge', challenge);\n"
        "parameters.set('code_challenge_method', 'S256');"
    ),
    wrong_fix="Asking the server's owner to allow plain.",
    spec=("RFC 7636 4.4.1", "RFC 9700 2.1.1"),
    blame="client",
    needs=("authorize.code_challenge_method",),
    check=check,
    bad=login(
        authorize={"code_challenge": VERIFIER, "code_challenge_method": "plain"},
        callback={"code": None, "error": "invalid_request", "error_description": "code_challenge_method must be S256"},
        steps=("authorize", "callback"),
    ),
    good=login(answer={}),
)
