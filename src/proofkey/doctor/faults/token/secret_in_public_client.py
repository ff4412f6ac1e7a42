"""A client without authentication sends a secret (RFC 6749 2.3, RFC 9700 2.5)."""

from __future__ import annotations

from proofkey.doctor import client_authentication
from proofkey.doctor.evidence import Evidence
from proofkey.doctor.fault import LIKELY, PROVEN, Fault, Finding
from proofkey.doctor.login import Login
from proofkey.doctor.transcript import login


def check(login: Login) -> Finding | None:
    """The registration, or the server, says that the client is public, and a secret is sent."""
    token = login.token
    if token is None:
        return None
    secret = client_authentication.secret(token)
    refused = token.answer.speaks_of("secret-refused") and not token.answer.speaks_of("secret-missing")
    public = client_authentication.is_public(login)
    if secret is None:
        if not refused or not client_authentication.may_be_hidden(login, token):
            return None
        evidence = Evidence(token.message.where, "the Authorization header is not in the capture")
    else:
        if not public and not refused:
            return None
        evidence = secret.shows("a secret is sent")
    told = "is registered without client authentication" if public else "is public, as the server says"
    return Finding(
        PROVEN if public and secret is not None else LIKELY,
        f"The client {told}, and the token request carries a secret. The server refuses credentials that it never"
        " issued.",
        (evidence, token.answer.shows()),
    )


FAULT = Fault(
    title="A public client sends a secret",
    meaning=(
        "A public client (a page, an app) proves nothing about itself; PKCE protects its codes instead. A secret in"
        " its request is either left over from another registration or stands where everybody can read it, and servers"
        " that know the client as public refuse the request."
    ),
    fix="Remove client_secret and the Authorization header from the token request.",
    example_js="new URLSearchParams({ grant_type: 'authorization_code', client_id, code, redirect_uri,\n"
    "  code_verifier }) // no client_secret",
    wrong_fix="Making the client confidential so that the secret is accepted: in a page it stays readable.",
    spec=("RFC 6749 2.3", "RFC 9700 2.5"),
    blame="client",
    explains=(
        *("client-secret-wrong", "wrong-client-auth-method", "code-not-accepted", "basic-credentials-badly-encoded"),
        *("secret-missing", "client-unknown"),
    ),
    needs=("token",),
    check=check,
    bad=login(
        token={"client_secret": "Zf3kPq8wLr2vXn6t"},
        status=401,
        answer={"error": "invalid_client", "error_description": "Client is public so no secret should be presented."},
    ),
    good=login(answer={}),
    registration='{"client_id": "app", "token_endpoint_auth_method": "none"}',
)
