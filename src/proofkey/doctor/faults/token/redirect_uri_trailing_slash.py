"""The two redirect_uri values differ by a slash at the end (RFC 6749 4.1.3)."""

from __future__ import annotations

from proofkey.doctor import redirects
from proofkey.doctor.address import without_parameters
from proofkey.doctor.evidence import Seen
from proofkey.doctor.fault import PROVEN, Fault, Finding
from proofkey.doctor.login import Login
from proofkey.doctor.transcript import login


def check(login: Login) -> Finding | None:
    """Compare the two values with and without their last slash."""
    if login.authorize is None or login.token is None:
        return None
    asked, repeated = login.authorize.get("redirect_uri"), login.token.get("redirect_uri")
    match asked, repeated:
        case Seen(one), Seen(other) if redirects.difference(one, other) == "redirect-uri-trailing-slash":
            longer = "authorization request" if len(one) > len(other) else "token request"
            return Finding(
                PROVEN,
                f"Both redirect_uri values are equal but for a slash at the end, which only the {longer} has."
                " The server compares them as texts.",
                (asked.shows(without_parameters(one)), repeated.shows(without_parameters(other))),
            )
    return None


FAULT = Fault(
    title="A trailing slash differs",
    meaning=(
        "The redirect_uri of the token request must be, character for character, the one of the authorization request."
        " Here one of them ends in a slash and the other does not; often a URL class added it to a host without a path."
    ),
    fix="Keep the redirect_uri in one constant, as it is registered, and send that text in both steps.",
    example_js="const REDIRECT_URI = 'https://app.example/cb'; // for both requests; never new URL(...).href",
    wrong_fix="Registering both spellings: the two steps still have to agree with each other.",
    spec=("RFC 6749 4.1.3",),
    blame="client",
    explains=("redirect-uri-differs", "code-not-accepted", "redirect-uri-altered-by-server"),
    needs=("authorize.redirect_uri", "token.redirect_uri"),
    check=check,
    bad=login(token={"redirect_uri": "https://app.example/cb/"}),
    good=login(answer={}),
)
