"""Entra: the redirect URI is registered for a page, and something else redeems the code (RFC 9700 2.1)."""

from __future__ import annotations

from proofkey.doctor.evidence import Absent, Evidence, Seen
from proofkey.doctor.fault import LIKELY, POSSIBLE, Fault, Finding
from proofkey.doctor.login import Login
from proofkey.doctor.transcript import login


def check(login: Login) -> Finding | None:
    """The server says that codes of single-page applications are redeemed across origins only."""
    token = login.token
    if token is None or not token.answer.refused or not token.answer.speaks_of("spa-origin-required"):
        return None
    origin = token.header("origin")
    evidence = [token.answer.shows()]
    if isinstance(origin, Absent):
        evidence.insert(0, Evidence(origin.where, "no Origin header"))
    return Finding(
        POSSIBLE if isinstance(origin, Seen) and origin.value != token.address.origin else LIKELY,
        "The token request does not come from a page on another origin (no Origin header), and Entra has the redirect"
        " URI under Single-page application.",
        tuple(evidence),
    )


FAULT = Fault(
    title="Entra: the redirect URI is registered as SPA, the call does not come from a browser",
    meaning=(
        "Entra keeps a platform with each redirect URI. Codes for a URI of a single-page application may be redeemed by"
        " a browser's cross-origin call only. This request came from a server, an app or a tool."
    ),
    fix="Register the URI under Web where a server redeems the code, under Mobile and desktop applications for an app;"
    " or redeem it in the page.",
    wrong_fix="Sending a made-up Origin header from the server.",
    spec=("RFC 9700 2.1",),
    blame="registration",
    explains=("secret-missing", "code-not-accepted", "server-ignored-body", "client-secret-wrong", "grant-not-enabled"),
    needs=("token.answer",),
    check=check,
    bad=login(
        authorize_url="https://login.microsoftonline.com/contoso.example/oauth2/v2.0/authorize",
        token_url="https://login.microsoftonline.com/contoso.example/oauth2/v2.0/token",
        answer={
            "error": "invalid_request",
            "error_description": "AADSTS9002327: Tokens issued for the 'Single-Page Application' client-type may only"
            " be redeemed via cross-origin requests.",
        },
    ),
    good=login(answer={}),
)
