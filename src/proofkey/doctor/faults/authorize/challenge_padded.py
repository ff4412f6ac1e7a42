"""The challenge is base64url with the padding left on (RFC 7636 4.2, appendix A)."""

from __future__ import annotations

from proofkey.doctor import pair
from proofkey.doctor.evidence import Seen
from proofkey.doctor.facts import characters
from proofkey.doctor.fault import LIKELY, Fault, Finding
from proofkey.doctor.login import Login
from proofkey.doctor.transcript import CHALLENGE, login


def check(login: Login) -> Finding | None:
    """Prove it with the verifier; without one, 44 characters that end in '=' are unmistakable."""
    if proven := pair.proof(login, "challenge-padded"):
        return proven
    challenge = login.challenge
    if not isinstance(challenge, Seen) or isinstance(login.verifier, Seen):
        return None
    if len(challenge.value) == 44 and challenge.value.endswith("=") and not set("+/") & set(challenge.value):
        return Finding(
            LIKELY,
            "The challenge has 44 characters and ends in '='. An S256 challenge has 43 and no padding.",
            (challenge.shows(f"{characters(challenge.value)}, the last one is '='"),),
        )
    return None


FAULT = Fault(
    title="The challenge still carries base64 padding",
    meaning=(
        "The digest is right and was written in base64 with its '=' at the end. An S256 challenge is 43 characters"
        " without padding. A strict server refuses the 44 characters when the login starts; a lenient one keeps them"
        " and compares them with 43 later, which never fits."
    ),
    fix="Take the '=' off the challenge, or use an encoder that writes base64url without padding.",
    example_js="const challenge = btoa(String.fromCharCode(...new Uint8Array(digest)))\n"
    "  .replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');",
    example_py='challenge = urlsafe_b64encode(digest).rstrip(b"=").decode()',
    wrong_fix="Padding the verifier as well: the hash of another text is another hash.",
    spec=("RFC 7636 4.2", "RFC 7636 appendix A"),
    blame="client",
    explains=("verifier-unrelated", "challenge-wrong-transform", "code-not-accepted"),
    needs=("authorize.code_challenge",),
    check=check,
    bad=login(authorize={"code_challenge": CHALLENGE + "="}),
    good=login(answer={}),
)
