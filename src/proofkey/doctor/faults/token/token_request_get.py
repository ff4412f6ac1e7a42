"""The token endpoint was called with GET (RFC 6749 3.2)."""

from __future__ import annotations

from proofkey.doctor.echoes import UNREAD
from proofkey.doctor.evidence import Evidence
from proofkey.doctor.fault import PROVEN, Fault, Finding
from proofkey.doctor.login import Login
from proofkey.doctor.transcript import CODE, VERIFIER, login, request, response


def check(login: Login) -> Finding | None:
    """The method is not POST, and the request is not what a redirect made of a POST."""
    token = login.token
    if token is None or token.message.method in ("POST", ""):
        return None
    if any(other.redirected_to is token.message for other in login.token_requests):
        return None
    method = token.message.method
    return Finding(
        PROVEN,
        f"The token request is a {method}. Only POST is allowed there, because a URL with the code and the verifier"
        " ends up in histories and logs.",
        (Evidence(token.message.where, f"method {method}"), token.answer.shows()),
    )


FAULT = Fault(
    title="The token endpoint was called with GET",
    meaning=(
        "A client must use POST at the token endpoint. With GET the parameters are part of the URL, and the server"
        " answers that the method is not allowed or that parameters are missing."
    ),
    fix="Send a POST with the parameters as a form in the body.",
    example_js="await fetch(tokenUrl, { method: 'POST', body: new URLSearchParams(params) });",
    example_py="httpx.post(token_url, data=params)",
    wrong_fix="Opening the token URL in the browser to see what it says: that is a GET, too.",
    spec=("RFC 6749 3.2",),
    blame="client",
    explains=(*UNREAD, "token-params-in-query", "wrong-token-path", "wrong-host"),
    needs=("token",),
    check=check,
    bad=login(steps=("authorize", "callback"))
    + "\n"
    + request(
        "GET",
        "https://login.example/oauth/token?grant_type=authorization_code&client_id=app&redirect_uri="
        f"https%3A%2F%2Fapp.example%2Fcb&code={CODE}&code_verifier={VERIFIER}",
    )
    + response(405, {"Content-Type": "application/json"}, '{"error": "method_not_allowed"}'),
    good=login(answer={}),
)
