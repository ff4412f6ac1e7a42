"""The method was left out, so the server takes the challenge as plain (RFC 7636 4.3)."""

from __future__ import annotations

from proofkey.core.pkce import decode_challenge
from proofkey.doctor import pair
from proofkey.doctor.evidence import Absent, Seen
from proofkey.doctor.facts import characters
from proofkey.doctor.fault import LIKELY, PROVEN, Fault, Finding
from proofkey.doctor.login import Login
from proofkey.doctor.refusals import words
from proofkey.doctor.transcript import login


def check(login: Login) -> Finding | None:
    """With the verifier a proper S256 pair proves it; without one, a server that asks for a method makes it likely."""
    challenge, method = login.challenge, login.method
    if not isinstance(challenge, Seen) or not challenge.value or not isinstance(method, Absent):
        return None
    found = pair.found_in(login)
    evidence = (
        challenge.shows(f"code_challenge, {characters(challenge.value)}"),
        method.shows("no code_challenge_method"),
    )
    if found is not None and found.is_s256:
        return Finding(
            PROVEN,
            "The challenge is the S256 challenge of the verifier, but code_challenge_method was not sent. Its default"
            " is plain, so the server compares the verifier itself with its hash.",
            evidence,
        )
    said = words(login, "method-refused", "plain-refused", "pkce-mismatch", "challenge-refused")
    if decode_challenge(challenge.value) is not None and not isinstance(login.verifier, Seen) and said:
        return Finding(
            LIKELY,
            "code_challenge_method was not sent, so the server takes the method plain; the challenge looks like an S256"
            " challenge.",
            (*evidence, said),
        )
    return None


FAULT = Fault(
    title="code_challenge_method is absent, so the server assumes plain",
    meaning=(
        "The challenge is an S256 challenge, but the parameter that says so is missing. By the standard a"
        " missing method means plain: the server compares the verifier, character by character, with its own"
        " hash."
    ),
    fix="Send code_challenge_method=S256 with the challenge.",
    example_js="parameters.set('code_challenge_method', 'S256');",
    example_py="parameters['code_challenge_method'] = 'S256'",
    wrong_fix=(
        "Leaving the hashing out: then challenge and verifier agree, and whoever reads the first URL can"
        " redeem the code."
    ),
    spec=("RFC 7636 4.3",),
    blame="client",
    explains=("verifier-unrelated", "challenge-method-plain-refused", "challenge-missing", "code-not-accepted"),
    needs=("authorize.code_challenge", "authorize.code_challenge_method"),
    check=check,
    bad=login(authorize={"code_challenge_method": None}),
    good=login(answer={}),
)
