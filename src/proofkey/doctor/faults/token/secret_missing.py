"""The server wants client authentication and the request has none (RFC 6749 3.2.1, 5.2)."""

from __future__ import annotations

from proofkey.doctor import client_authentication
from proofkey.doctor.evidence import Absent, Evidence, Seen
from proofkey.doctor.fault import LIKELY, POSSIBLE, Certainty, Fault, Finding
from proofkey.doctor.login import Login
from proofkey.doctor.steps import TokenRequest
from proofkey.doctor.transcript import login


def check(login: Login) -> Finding | None:
    """No credentials show, and the registration or the server's answer asks for them."""
    token = login.token
    if token is None or token.authenticates or not token.answer.refused:
        return None
    if not isinstance(token.get("client_secret"), Absent):
        return None
    certainty = _certainty(login, token)
    if certainty is None:
        return None
    method = login.registration.token_endpoint_auth_method if login.registration is not None else None
    known = f" The client is registered with {method}." if method and method != "none" else ""
    browser = isinstance(token.header("origin"), Seen)
    return Finding(
        certainty,
        "The request has no client_secret, no client assertion and no Authorization header, and the server wants this"
        f" client to authenticate.{known}",
        (Evidence(f"{token.message.where}, {token.place}", "no client authentication"), token.answer.shows()),
        "Register the application as a single-page or public client (token_endpoint_auth_method none); a page cannot"
        " keep a secret."
        if browser
        else "",
    )


def _certainty(login: Login, token: TokenRequest) -> Certainty | None:
    answer = token.answer
    public = client_authentication.is_public(login)
    asked = answer.speaks_of("secret-missing")
    if public is False and login.registration is not None and login.registration.token_endpoint_auth_method:
        return LIKELY if asked or not client_authentication.may_be_hidden(login, token) else None
    if public or answer.speaks_of("secret-refused"):
        return None
    if asked:
        return LIKELY
    if not client_authentication.refuses_client(token):
        return None
    if answer.speaks_of("client-unknown", "client-id-missing", "challenge-missing", "browser-needs-pkce"):
        return None
    if client_authentication.may_be_hidden(login, token):
        return POSSIBLE
    # Without PKCE the same answer may mean that a public client has to use it.
    return LIKELY if isinstance(token.get("code_verifier"), Seen) else POSSIBLE


FAULT = Fault(
    title="The client is registered with a secret and sends none",
    meaning=(
        "The server keeps a secret for this client_id and expects it at the token endpoint; PKCE does not replace it."
        " For an application in a browser or on a phone the registration is wrong, not the request: such an application"
        " has no place to keep a secret."
    ),
    fix="Register the application as a public client (single-page, native; token_endpoint_auth_method none), or redeem"
    " the code on a server that holds the secret.",
    example_js="// on the server\nheaders: { Authorization: 'Basic ' + btoa(`${encodeURIComponent(id)}:"
    "${encodeURIComponent(secret)}`) }",
    example_py="httpx.post(token_url, data=params, auth=(client_id, client_secret))  # on a server only",
    wrong_fix="Putting the secret into the page or the app: everybody who loads it can read it.",
    spec=("RFC 6749 3.2.1", "RFC 6749 5.2"),
    blame="registration",
    explains=("code-not-accepted",),
    needs=("token.client_secret", "token.answer"),
    check=check,
    bad=login(status=401, answer={"error": "invalid_client", "error_description": "Client authentication is required"}),
    good=login(answer={}),
)
