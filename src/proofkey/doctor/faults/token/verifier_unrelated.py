"""No transform leads from the verifier to the challenge, and no other login in the capture fits (RFC 7636 4.6)."""

from __future__ import annotations

from proofkey.doctor import pair
from proofkey.doctor.evidence import Seen
from proofkey.doctor.facts import characters
from proofkey.doctor.fault import LIKELY, POSSIBLE, Fault, Finding
from proofkey.doctor.login import Login
from proofkey.doctor.refusals import names_every_reason
from proofkey.doctor.soundness import is_legal_verifier
from proofkey.doctor.transcript import login

_MISSING_VALUES = ("", "null", "undefined", "none", "nan", "[object object]")


def check(login: Login) -> Finding | None:
    """Search every transform, here and for the other logins; what is left is a pair of two strangers."""
    challenge, verifier = login.challenge, login.verifier
    if not isinstance(challenge, Seen) or not isinstance(verifier, Seen):
        return None
    if not challenge.value or verifier.value.strip().lower() in _MISSING_VALUES or challenge.value == verifier.value:
        return None
    if pair.found_in(login) is not None:
        return None
    if pair.request_of_other_login(login) is not None:
        return None
    return Finding(
        LIKELY,
        "No known transform turns this verifier into this challenge: right and wrong encodings, hashes and damages were"
        " tried. One of the two was made anew, taken from another place, or replaced by a library.",
        (
            challenge.shows(f"code_challenge, {characters(challenge.value)}"),
            verifier.shows(f"code_verifier, {characters(verifier.value)}, of another origin"),
        ),
    )


def suspect(login: Login) -> Finding | None:
    """Without the challenge the server's words speak: a verifier of the right form is the wrong one."""
    token, verifier = login.token, login.verifier
    if token is None or not isinstance(verifier, Seen) or not is_legal_verifier(verifier.value):
        return None
    answer = token.answer
    if not answer.refused or names_every_reason(answer) or not answer.speaks_of("pkce-mismatch", "verifier-format"):
        return None
    return Finding(
        POSSIBLE,
        "The server's words are about the code_verifier. The one that was sent has the right form"
        f" ({characters(verifier.value)}, none of them illegal), so it is the pair that does not fit: another verifier"
        " than the one that the challenge was made from, or a challenge that was made in a wrong way. The challenge is"
        " in the authorization request, which the capture does not show.",
        (answer.shows(), verifier.shows(f"code_verifier, {characters(verifier.value)}, of the right form")),
        fix="Give the address with which the login began (/authorize?...) as well: the two are compared then. Meanwhile"
        " look whether the verifier is made once, before the redirect, and read back at the callback.",
    )


FAULT = Fault(
    title="Verifier and challenge have nothing to do with each other",
    meaning=(
        "Encodings do not explain the pair: the verifier that was sent is not the one from which the challenge was"
        " made. Usual reasons are a verifier that is generated again at the callback, a pair copied from a generator"
        " whose fields were out of step, or a library that makes its own challenge and ignores yours."
    ),
    fix="Make the verifier once, derive the challenge from it, store it, and send that very one at the token step.",
    example_js="sessionStorage.setItem('verifier:' + state, verifier); // before the redirect\n"
    "const verifier = sessionStorage.getItem('verifier:' + state);  // at the callback; stop if it is null",
    wrong_fix="Trying encodings: the two values are no pair, however they are written.",
    spec=("RFC 7636 4.5", "RFC 7636 4.6"),
    blame="client",
    needs=("authorize.code_challenge", "token.code_verifier"),
    check=check,
    suspect=suspect,
    explains=("code-not-accepted",),
    bad=login(token={"code_verifier": "kLr4vD0aWn2uYt7mQe9sXc3bHf6gJz1pVo5iTq8yRwA"}),
    good=login(answer={}),
)
