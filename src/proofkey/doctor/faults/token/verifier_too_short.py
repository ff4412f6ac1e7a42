"""The verifier has fewer than 43 characters (RFC 7636 4.1)."""

from __future__ import annotations

from proofkey.doctor import pair
from proofkey.doctor.evidence import Seen
from proofkey.doctor.facts import characters
from proofkey.doctor.fault import PROVEN, Fault, Finding
from proofkey.doctor.login import Login
from proofkey.doctor.soundness import pair_is_right, stands_for_nothing
from proofkey.doctor.transcript import login


def check(login: Login) -> Finding | None:
    """Count the characters; whether the pair fits only changes the words."""
    if found := pair.proof(login, "verifier-too-short"):
        return found
    verifier = login.verifier
    if not isinstance(verifier, Seen) or len(verifier.value) >= 43 or stands_for_nothing(verifier.value):
        return None
    fitting = " It fits the challenge, but a server that checks the form refuses it before it compares."
    return Finding(
        PROVEN,
        f"The verifier has {characters(verifier.value)}; the least is 43.{fitting if pair_is_right(login) else ''}",
        (verifier.shows(f"code_verifier, {characters(verifier.value)}"),),
    )


FAULT = Fault(
    title="The verifier has fewer than 43 characters",
    meaning=(
        "A verifier is 43 to 128 characters long, so that nobody can guess it. A UUID, a nanoid or 32 hexadecimal"
        " digits are too short, and servers refuse them whatever the challenge says."
    ),
    fix="Make the verifier of 32 random bytes in base64url, which gives 43 characters.",
    example_js="const verifier = btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(32))))\n"
    "  .replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');",
    example_py="verifier = secrets.token_urlsafe(32)  # 43 characters",
    wrong_fix="Filling it up with '=': that character is not allowed in a verifier.",
    spec=("RFC 7636 4.1",),
    blame="client",
    explains=("server-refuses-correct-pair", "verifier-character-refused-by-provider", "code-not-accepted"),
    needs=("token.code_verifier",),
    check=check,
    bad=login(
        authorize={"code_challenge": "oop3U19DL9s6NeuzsOybGxEw3Ju-Bcd8YEWDn6jEoUk"},
        token={"code_verifier": "wiLLJ3hGiTs85vo2mhFcJ"},
    ),
    good=login(answer={}),
)
