"""The two redirect_uri values differ by letter case alone (RFC 6749 4.1.3)."""

from __future__ import annotations

from proofkey.doctor import redirects
from proofkey.doctor.fault import Fault, Finding
from proofkey.doctor.login import Login
from proofkey.doctor.transcript import login

_SLUG = "redirect-uri-case-differs"


def check(login: Login) -> Finding | None:
    """Compare the two values."""
    return redirects.finding(
        login,
        _SLUG,
        "The authorization request says {asked} and the token request says {repeated}: the same letters, some of them"
        " in another case. The server compares texts.",
    )


FAULT = Fault(
    title="Upper and lower case differ",
    meaning=(
        "The redirect_uri of the token request must be, character for character, the one of the authorization request."
        " A path that a framework writes in its own way (Signin-Oidc for signin-oidc) is another text."
    ),
    fix="Copy the registered value into one constant and send that text in both steps.",
    example_js="const REDIRECT_URI = 'https://app.example/signin-oidc'; // for both requests",
    example_py='REDIRECT_URI = "https://app.example/signin-oidc"  # for both requests',
    spec=("RFC 6749 4.1.3",),
    blame="client",
    explains=("redirect-uri-differs", "redirect-uri-altered-by-server", "code-not-accepted"),
    needs=("authorize.redirect_uri", "token.redirect_uri"),
    check=check,
    bad=login(token={"redirect_uri": "https://app.example/CB"}),
    good=login(answer={}),
)
