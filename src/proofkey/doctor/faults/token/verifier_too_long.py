"""The verifier has more than 128 characters (RFC 7636 4.1)."""

from __future__ import annotations

from proofkey.doctor import pair
from proofkey.doctor.evidence import Seen
from proofkey.doctor.facts import characters
from proofkey.doctor.fault import PROVEN, Fault, Finding
from proofkey.doctor.login import Login
from proofkey.doctor.soundness import pair_is_right
from proofkey.doctor.transcript import login


def check(login: Login) -> Finding | None:
    """Count the characters; whether the pair fits only changes the words."""
    if found := pair.proof(login, "verifier-too-long"):
        return found
    verifier = login.verifier
    if not isinstance(verifier, Seen) or len(verifier.value) <= 128:
        return None
    fitting = " It fits the challenge, but the server refuses it by its length, or cuts it and compares the rest."
    return Finding(
        PROVEN,
        f"The verifier has {characters(verifier.value)}; the most is 128.{fitting if pair_is_right(login) else ''}",
        (verifier.shows(f"code_verifier, {characters(verifier.value)}"),),
    )


FAULT = Fault(
    title="The verifier has more than 128 characters",
    meaning=(
        "A verifier is 43 to 128 characters long. Servers refuse a longer one, or store and compare only its beginning,"
        " which then does not fit."
    ),
    fix="Make the verifier of 32 to 96 random bytes in base64url, which gives 43 to 128 characters.",
    example_js="crypto.getRandomValues(new Uint8Array(32)) // 43 characters in base64url",
    example_py="verifier = secrets.token_urlsafe(64)  # 86 characters",
    wrong_fix="Cutting it after the challenge was made: the hash was taken over all of it.",
    spec=("RFC 7636 4.1",),
    blame="client",
    explains=("server-refuses-correct-pair", "verifier-character-refused-by-provider", "code-not-accepted"),
    needs=("token.code_verifier",),
    check=check,
    bad=login(
        authorize={"code_challenge": "wSywJKLlVRzKDgj86PHF4xRVXMP-9jKe6ZSj23UhZq4"},
        token={"code_verifier": "a" * 129},
    ),
    good=login(answer={}),
)
