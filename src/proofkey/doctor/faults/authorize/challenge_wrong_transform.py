"""The challenge was made from the verifier by a way that has no name of its own (RFC 7636 4.2)."""

from __future__ import annotations

from proofkey.doctor import pair
from proofkey.doctor.fault import Fault, Finding
from proofkey.doctor.login import Login
from proofkey.doctor.transcript import login


def check(login: Login) -> Finding | None:
    """Say the composition that the search found."""
    return pair.proof(login, "challenge-wrong-transform")


FAULT = Fault(
    title="The challenge comes from the verifier by a transform other than S256",
    meaning=(
        "A way was found that leads from the sent verifier to the sent challenge, so the two belong together, and it is"
        " not the one that the server goes: SHA-256 over the characters of the verifier, the 32 octets of the digest in"
        " base64url, no padding. The finding names each step that differs."
    ),
    fix="Compute the challenge as base64url without padding of the SHA-256 digest of the verifier's ASCII characters.",
    example_js="const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier));\n"
    "const challenge = btoa(String.fromCharCode(...new Uint8Array(digest)))\n"
    "  .replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');",
    example_py="challenge = urlsafe_b64encode(sha256(verifier.encode('ascii')).digest()).rstrip(b'=').decode()",
    wrong_fix="Changing the method to plain: it protects nothing and most servers refuse it.",
    spec=("RFC 7636 4.2",),
    blame="client",
    explains=("verifier-unrelated", "code-not-accepted"),
    needs=("authorize.code_challenge", "token.code_verifier"),
    check=check,
    # base64url of the hexadecimal SHA-1 of the verifier
    bad=login(authorize={"code_challenge": "YzBlYjFkYzUwNTdiNGJjNTliNjgzYzg1ZjM0ZDJmMDU0NWU4NWU0Ng"}),
    good=login(answer={}),
)
