"""Mistakes of client authentication (RFC 6749 2.3)."""

from __future__ import annotations

import base64

from tests.doctor.generated.mistakes import way
from tests.doctor.generated.story import Story
from tests.doctor.generated.vendors import ALPHABET, token, x_client_id


def confidential(s: Story, secret: str | None = None) -> str:
    """Let a server-side client with a secret run the login."""
    secret = secret or token(s.rng, 40, ALPHABET)
    s.in_browser = False
    s.secrets.append(secret)
    return secret


def basic(name: str, secret: str) -> str:
    return "Basic " + base64.b64encode(f"{name}:{secret}".encode()).decode()


@way("secret-missing", certainty="likely", topic="secret", vendors=("keycloak", "auth0", "okta", "entra", "cognito"))
def no_secret(s: Story) -> None:
    s.in_browser = s.rng.random() < 0.5
    s.misleading = False


@way("secret-missing", "provider-requires-secret", certainty="likely", topic="client")
def no_secret_registered(s: Story) -> None:
    s.in_browser = s.rng.random() < 0.5
    s.registration = {
        "client_id": s.vendor.client_id,
        "redirect_uris": [s.redirect_uri],
        "token_endpoint_auth_method": "client_secret_post",
    }
    s.misleading = False


@way("provider-requires-secret", "secret-missing", certainty="likely", topic="secret", vendors=("google",))
def google_secret(s: Story) -> None:
    s.misleading = False


@way("provider-requires-secret", "secret-missing", certainty="likely", vendors=("generic",))
def x_confidential(s: Story) -> None:
    name = x_client_id(s.rng, "ci")
    s.vendor.authorize, s.token_url, s.vendor.sign_in = (
        "https://x.com/i/oauth2/authorize",
        "https://api.x.com/2/oauth2/token",
        "https://x.com/i/flow",
    )
    s.authorize["client_id"] = s.token["client_id"] = s.vendor.client_id = name
    s.refusal = (401, "unauthorized_client", "Missing valid authorization header")
    s.misleading = False


@way("secret-in-public-client", topic="client", vendors=("keycloak", "entra", "generic"))
def public_secret(s: Story) -> None:
    s.token["client_secret"] = confidential(s)
    s.registration = {
        "client_id": s.vendor.client_id,
        "redirect_uris": [s.redirect_uri],
        "token_endpoint_auth_method": "none",
    }
    if s.vendor.name == "entra":
        s.refusal = (
            401,
            "invalid_client",
            "AADSTS700025: Client is public so neither 'client_assertion' nor 'client_secret' should be presented.",
        )


@way("secret-empty", topic="client")
def empty_secret(s: Story) -> None:
    s.token["client_secret"] = ""


@way("secret-empty", topic="client")
def empty_basic(s: Story) -> None:
    s.in_browser = False
    s.token_headers["Authorization"] = basic(s.vendor.client_id, "")


@way("two-client-authentications", topic="client")
def twice(s: Story) -> None:
    secret = confidential(s)
    s.token["client_secret"] = secret
    s.token_headers["Authorization"] = basic(s.vendor.client_id, secret)


@way("wrong-client-auth-method", topic="client", vendors=("okta", "keycloak", "auth0"))
def wrong_method(s: Story) -> None:
    secret, post = confidential(s), s.rng.random() < 0.5
    s.registration = {
        "client_id": s.vendor.client_id,
        "redirect_uris": [s.redirect_uri],
        "token_endpoint_auth_method": "client_secret_basic" if post else "client_secret_post",
    }
    if post:
        s.token["client_secret"] = secret
    else:
        s.token_headers["Authorization"] = basic(s.vendor.client_id, secret)
        s.token["client_id"] = None


@way("basic-credentials-badly-encoded", "client-secret-wrong", certainty="likely", topic="client")
def badly_encoded(s: Story) -> None:
    secret = confidential(s, token(s.rng, 12, ALPHABET) + "%+/:" + token(s.rng, 10, ALPHABET))
    s.token_headers["Authorization"] = basic(s.vendor.client_id, secret)
    s.token["client_id"] = None


@way("secret-plus-became-space", certainty="likely", topic="client")
def plus_secret(s: Story) -> None:
    secret = confidential(s, token(s.rng, 12, ALPHABET) + "+" + token(s.rng, 14, ALPHABET))
    s.token_body = s.form() + "&client_secret=" + secret


@way("client-credentials-malformed", topic="client")
def malformed(s: Story) -> None:
    name = s.vendor.client_id
    s.token["client_id"] = s.rng.choice((f'"{name}"', f" {name}", f"{name}\n", f"('{name}',)", f"'{name}'"))


@way("client-secret-wrong", certainty="likely", topic="client")
def wrong_secret(s: Story) -> None:
    secret = confidential(s)
    if s.rng.random() < 0.5:
        s.token["client_secret"] = secret
    else:
        s.token_headers["Authorization"] = basic(s.vendor.client_id, secret)
        s.token["client_id"] = None
    s.refusal = (
        (401, "invalid_client", "Invalid client secret")
        if s.vendor.name != "auth0"
        else (401, "access_denied", "Unauthorized")
    )
    s.misleading = False


@way(
    "client-unknown",
    certainty="likely",
    topic="unknown-client",
    vendors=("genesys", "entra", "google", "okta", "generic"),
)
def unknown(s: Story) -> None:
    s.misleading = False
