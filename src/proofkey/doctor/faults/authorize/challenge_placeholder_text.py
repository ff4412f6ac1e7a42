"""The challenge is empty or the printed name of a missing value (RFC 7636 4.3)."""

from __future__ import annotations

from urllib.parse import unquote

from proofkey.doctor.evidence import Seen
from proofkey.doctor.facts import characters
from proofkey.doctor.fault import PROVEN, Fault, Finding
from proofkey.doctor.login import Login
from proofkey.doctor.soundness import pair_is_right
from proofkey.doctor.transcript import login
from proofkey.doctor.transforms import facts

_SLUG = "challenge-placeholder-text"


def check(login: Login) -> Finding | None:
    """Read the value: it is no digest of anything, whatever the verifier is."""
    challenge = login.challenge
    if not isinstance(challenge, Seen) or pair_is_right(login):
        return None
    for value in (challenge.value, unquote(challenge.value).strip(" '\"")):
        for fact in facts(value):
            if fact.fault == _SLUG:
                sentence = fact.sentence if value else "it is empty"
                return Finding(
                    PROVEN,
                    f"The challenge has {characters(challenge.value)}: {sentence}. Nothing was hashed.",
                    (challenge.shows(f"code_challenge: {sentence}"),),
                )
    return None


FAULT = Fault(
    title="The challenge is empty or a printed type name",
    meaning=(
        "A variable without a value, or an object that was not unpacked, was turned into text and sent:"
        " undefined, null, [object Promise], [object ArrayBuffer]. Nothing was hashed, so no verifier can fit."
    ),
    fix="Wait for the digest (await) and send its base64url text; stop with an error if there is none.",
    example_js="const challenge = await s256(verifier); // without await this is a Promise",
    spec=("RFC 7636 4.3",),
    blame="client",
    explains=("verifier-unrelated", "challenge-wrong-transform", "challenge-reused", "code-not-accepted"),
    needs=("authorize.code_challenge",),
    check=check,
    bad=login(authorize={"code_challenge": "[object Promise]"}),
    good=login(answer={}),
)
