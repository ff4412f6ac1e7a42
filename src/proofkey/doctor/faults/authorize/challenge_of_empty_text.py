"""The challenge is the hash of nothing (RFC 7636 4.2)."""

from __future__ import annotations

from proofkey.doctor import pair
from proofkey.doctor.fault import Fault, Finding
from proofkey.doctor.login import Login
from proofkey.doctor.transcript import login


def check(login: Login) -> Finding | None:
    """The value is a constant that everybody can compute."""
    return pair.proof(login, "challenge-of-empty-text") or pair.shape(login, "challenge-of-empty-text")


FAULT = Fault(
    title="The challenge is the hash of an empty text",
    meaning=(
        "The challenge is the digest of a text without characters: the variable was still empty when it was"
        " hashed, or the value was copied from a tutorial that made this mistake."
    ),
    fix="Make the verifier first, then hash it; stop with an error if it is empty.",
    example_js=(
        "const verifier = makeVerifier();          // first\nconst challenge = await s256(verifier);   // then"
    ),
    spec=("RFC 7636 4.2",),
    blame="client",
    explains=("verifier-unrelated", "challenge-wrong-transform", "code-not-accepted"),
    needs=("authorize.code_challenge",),
    check=check,
    bad=login(authorize={"code_challenge": "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU"}),
    good=login(answer={}),
)
