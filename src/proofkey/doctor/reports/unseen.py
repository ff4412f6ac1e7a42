"""What a capture does not show, in words for people: whole steps first, then single values of steps that are there."""

from __future__ import annotations

from collections.abc import Iterable

from proofkey.doctor.evidence import Seen
from proofkey.doctor.login import Login

STEPS = {
    "authorize": "the authorization request",
    "callback": "the callback",
    "token": "the token request",
    "refresh": "a refresh",
    "preflight": "a preflight",
    "pushed": "a pushed authorization request",
    "registration": "the client's registration (give it with --client)",
}


def in_words(path: str) -> str:
    """Say an evidence path, such as token.code_verifier, in words."""
    step, _, name = path.partition(".")
    whole = STEPS.get(step, step)
    if not name:
        return whole
    return f"the answer to {whole}" if name == "answer" else f"{name} of {whole}"


def unseen_parts(paths: Iterable[str], logins: Iterable[Login]) -> list[str]:
    """Name what is missing of these paths: a step that no login has by itself, not every value of it."""
    seen = {step for login in logins for step in STEPS if isinstance(login.observe(step), Seen)}
    wanted = sorted(set(paths), key=lambda path: (list(STEPS).index(path.partition(".")[0]), path))
    names = [in_words(path if path.partition(".")[0] in seen else path.partition(".")[0]) for path in wanted]
    return list(dict.fromkeys(names))
