"""Several logins carry one challenge (RFC 7636 4.1, 7.1)."""

from __future__ import annotations

from proofkey.doctor import pair
from proofkey.doctor.evidence import Absent, Seen
from proofkey.doctor.fault import LIKELY, POSSIBLE, Fault, Finding
from proofkey.doctor.login import Login
from proofkey.doctor.soundness import stands_for_nothing
from proofkey.doctor.transcript import login

_FRESH = ("kLr4vD0aWn2uYt7mQe9sXc3bHf6gJz1pVo5iTq8yRwA", "Zq7HnW3xT0cVb5mKd9LsPf2RjYg8AeUo4iN6tBwXhQk")
_SHORTEST = 20  # characters; a shorter text is no digest


def check(login: Login) -> Finding | None:
    """Another login, with another state, has the same challenge, and this login's verifier does not fit it.

    Where the verifier makes the challenge, rightly or by some transform, the pair is constant and not what failed.
    """
    challenge, verifier = login.challenge, login.verifier
    if not isinstance(challenge, Seen) or len(challenge.value) < _SHORTEST:
        return None
    if isinstance(verifier, Absent) or stands_for_nothing(challenge.value) or pair.found_in(login) is not None:
        return None
    if isinstance(verifier, Seen) and (not verifier.value or stands_for_nothing(verifier.value)):
        return None
    other = _same_elsewhere(login, challenge.value)
    theirs = other.challenge if other is not None else None
    if other is None or not isinstance(theirs, Seen):
        return None
    worked = other.accepted and not isinstance(verifier, Seen)
    certainty = POSSIBLE if worked else LIKELY
    fits = ", and the verifier of this login does not fit it" if isinstance(verifier, Seen) else ""
    return Finding(
        certainty,
        f"Two logins with different state carry the same code_challenge{fits}. A pair is for one login only.",
        (challenge.shows("code_challenge"), theirs.shows("the same code_challenge in another login")),
    )


def _same_elsewhere(login: Login, challenge: str) -> Login | None:
    """Find another login of this client with the challenge; a retry of one request has its state and nonce."""
    mine = login.authorize
    for other in login.others:
        theirs, request = other.challenge, other.authorize
        if mine is None or request is None or not isinstance(theirs, Seen) or theirs.value != challenge:
            continue
        differs = any(request.value(name) != mine.value(name) for name in ("state", "nonce"))
        if differs and other.client_id == login.client_id:
            return other
    return None


FAULT = Fault(
    title="The same challenge is sent in every login",
    meaning=(
        "Several authorization requests carry one challenge. It is hard-coded, or one pair serves the whole"
        " life of the process. With a fresh verifier per login the constant challenge cannot fit; with a"
        " constant verifier the protection is gone."
    ),
    fix="Make a new verifier and challenge for every login, when the login starts.",
    example_js=(
        "async function login() {\n  const verifier = makeVerifier(); // here, not when the module loads\n  ...\n}"
    ),
    example_py=("def begin():\n    verifier = secrets.token_urlsafe(32)  # here, not at import"),
    spec=("RFC 7636 4.1", "RFC 7636 7.1"),
    blame="client",
    explains=("verifier-unrelated", "code-not-accepted"),
    needs=("authorize.code_challenge",),
    check=check,
    bad=login(token={"code_verifier": _FRESH[0]})
    + login(
        authorize={"state": "another-state-9Qk"},
        callback={"state": "another-state-9Qk", "code": "another-code-Zz81kP"},
        token={"code": "another-code-Zz81kP", "code_verifier": _FRESH[1]},
    ),
    good=login(answer={}),
)
