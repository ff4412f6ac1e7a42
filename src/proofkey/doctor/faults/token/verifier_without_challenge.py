"""A verifier is sent, and no challenge reached the server at the start (RFC 7636 4.4)."""

from __future__ import annotations

from proofkey.doctor.evidence import Absent, Seen
from proofkey.doctor.fault import LIKELY, PROVEN, Fault, Finding
from proofkey.doctor.login import Login
from proofkey.doctor.soundness import stands_for_nothing
from proofkey.doctor.transcript import login


def check(login: Login) -> Finding | None:
    """Look at the last hop of the authorization request: a login page on the way may have dropped the challenge."""
    authorize, token, verifier = login.authorize, login.token, login.verifier
    if authorize is None or token is None or not isinstance(verifier, Seen) or stands_for_nothing(verifier.value):
        return None
    if not isinstance(login.challenge, Absent):
        return None
    before = next((each for each in login.authorize_hops[:-1] if each.value("code_challenge")), None)
    if before is not None:
        whole = {"client_id", "response_type"} <= set(authorize.names)
        return Finding(
            PROVEN if whole else LIKELY,
            "The first authorization request had a code_challenge, and the request that the server acted on, further"
            " on in the chain of redirects, has none: a page in between dropped it. The code is bound to no challenge.",
            (before.shows("code_challenge is there"), authorize.shows("no code_challenge"), verifier.shows("verifier")),
        )
    late = " It carries a code_challenge too, which belongs to the start." if "code_challenge" in token.names else ""
    return Finding(
        PROVEN,
        "The authorization request has no code_challenge, and the token request sends a code_verifier. The server has"
        f" nothing to compare it with.{late}",
        (login.challenge.shows("no code_challenge among the parameters"), verifier.shows("code_verifier is there")),
    )


FAULT = Fault(
    title="A verifier is sent but no challenge reached the server",
    meaning=(
        "PKCE starts at the authorization request: the challenge that is sent there is stored with the code. Without it"
        " many servers refuse a verifier, since somebody may have taken the challenge out on the way."
    ),
    fix="Send code_challenge and code_challenge_method=S256 in the authorization request, and keep the whole query on"
    " every page between it and the server.",
    example_js="url.searchParams.set('code_challenge', challenge);\n"
    "url.searchParams.set('code_challenge_method', 'S256');",
    example_py='params |= {"code_challenge": challenge, "code_challenge_method": "S256"}',
    wrong_fix="Leaving the verifier out: the login then works without any protection of the code.",
    spec=("RFC 7636 4.4",),
    blame="client",
    explains=("verifier-too-short", "verifier-too-long", "challenge-missing", "code-not-accepted"),
    needs=("authorize.code_challenge", "token.code_verifier"),
    check=check,
    bad=login(authorize={"code_challenge": None, "code_challenge_method": None}),
    good=login(answer={}),
)
