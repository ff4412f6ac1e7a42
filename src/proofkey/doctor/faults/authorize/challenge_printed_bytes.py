"""The challenge is base64 of printed byte values, as btoa(new Uint8Array(32)) makes it (RFC 7636 4.2)."""

from __future__ import annotations

from proofkey.doctor import pair
from proofkey.doctor.fault import Fault, Finding
from proofkey.doctor.login import Login
from proofkey.doctor.transcript import login

# base64url of "12,255,7,191,...": the numbers of a typed array, not its bytes
PRINTED = (
    "MTIsMjU1LDcsMTkxLDMzLDc2LDIwMSw1LDQ0LDkwLDE4LDIzMCw2MSwyLDE0OSw4OCwxNywyMDMsOSw2NCwxMjgsNz"
    "csMjUwLDMxLDYsMTEwLDQyLDE5OSw4MywxNTAsMjEsNzA"
)


def check(login: Login) -> Finding | None:
    """Decode the challenge: digits and commas are unmistakable."""
    return pair.proof(login, "challenge-printed-bytes") or pair.shape(login, "challenge-printed-bytes")


FAULT = Fault(
    title="The challenge is base64 of a printed list of byte values",
    meaning=(
        "A typed array was handed to an encoder for text. It was turned into a text first, its numbers with"
        " commas between them, and that text was encoded. In the usual form the numbers are random bytes that"
        " were never hashed, so nothing ties the challenge to any verifier."
    ),
    fix=(
        "Make a verifier first (base64url of 32 random bytes), hash its characters with SHA-256, and encode"
        " the digest's octets: String.fromCharCode(...bytes) before btoa."
    ),
    example_js=(
        "const base64url = (bytes) => btoa(String.fromCharCode(...bytes))\n"
        "  .replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');\n"
        "const verifier = base64url(crypto.getRandomValues(new Uint8Array(32)));\n"
        "const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier));\n"
        "const challenge = base64url(new Uint8Array(digest));"
    ),
    wrong_fix="Stripping padding and changing the alphabet: that was done already and is not what is wrong.",
    spec=("RFC 7636 4.2",),
    blame="client",
    explains=("verifier-unrelated", "challenge-wrong-transform", "code-not-accepted"),
    needs=("authorize.code_challenge",),
    check=check,
    bad=login(authorize={"code_challenge": PRINTED}),
    good=login(answer={}),
)
