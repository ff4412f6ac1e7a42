"""The token request names another redirect_uri than the authorization request (RFC 6749 4.1.3)."""

from __future__ import annotations

from proofkey.doctor import redirects
from proofkey.doctor.evidence import Seen
from proofkey.doctor.fault import POSSIBLE, Fault, Finding
from proofkey.doctor.login import Login
from proofkey.doctor.refusals import names_every_reason
from proofkey.doctor.soundness import stands_for_nothing
from proofkey.doctor.transcript import login

_SLUG = "redirect-uri-differs"


def check(login: Login) -> Finding | None:
    """Compare the two values; the smaller differences have names of their own."""
    repeated = login.observe("token.redirect_uri")
    if isinstance(repeated, Seen) and stands_for_nothing(repeated.value):
        return None
    return redirects.finding(
        login,
        _SLUG,
        "The authorization request says {asked} and the token request says {repeated}.",
    )


def suspect(login: Login) -> Finding | None:
    """Without the authorization request the server's words speak."""
    token, repeated = login.token, login.observe("token.redirect_uri")
    if token is None or not isinstance(repeated, Seen) or stands_for_nothing(repeated.value):
        return None
    answer = token.answer
    if not answer.refused or names_every_reason(answer) or not answer.speaks_of("redirect-mismatch"):
        return None
    return Finding(
        POSSIBLE,
        "The server's words are about the redirect_uri. It has to equal the one of the authorization request, which the"
        " capture does not show, character by character.",
        (answer.shows(), repeated.shows(f"redirect_uri {repeated.value[:200]}")),
        fix="Give the address with which the login began (/authorize?...) as well: the two are compared then.",
    )


FAULT = Fault(
    title="Another redirect_uri at the token step",
    meaning=(
        "The redirect_uri of the token request must be, character for character, the one of the authorization request."
        " Here it is another one: a second constant, a value of another environment, or what an example had in its"
        " place."
    ),
    fix="Send the same redirect_uri in both steps: one constant, or the value stored with the pending login.",
    example_js="const REDIRECT_URI = 'https://app.example/cb'; // for both requests",
    example_py='REDIRECT_URI = "https://app.example/cb"  # for both requests',
    wrong_fix="Registering the second value too: it may be registered and still has to equal the first.",
    spec=("RFC 6749 4.1.3",),
    blame="client",
    explains=("redirect-uri-altered-by-server", "code-not-accepted"),
    needs=("authorize.redirect_uri", "token.redirect_uri"),
    check=check,
    suspect=suspect,
    bad=login(token={"redirect_uri": "http://localhost:3000/callback"}),
    good=login(answer={}),
)
