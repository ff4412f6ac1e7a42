"""The verifier was encoded once more for the token request (RFC 7636 4.5)."""

from __future__ import annotations

from proofkey.doctor import pair
from proofkey.doctor.fault import Fault, Finding
from proofkey.doctor.login import Login
from proofkey.doctor.transcript import login


def check(login: Login) -> Finding | None:
    """Decoded, the sent value is a verifier that fits the challenge."""
    return pair.proof(login, "verifier-encoded-again")


FAULT = Fault(
    title="The verifier was base64url-encoded once more",
    meaning=(
        "The challenge was made from one text, and the token request carries the base64url form of that text. Usually a"
        " library encodes what it takes for raw bytes, while it got a finished verifier."
    ),
    fix="Send the verifier as it was hashed; give the library the raw bytes, or leave its encoding out.",
    example_js="new URLSearchParams({ ...params, code_verifier: verifier }) // not btoa(verifier)",
    example_py='data = {**params, "code_verifier": verifier}  # not urlsafe_b64encode(verifier.encode())',
    wrong_fix="Encoding it for the challenge as well: it hides the fault until the next library reads it.",
    spec=("RFC 7636 4.5",),
    blame="client",
    explains=(
        *("verifier-unrelated", "verifier-too-long", "verifier-illegal-characters", "code-not-accepted"),
        "challenge-hash-of-decoded-bytes",
    ),
    needs=("authorize.code_challenge", "token.code_verifier"),
    check=check,
    bad=login(token={"code_verifier": "ZEJqZnRKZVo0Q1ZQLW1COTJLMjd1aGJVSlUxcDFyX3dXMWdGV0ZPRWpYaw"}),
    good=login(answer={}),
)
