"""The challenge lost characters on its way (RFC 7636 4.2)."""

from __future__ import annotations

from proofkey.doctor import pair
from proofkey.doctor.fault import Fault, Finding
from proofkey.doctor.login import Login
from proofkey.doctor.transcript import login


def check(login: Login) -> Finding | None:
    """Prove it with the verifier: what is left is the beginning of the right challenge."""
    return pair.proof(login, "challenge-truncated")


FAULT = Fault(
    title="The challenge lost characters",
    meaning=(
        "What was sent is the beginning of the right challenge, but not all of it: cut when copied, by a"
        " column's width or a buffer's size. The server compares whole texts."
    ),
    fix=("Send all 43 characters; compute the challenge in code instead of copying it, and make columns wide enough."),
    spec=("RFC 7636 4.2",),
    blame="client",
    explains=("verifier-unrelated", "challenge-wrong-transform", "code-not-accepted"),
    needs=("authorize.code_challenge", "token.code_verifier"),
    check=check,
    bad=login(authorize={"code_challenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw"}),
    good=login(answer={}),
)
