"""Challenge and verifier are one text although the method says S256 (RFC 7636 4.2)."""

from __future__ import annotations

from proofkey.doctor.evidence import Seen
from proofkey.doctor.facts import characters
from proofkey.doctor.fault import PROVEN, Fault, Finding
from proofkey.doctor.login import Login
from proofkey.doctor.transcript import CHALLENGE, VERIFIER, login


def check(login: Login) -> Finding | None:
    """Compare the two; with the method plain, or none, equality is right."""
    challenge, method, verifier = login.challenge, login.method, login.verifier
    match challenge, method, verifier:
        case Seen(sent), Seen(name), Seen(kept) if sent == kept and sent and name.strip().lower() != "plain":
            return Finding(
                PROVEN,
                f"The same {characters(sent)} went out as code_challenge and as code_verifier, with the method {name}."
                " The server hashes the verifier and compares the hash with the text that was never hashed.",
                (challenge.shows("code_challenge"), verifier.shows("code_verifier, the same text")),
            )
    return None


FAULT = Fault(
    title="Challenge and verifier are the same text although the method says S256",
    meaning=(
        "Both requests carry one value. Either the verifier was never hashed, or its hash was sent a second time as the"
        " verifier. The server hashes what it gets at the token step and compares it with what it got at the start."
    ),
    fix="Send base64url(SHA-256(verifier)) as code_challenge and the verifier itself as code_verifier.",
    example_js="const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier));\n"
    "const challenge = base64url(digest); // sent at the start; `verifier` is sent at the token step",
    example_py="challenge = urlsafe_b64encode(sha256(verifier.encode()).digest()).rstrip(b'=').decode()",
    wrong_fix="Changing the method to plain so that it passes: then whoever reads the first URL has the verifier.",
    spec=("RFC 7636 4.2",),
    blame="client",
    explains=("verifier-unrelated", "challenge-wrong-transform", "challenge-reused", "code-not-accepted"),
    needs=("authorize.code_challenge", "authorize.code_challenge_method", "token.code_verifier"),
    check=check,
    bad=login(authorize={"code_challenge": VERIFIER}),
    good=login(authorize={"code_challenge": CHALLENGE}, answer={}),
)
