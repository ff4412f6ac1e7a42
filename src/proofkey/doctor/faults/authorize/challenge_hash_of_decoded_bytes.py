"""The hash was taken over the octets behind the verifier, not over its characters (RFC 7636 4.2)."""

from __future__ import annotations

from proofkey.doctor import pair
from proofkey.doctor.fault import Fault, Finding
from proofkey.doctor.login import Login
from proofkey.doctor.transcript import login


def check(login: Login) -> Finding | None:
    """Prove it with the verifier; a challenge of 43 characters shows nothing by itself."""
    return pair.proof(login, "challenge-hash-of-decoded-bytes")


FAULT = Fault(
    title="The hash was taken over the bytes behind the verifier, not over its text",
    meaning=(
        "The verifier was decoded (or the random bytes it was made from were kept), and those bytes were"
        " hashed. The server has only the characters of the verifier and hashes their ASCII codes, so its"
        " digest is another one."
    ),
    fix="Hash the verifier as text: its ASCII characters, exactly as they are sent.",
    example_js=(
        "const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier));\n"
        "const challenge = btoa(String.fromCharCode(...new Uint8Array(digest)))\n"
        "  .replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');"
    ),
    example_py="challenge = urlsafe_b64encode(sha256(verifier.encode()).digest()).rstrip(b'=').decode()",
    wrong_fix="Sending the raw bytes as verifier: a verifier is made of unreserved characters only.",
    spec=("RFC 7636 4.2",),
    blame="client",
    explains=("verifier-unrelated", "challenge-wrong-transform", "code-not-accepted"),
    needs=("authorize.code_challenge", "token.code_verifier"),
    check=check,
    bad=login(authorize={"code_challenge": "38v3YOi6zQgk1xkqk6Y5dvSDoBHqZrTh3mmWHxxWvyk"}),
    good=login(answer={}),
)
