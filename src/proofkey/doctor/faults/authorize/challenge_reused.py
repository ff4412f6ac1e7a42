"""Several logins carry one challenge (RFC 7636 4.1, 7.1)."""

from __future__ import annotations

from proofkey.doctor.evidence import Seen
from proofkey.doctor.fault import LIKELY, Fault, Finding
from proofkey.doctor.login import Login
from proofkey.doctor.transcript import VERIFIER, login


def check(login: Login) -> Finding | None:
    """Another login, with another state, has the same challenge; retries of one request do not count."""
    challenge = login.challenge
    if not isinstance(challenge, Seen) or len(challenge.value) < 10 or login.authorize is None:
        return None
    state, nonce = login.authorize.value("state"), login.authorize.value("nonce")
    for other in login.others:
        theirs = other.challenge
        if not isinstance(theirs, Seen) or theirs.value != challenge.value or other.authorize is None:
            continue
        differs = other.authorize.value("state") != state or other.authorize.value("nonce") != nonce
        if differs and other.client_id == login.client_id:
            return Finding(
                LIKELY,
                "Two logins with different state carry the same code_challenge. A pair is for one login only.",
                (challenge.shows("code_challenge"), theirs.shows("the same code_challenge in another login")),
            )
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
    bad=login(token={"code_verifier": VERIFIER[::-1]})
    + login(
        authorize={"state": "another-state-9Qk"},
        callback={"state": "another-state-9Qk", "code": "another-code-Zz81kP"},
        token={"code": "another-code-Zz81kP", "code_verifier": VERIFIER[::-1]},
    ),
    good=login(answer={}),
)
