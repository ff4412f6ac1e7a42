"""Entra: a page redeems the code, and the redirect URI is registered for another platform (RFC 9700 2.1)."""

from __future__ import annotations

from proofkey.doctor.evidence import Absent, Evidence, Seen
from proofkey.doctor.fault import LIKELY, POSSIBLE, Fault, Finding
from proofkey.doctor.login import Login
from proofkey.doctor.transcript import login


def check(login: Login) -> Finding | None:
    """The server says that cross-origin redemption is for single-page applications only."""
    token = login.token
    if token is None or not token.answer.refused or not token.answer.speaks_of("spa-registration"):
        return None
    origin = token.header("origin")
    evidence = [token.answer.shows()]
    if isinstance(origin, Seen):
        evidence.insert(0, Evidence(origin.where, f"Origin: {origin.value[:100]}"))
    redirect = token.value("redirect_uri")
    which = f" {redirect[:200]}" if redirect else ""
    return Finding(
        POSSIBLE if isinstance(origin, Absent) else LIKELY,
        f"The token request comes from a page (it has an Origin header), and Entra has the redirect URI{which} under"
        " another platform than Single-page application.",
        tuple(evidence),
    )


FAULT = Fault(
    title="Entra: the redirect URI is registered under Web, the call comes from a browser",
    meaning=(
        "Entra keeps a platform with each redirect URI. Codes for a URI of the platform Web are to be redeemed by a"
        " server with a secret; a request with an Origin header is refused for them. The PKCE part of the login is not"
        " what is refused."
    ),
    fix="In the app registration, under Authentication, remove the URI from Web and add it under Single-page"
    " application.",
    wrong_fix="Adding a secret: the page cannot keep it, and the Origin header stays.",
    spec=("RFC 9700 2.1",),
    blame="registration",
    explains=("secret-missing", "code-not-accepted", "server-ignored-body", "client-secret-wrong", "grant-not-enabled"),
    needs=("token.answer",),
    check=check,
    bad=login(
        authorize_url="https://login.microsoftonline.com/contoso.example/oauth2/v2.0/authorize",
        token_url="https://login.microsoftonline.com/contoso.example/oauth2/v2.0/token",
        token_headers={"Origin": "https://app.example"},
        answer={
            "error": "invalid_request",
            "error_description": "AADSTS9002326: Cross-origin token redemption is permitted only for the"
            " 'Single-Page Application' client-type.",
        },
    ),
    good=login(answer={}),
)
