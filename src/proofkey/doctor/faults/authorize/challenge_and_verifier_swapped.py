"""Challenge and verifier changed places (RFC 7636 4.2)."""

from __future__ import annotations

from proofkey.doctor import pair
from proofkey.doctor.fault import Fault, Finding
from proofkey.doctor.login import Login
from proofkey.doctor.transcript import CHALLENGE, VERIFIER, login


def check(login: Login) -> Finding | None:
    """Prove it with the verifier: it is the hash of the challenge."""
    return pair.proof(login, "challenge-and-verifier-swapped")


FAULT = Fault(
    title="Challenge and verifier changed places",
    meaning=(
        "The random text went out as code_challenge, and its hash was sent as code_verifier. The server"
        " hashes the hash once more. Worse: the text that should have stayed secret stood in the browser's"
        " address bar."
    ),
    fix="Send the hash as code_challenge; keep the random text for code_verifier.",
    example_js="const { verifier, challenge } = await makePair(); // authorize: challenge, token: verifier",
    example_py=(
        "verifier = secrets.token_urlsafe(32)\nchallenge = s256(verifier)  # authorize: challenge, token: verifier"
    ),
    spec=("RFC 7636 4.2",),
    blame="client",
    explains=("verifier-unrelated", "challenge-wrong-transform", "code-not-accepted"),
    needs=("authorize.code_challenge", "token.code_verifier"),
    check=check,
    bad=login(authorize={"code_challenge": VERIFIER}, token={"code_verifier": CHALLENGE}),
    good=login(answer={}),
)
