"""The code was redeemed too late (RFC 6749 4.1.2)."""

from __future__ import annotations

from proofkey.doctor.evidence import Seen
from proofkey.doctor.facts import seconds
from proofkey.doctor.fault import LIKELY, POSSIBLE, Fault, Finding
from proofkey.doctor.login import Login
from proofkey.doctor.pattern import Pattern
from proofkey.doctor.steps import TokenRequest
from proofkey.doctor.transcript import login

LONGEST = 600.0  # seconds; RFC 6749 4.1.2 recommends ten minutes at most
_TOLD_SO = 60.0  # seconds; a shorter wait is no reason even where the server speaks of expiry
# Lifetimes in seconds, as the providers document them.
_LIFETIMES: tuple[tuple[Pattern, float], ...] = (
    (Pattern(r"(?:.+\.)?(?:twitter|x)\.com/.*"), 30.0),
    (Pattern(r"(?:.+\.)?box\.com/.*"), 30.0),
    (Pattern(r"[^/]+/(?:.*/)?realms/[^/]+/protocol/openid-connect/.*"), 60.0),
    (Pattern(r".+\.amazoncognito\.com/.*"), 300.0),
)
_OTHER_TOPICS = (
    *("pkce-mismatch", "verifier-missing", "verifier-format", "redirect-mismatch", "client-authentication"),
    *("grant-type", "parameter-missing", "client-unknown", "scope-refused", "resource-refused"),
)


def check(login: Login) -> Finding | None:
    """Measure from the callback to the token request; without times only the server's words speak."""
    token = login.token
    if token is None or not token.answer.refused or (token.answer.error or "invalid_grant") == "invalid_client":
        return None
    answer = token.answer
    says_so = answer.speaks_of("code-expired")
    waited = _waited(login, token)
    if waited is None:
        only = says_so and not answer.speaks_of("code-invalid", "code-used", "code-other-client", *_OTHER_TOPICS)
        words = "The server says that the code has expired; the capture has no times to measure by."
        return Finding(POSSIBLE, words, (answer.shows(),)) if only else None
    lifetime = _lifetime(token)
    if waited > max(lifetime, LONGEST):
        certainty = LIKELY
    elif waited > lifetime or (says_so and waited > _TOLD_SO):
        certainty = POSSIBLE if answer.speaks_of(*_OTHER_TOPICS) and not says_so else LIKELY
    else:
        return None
    known = f"This provider gives a code {seconds(lifetime)}." if lifetime < LONGEST else "Codes live for minutes."
    return Finding(
        certainty,
        f"The code was redeemed {seconds(waited)} after the callback brought it. {known}",
        (token.shows(f"{seconds(waited)} after the callback"), answer.shows()),
    )


def _waited(login: Login, token: TokenRequest) -> float | None:
    code = token.value("code")
    came = [
        step.started
        for step in (*login.responses, *login.callbacks)
        if step.started is not None and isinstance(step.get("code"), Seen) and step.value("code") == code
    ]
    return token.started - min(came) if came and token.started is not None else None


def _lifetime(token: TokenRequest) -> float:
    place = f"{token.address.host}{token.address.path}"
    return next((lifetime for pattern, lifetime in _LIFETIMES if pattern.fullmatch(place)), LONGEST)


FAULT = Fault(
    title="The code was redeemed too late",
    meaning=(
        "A code lives from half a minute to ten minutes. The callback waited: a person copied the code by hand, a"
        " page was left open, a breakpoint held the program, or a queue was long."
    ),
    fix="Redeem the code as soon as the callback arrives; where that failed, start a new login.",
    example_js="await redeem(new URL(location.href).searchParams.get('code')); // first thing on the callback page",
    wrong_fix="Asking for a longer lifetime: a code is made to be redeemed at once.",
    spec=("RFC 6749 4.1.2",),
    blame="client",
    explains=("code-not-accepted", "server-refuses-correct-pair", "redirect-uri-altered-by-server"),
    needs=("token.code", "token.answer"),
    check=check,
    bad=login(answer={"error": "invalid_grant", "error_description": "The code has expired"}),
    good=login(answer={}),
)
