"""The redirect_uri is http in one step and https in the other (RFC 6749 4.1.3)."""

from __future__ import annotations

from proofkey.doctor import redirects
from proofkey.doctor.fault import Fault, Finding
from proofkey.doctor.login import Login
from proofkey.doctor.transcript import login

_SLUG = "redirect-uri-scheme-differs"


def check(login: Login) -> Finding | None:
    """Compare the two values."""
    return redirects.finding(
        login,
        _SLUG,
        "The authorization request says {asked} and the token request says {repeated}: http in one, https in the"
        " other.",
    )


FAULT = Fault(
    title="http in one step, https in the other",
    meaning=(
        "The redirect_uri of the token request must be, character for character, the one of the authorization request."
        " Where TLS ends at a proxy, a program that builds the URL from its own connection sees http, while the browser"
        " was sent to https."
    ),
    fix="Take the redirect_uri from the configuration in both steps, or let the program trust X-Forwarded-Proto of the"
    " proxy.",
    example_js="app.set('trust proxy', 1); // Express; or: const REDIRECT_URI = process.env.REDIRECT_URI",
    example_py="app.wsgi_app = ProxyFix(app.wsgi_app, x_proto=1)  # or one constant REDIRECT_URI",
    wrong_fix="Registering both: the two steps still have to agree, and http would carry codes in clear.",
    spec=("RFC 6749 4.1.3",),
    blame="client",
    explains=("redirect-uri-differs", "redirect-uri-altered-by-server", "code-not-accepted"),
    needs=("authorize.redirect_uri", "token.redirect_uri"),
    check=check,
    bad=login(token={"redirect_uri": "http://app.example/cb"}),
    good=login(answer={}),
)
