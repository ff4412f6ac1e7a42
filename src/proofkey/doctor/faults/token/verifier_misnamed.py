"""The token request carries the verifier under another name than code_verifier (RFC 7636 4.5)."""

from __future__ import annotations

import re

from proofkey.doctor.evidence import Absent, Seen
from proofkey.doctor.fault import LIKELY, PROVEN, Fault, Finding
from proofkey.doctor.login import Login
from proofkey.doctor.soundness import fits, is_readable, stands_for_nothing
from proofkey.doctor.transcript import VERIFIER, login

_NAMES = ("codeverifier", "verifier", "pkceverifier", "pkcecodeverifier", "codeverification")


def check(login: Login) -> Finding | None:
    """Where code_verifier is missing or empty, look for a value that fits, then for a name that is like it."""
    token, challenge, verifier = login.token, login.challenge, login.verifier
    if token is None or token.parameters is None:
        return None
    if not (isinstance(verifier, Absent) or (isinstance(verifier, Seen) and stands_for_nothing(verifier.value))):
        return None
    method = login.method.value if isinstance(login.method, Seen) else None
    candidates = [(each.name, each.value) for each in token.parameters if each.name != "code_verifier" and each.value]
    if isinstance(challenge, Seen):
        for name, value in candidates:
            if name not in token.message.placeholders and fits(value, challenge.value, method):
                return Finding(
                    PROVEN,
                    f"There is no code_verifier, and the parameter {name[:60]!r} of the same request holds the value"
                    " that fits the challenge. The server does not look there.",
                    (challenge.shows("code_challenge"), token.shows(f"{name[:60]}: fits the challenge")),
                )
    for name, value in candidates:
        if _is_alike(name) and not stands_for_nothing(value) and is_readable(token):
            return Finding(
                PROVEN if isinstance(challenge, Seen) else LIKELY,
                f"There is no code_verifier; the request has a parameter {name[:60]!r} instead, which the server does"
                " not know.",
                (token.shows(f"parameters: {', '.join(dict.fromkeys(token.names))[:300]}"),),
            )
    return None


def _is_alike(name: str) -> bool:
    letters = re.sub(r"[^a-z]", "", name.lower())
    if letters in _NAMES:
        return True
    from difflib import SequenceMatcher  # slow to load, and needed for unknown names only

    return SequenceMatcher(None, letters, "codeverifier").ratio() >= 0.85


FAULT = Fault(
    title="The verifier is there under another name",
    meaning=(
        "The server reads the parameter code_verifier and no other. Under any other name the verifier is ignored, and"
        " the request counts as one without a verifier."
    ),
    fix="Name the parameter code_verifier, in lower case and with the underscore.",
    example_js="new URLSearchParams({ ...params, code_verifier: codeVerifier })",
    example_py='data = {**params, "code_verifier": code_verifier}',
    spec=("RFC 7636 4.5",),
    blame="client",
    explains=("verifier-missing", "verifier-is-null-text", "code-not-accepted"),
    needs=("token.code_verifier",),
    check=check,
    bad=login(token={"code_verifier": None, "codeVerifier": VERIFIER}),
    good=login(answer={}),
)
