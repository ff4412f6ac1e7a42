"""One request uses two client authentication methods (RFC 6749 2.3)."""

from __future__ import annotations

from proofkey.doctor import client_authentication
from proofkey.doctor.evidence import Evidence
from proofkey.doctor.fault import LIKELY, POSSIBLE, PROVEN, Fault, Finding
from proofkey.doctor.login import Login
from proofkey.doctor.soundness import is_about_the_grant
from proofkey.doctor.transcript import login

_WORDS = {
    "client_secret_basic": "an Authorization: Basic header",
    "client_secret_post": "client_secret in the body",
    "private_key_jwt": "client_assertion in the body",
}


def check(login: Login) -> Finding | None:
    """Count the methods; where the headers were left out of the capture, believe the server's words."""
    token = login.token
    if token is None:
        return None
    used = client_authentication.methods(token)
    place = token.message.where
    shown = " and ".join(_WORDS[name] for name in used)
    if len(used) > 1:
        return Finding(
            POSSIBLE if is_about_the_grant(login) else PROVEN,
            f"The request has {shown}. A client must use one method in each request.",
            (Evidence(place, shown), token.answer.shows()),
        )
    if used and token.answer.speaks_of("two-authentications") and client_authentication.may_be_hidden(login, token):
        return Finding(
            LIKELY,
            f"The request has {shown}, the capture leaves Authorization headers out, and the server counts more than"
            " one authentication.",
            (Evidence(place, shown), token.answer.shows()),
        )
    return None


FAULT = Fault(
    title="Two client authentication methods in one request",
    meaning=(
        "The credentials are sent twice, usually because a library puts them into the header while the code adds"
        " client_secret to the body. The rules forbid it, and strict servers refuse the request even when both are"
        " right."
    ),
    fix="Keep the method that the client is registered with, and remove the other.",
    example_js="// header only\nheaders: { Authorization: basic },\n"
    "body: new URLSearchParams({ grant_type, code, redirect_uri, code_verifier })",
    example_py="httpx.post(token_url, data=params, auth=(client_id, client_secret))  # no client_secret in params",
    wrong_fix="Changing the secret: it is right in both places.",
    spec=("RFC 6749 2.3",),
    blame="client",
    explains=(
        *("client-secret-wrong", "wrong-client-auth-method", "secret-empty", "basic-credentials-badly-encoded"),
        *("code-not-accepted", "code-of-other-client", "client-unknown", "secret-missing", "token-answer-html"),
    ),
    needs=("token",),
    check=check,
    bad=login(
        token={"client_secret": "Zf3kPq8wLr2vXn6t"},
        token_headers={"Authorization": "Basic YXBwOlpmM2tQcTh3THIydlhuNnQ="},
        answer={"error": "invalid_request"},
    ),
    good=login(answer={}),
)
