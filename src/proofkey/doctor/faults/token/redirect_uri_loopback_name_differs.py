"""The redirect_uri says localhost in one step and 127.0.0.1 (or [::1]) in the other (RFC 8252 7.3, 8.3)."""

from __future__ import annotations

from proofkey.doctor import redirects
from proofkey.doctor.fault import Fault, Finding
from proofkey.doctor.login import Login
from proofkey.doctor.transcript import login

_SLUG = "redirect-uri-loopback-name-differs"


def check(login: Login) -> Finding | None:
    """Compare the two values."""
    return redirects.finding(
        login,
        _SLUG,
        "The authorization request says {asked} and the token request says {repeated}. Both names mean this machine,"
        " and the server compares texts.",
    )


FAULT = Fault(
    title="localhost in one step, 127.0.0.1 in the other",
    meaning=(
        "localhost, 127.0.0.1 and [::1] lead to the same machine and are three different texts. The redirect_uri of the"
        " token request must be, character for character, the one of the authorization request."
    ),
    fix="Use one spelling everywhere: in the registration, in both steps and in the address of the listener."
    " 127.0.0.1 is the safest.",
    example_js="const REDIRECT_URI = 'http://127.0.0.1:5173/cb'; // for both requests",
    example_py='REDIRECT_URI = f"http://127.0.0.1:{port}/cb"  # for both requests',
    wrong_fix="Registering both names: the two steps still have to agree with each other.",
    spec=("RFC 8252 7.3", "RFC 8252 8.3"),
    blame="client",
    explains=("redirect-uri-differs", "redirect-uri-altered-by-server", "code-not-accepted"),
    needs=("authorize.redirect_uri", "token.redirect_uri"),
    check=check,
    bad=login(
        authorize={"redirect_uri": "http://localhost:5173/cb"}, token={"redirect_uri": "http://127.0.0.1:5173/cb"}
    ),
    good=login(answer={}),
)
