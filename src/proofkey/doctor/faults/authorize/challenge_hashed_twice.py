"""A finished challenge was hashed again (RFC 7636 4.2)."""

from __future__ import annotations

from proofkey.doctor import pair
from proofkey.doctor.fault import Fault, Finding
from proofkey.doctor.login import Login
from proofkey.doctor.transcript import login


def check(login: Login) -> Finding | None:
    """Prove it with the verifier."""
    return pair.proof(login, "challenge-hashed-twice")


FAULT = Fault(
    title="The challenge was hashed twice",
    meaning=(
        "A finished challenge was handed to a function that hashes what it gets, or the digest was hashed"
        " once more. The server hashes once."
    ),
    fix="Hash once. A library that asks for the verifier wants the verifier, not the challenge.",
    example_js="await library.authorize({ code_verifier: verifier }); // it makes the challenge itself",
    example_py="client.create_authorization_url(url, code_verifier=verifier)  # it makes the challenge itself",
    wrong_fix=(
        "Sending the first hash as the verifier: it fits by accident of this mistake, and the secret half has"
        " travelled in a URL."
    ),
    spec=("RFC 7636 4.2",),
    blame="client",
    explains=("verifier-unrelated", "challenge-wrong-transform", "code-not-accepted"),
    needs=("authorize.code_challenge", "token.code_verifier"),
    check=check,
    bad=login(authorize={"code_challenge": "DSmbHrVIcI0EU05-BQxCe1bt-hXRNjejSEvdYbq_g4Q"}),
    good=login(answer={}),
)
