"""This provider wants a secret for this type of client, PKCE or not (RFC 6749 3.2.1)."""

from __future__ import annotations

import binascii
from base64 import urlsafe_b64decode

from proofkey.doctor import client_authentication
from proofkey.doctor.evidence import Evidence
from proofkey.doctor.fault import LIKELY, Fault, Finding
from proofkey.doctor.login import Login
from proofkey.doctor.transcript import login, token_request

# Hosts of providers whose web clients always have a secret, and how they call themselves.
_PROVIDERS = {
    "oauth2.googleapis.com": "Google",
    "www.googleapis.com": "Google",
    "accounts.google.com": "Google",
    "github.com": "GitHub",
    "www.linkedin.com": "LinkedIn",
    "slack.com": "Slack",
}
_X_HOSTS = ("api.twitter.com", "api.x.com", "twitter.com", "x.com")


def check(login: Login) -> Finding | None:
    """Know the provider, or read the client type out of an X client id; no secret is sent."""
    token = login.token
    if token is None or token.authenticates or not token.answer.refused:
        return None
    host = token.address.host
    kind = _x_client_type(login.client_id or "")
    if kind == "ci" and (host in _X_HOSTS or client_authentication.refuses_client(token)):
        words = "The client_id of X says that this is a confidential client (it decodes to a text that ends in ':ci')"
        shown = "client_id of a confidential client, no Authorization header"
    elif host in _PROVIDERS and _asks(login):
        words = f"{_PROVIDERS[host]} gives this type of client a secret and wants it at the token endpoint"
        shown = f"{host}; no client_secret"
    else:
        return None
    if client_authentication.may_be_hidden(login, token) and not token.answer.speaks_of("secret-missing"):
        return None
    return Finding(
        LIKELY,
        f"{words}, and the request carries none. With this provider PKCE comes on top of the secret.",
        (Evidence(token.message.where, shown), token.answer.shows()),
    )


def _asks(login: Login) -> bool:
    token = login.token
    if token is None or token.answer.speaks_of("client-unknown"):
        return False
    return token.answer.speaks_of("secret-missing") or client_authentication.refuses_client(token)


def _x_client_type(client_id: str) -> str:
    """Decode the type at the end of an X client id: "ci" confidential, "na" native."""
    if not 20 <= len(client_id) <= 80:
        return ""
    try:
        text = urlsafe_b64decode(client_id + "=" * (-len(client_id) % 4)).decode("ascii")
    except (ValueError, binascii.Error):
        return ""
    kind = text.rpartition(":")[2]
    return kind if text.count(":") == 2 and kind in ("ci", "na") else ""


FAULT = Fault(
    title="This provider demands a secret for this type of client even with PKCE",
    meaning=(
        "Some providers issue a secret with every client of a type (Google's web and desktop clients, X apps set up as"
        " confidential) and refuse token requests without it. Their rule, not the PKCE part of the login, stops the"
        " request."
    ),
    fix="Redeem the code on a server with the secret, or create a client of a type that has none: iOS or Android at"
    " Google, Native App at X.",
    example_py="httpx.post(token_url, data=params, auth=(client_id, client_secret))  # on a server",
    wrong_fix="Embedding the secret in a page: it is public from then on.",
    spec=("RFC 6749 3.2.1",),
    blame="server",
    explains=("secret-missing", "code-not-accepted", "error-hidden-in-200"),
    needs=("token.answer",),
    check=check,
    bad=login(authorize_url="https://accounts.google.com/o/oauth2/v2/auth", steps=("authorize", "callback"))
    + "\n"
    + token_request(
        None,
        400,
        {"error": "invalid_request", "error_description": "client_secret is missing."},
        url="https://oauth2.googleapis.com/token",
    ),
    good=login(answer={}),
)
