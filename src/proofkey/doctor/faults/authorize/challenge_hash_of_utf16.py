"""The hash was taken over two octets per character (RFC 7636 4.2)."""

from __future__ import annotations

from proofkey.doctor import pair
from proofkey.doctor.fault import Fault, Finding
from proofkey.doctor.login import Login
from proofkey.doctor.transcript import login


def check(login: Login) -> Finding | None:
    """Prove it with the verifier."""
    return pair.proof(login, "challenge-hash-of-utf16")


FAULT = Fault(
    title="The hash was taken over a UTF-16 text",
    meaning=(
        "The verifier was turned into UTF-16 before it was hashed, two octets per character. PKCE hashes the"
        " ASCII octets, one per character, so the digests differ."
    ),
    fix=("Turn the verifier into octets as ASCII or UTF-8 before hashing (C#: Encoding.ASCII, not Encoding.Unicode)."),
    example_js="const octets = new TextEncoder().encode(verifier); // UTF-8, one octet per character",
    example_py="octets = verifier.encode('ascii')  # not 'utf-16'",
    spec=("RFC 7636 4.2",),
    blame="client",
    explains=("verifier-unrelated", "challenge-wrong-transform", "code-not-accepted"),
    needs=("authorize.code_challenge", "token.code_verifier"),
    check=check,
    bad=login(authorize={"code_challenge": "KSf-8RhBUYjbDy6BDpUAjVnY6konuMb0z0zSe70Qc20"}),
    good=login(answer={}),
)
