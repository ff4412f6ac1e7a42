"""Another hash function than SHA-256 was used (RFC 7636 4.2)."""

from __future__ import annotations

from proofkey.doctor import pair
from proofkey.doctor.fault import Fault, Finding
from proofkey.doctor.login import Login
from proofkey.doctor.transcript import login


def check(login: Login) -> Finding | None:
    """Prove it with the verifier; the challenge's shape alone makes it likely."""
    return pair.proof(login, "challenge-wrong-hash") or pair.shape(login, "challenge-wrong-hash")


FAULT = Fault(
    title="Another hash function than SHA-256 was used",
    meaning=(
        "The challenge is a digest of this verifier, but of another function than SHA-256. The method S256"
        " names SHA-256 and nothing else."
    ),
    fix=(
        "Use SHA-256. Where the page has no crypto.subtle (plain http), bring a tested SHA-256 along or serve"
        " the page over https."
    ),
    example_js="const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier));",
    example_py="digest = hashlib.sha256(verifier.encode()).digest()  # not sha1, sha512, md5",
    wrong_fix="Writing a small hash function of one's own as a fallback.",
    spec=("RFC 7636 4.2",),
    blame="client",
    explains=("verifier-unrelated", "challenge-wrong-transform", "code-not-accepted"),
    needs=("authorize.code_challenge",),
    check=check,
    bad=login(authorize={"code_challenge": "wOsdxQV7S8WbaDyF800vBUXoXkY"}),
    good=login(answer={}),
)
