"""The authorization request had a challenge and the token request has no verifier (RFC 7636 4.5)."""

from __future__ import annotations

from proofkey.doctor.evidence import Absent, Seen
from proofkey.doctor.fault import PROVEN, Fault, Finding
from proofkey.doctor.login import Login
from proofkey.doctor.transcript import login


def check(login: Login) -> Finding | None:
    """The challenge is seen, the token request was captured in full, and code_verifier is not in it."""
    challenge, verifier = login.challenge, login.verifier
    if login.token is None or (login.token.syntax in ("empty", "other") and not login.token.in_query):
        return None  # nothing of the request was readable: that is another fault
    if isinstance(challenge, Seen) and challenge.value and isinstance(verifier, Absent):
        return Finding(
            PROVEN,
            "The authorization request carried a code_challenge; the token request has no code_verifier. The server"
            " keeps the challenge with the code and cannot check it.",
            (challenge.shows("code_challenge is there"), verifier.shows("no code_verifier among the parameters")),
        )
    return None


FAULT = Fault(
    title="A challenge was sent and the token request has no verifier",
    meaning=(
        "With the challenge the server took a promise: whoever redeems the code must show the verifier. This token"
        " request does not. It happens when one program starts the login and another redeems the code, or when the"
        " verifier got lost between the two."
    ),
    fix="Send code_verifier with the verifier from which this login's challenge was made.",
    example_js="body: new URLSearchParams({ grant_type: 'authorization_code', code, redirect_uri, client_id,\n"
    "  code_verifier: verifier })",
    example_py='data = {"grant_type": "authorization_code", "code": code, "code_verifier": verifier, ...}',
    wrong_fix="Leaving the challenge out: public clients are refused without one, and the others lose its protection.",
    spec=("RFC 7636 4.5",),
    blame="client",
    explains=("verifier-is-null-text",),
    needs=("authorize.code_challenge", "token.code_verifier"),
    check=check,
    bad=login(token={"code_verifier": None}),
    good=login(answer={}),
)
