"""The port of the redirect_uri differs between the steps (RFC 6749 4.1.3, RFC 8252 7.3)."""

from __future__ import annotations

from proofkey.doctor import redirects
from proofkey.doctor.address import split
from proofkey.doctor.evidence import Seen
from proofkey.doctor.fault import Fault, Finding
from proofkey.doctor.login import Login
from proofkey.doctor.transcript import login

_SLUG = "redirect-uri-port-differs"


def check(login: Login) -> Finding | None:
    """Compare the two values, and say which ports they name."""
    asked, repeated = login.observe("authorize.redirect_uri"), login.observe("token.redirect_uri")
    if not isinstance(asked, Seen) or not isinstance(repeated, Seen):
        return None
    ports = [f"port {port}" if (port := split(each.value).port) else "no port" for each in (asked, repeated)]
    return redirects.finding(
        login,
        _SLUG,
        f"Both redirect_uri values are equal but for the port: {ports[0]} in the authorization request, {ports[1]} in"
        " the token request. The server compares them as texts, so even a default port that is written out counts.",
    )


FAULT = Fault(
    title="The port differs",
    meaning=(
        "The redirect_uri of the token request must be, character for character, the one of the authorization request."
        " The port gets lost where a proxy does not hand on the Host header, and it changes where a native program"
        " opens a second listener for the second step."
    ),
    fix="Keep the redirect_uri of the authorization request with the login and send that text again; let the proxy"
    " forward Host with its port.",
    example_js="const { redirectUri, verifier } = pending.get(state); // as sent at the start",
    example_py="redirect_uri = pending[state].redirect_uri  # the port of the listener that is already open",
    wrong_fix="Registering more ports: the two steps still have to agree with each other.",
    spec=("RFC 6749 4.1.3", "RFC 8252 7.3"),
    blame="client",
    explains=("redirect-uri-differs", "redirect-uri-altered-by-server", "code-not-accepted"),
    needs=("authorize.redirect_uri", "token.redirect_uri"),
    check=check,
    bad=login(
        authorize={"redirect_uri": "http://localhost:3000/cb"}, token={"redirect_uri": "http://localhost:5173/cb"}
    ),
    good=login(answer={}),
)
