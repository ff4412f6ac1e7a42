"""Challenge and verifier fit, and the server still reports a PKCE mismatch (RFC 7636 4.6)."""

from __future__ import annotations

from proofkey.doctor.evidence import Seen
from proofkey.doctor.fault import LIKELY, Fault, Finding
from proofkey.doctor.login import Login
from proofkey.doctor.soundness import flaws, pair_is_right
from proofkey.doctor.transcript import login


def check(login: Login) -> Finding | None:
    """The pair is right, nothing else is wrong, and the words are about PKCE."""
    token, challenge, verifier = login.token, login.challenge, login.verifier
    if token is None or not isinstance(challenge, Seen) or not isinstance(verifier, Seen):
        return None
    if not token.answer.refused or not token.answer.speaks_of("pkce-mismatch", "verifier-format", "verifier-decoding"):
        return None
    if not pair_is_right(login) or flaws(login):
        return None
    plain = challenge.value == verifier.value
    how = "the verifier, method plain" if plain else "base64url(SHA-256(verifier)), method S256"
    return Finding(
        LIKELY,
        f"The challenge is {how}: the pair is right by computation, and the server says otherwise. Encodings are not"
        " the cause.",
        (challenge.shows(f"code_challenge is {how}"), verifier.shows("code_verifier is legal"), token.answer.shows()),
    )


FAULT = Fault(
    title="Challenge and verifier fit, yet the server reports a PKCE mismatch",
    meaning=(
        "The two values were computed again and they fit, so the client did its part. The server computes S256 in"
        " another way, stored the challenge changed, or gives a PKCE text for an earlier failure, such as a code that"
        " was spent."
    ),
    fix="Prove it to whoever runs the server with the example pair of RFC 7636 appendix B, and upgrade the server.",
    wrong_fix="Trying other encodings of a value that is already right.",
    spec=("RFC 7636 4.6",),
    blame="server",
    explains=("code-not-accepted",),
    needs=("authorize.code_challenge", "token.code_verifier", "token.answer"),
    check=check,
    bad=login(answer={"error": "invalid_grant", "error_description": "PKCE verification failed"}),
    good=login(answer={}),
)
