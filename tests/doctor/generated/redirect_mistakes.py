"""Mistakes of redirect_uri (RFC 6749 3.1.2, 4.1.3)."""

# ruff: noqa: E501 (what servers say stays in one piece)

from __future__ import annotations

from urllib.parse import quote, urlencode

from tests.doctor.generated.mistakes import way
from tests.doctor.generated.story import Story, begin


@way("redirect-uri-trailing-slash", topic="redirect")
def slash(s: Story) -> None:
    s.token["redirect_uri"] = s.redirect_uri + "/"


@way("redirect-uri-trailing-slash", topic="redirect")
def host_slash(s: Story) -> None:
    s.redirect_uri = s.authorize["redirect_uri"] = s.app + "/"
    s.token["redirect_uri"] = s.app


@way("redirect-uri-scheme-differs", topic="redirect")
def scheme(s: Story) -> None:
    one, rest = s.redirect_uri.split("://")
    s.token["redirect_uri"] = ("http" if one == "https" else "https") + "://" + rest


@way("redirect-uri-port-differs", topic="redirect")
def port(s: Story) -> None:
    s.app = s.rng.choice(
        ("http://localhost:3000", "http://127.0.0.1:49152", s.app.rsplit(":", 1)[0] if s.app.count(":") > 1 else s.app)
    )
    s.redirect_uri = s.authorize["redirect_uri"] = s.app + "/cb"
    bare = s.app.rsplit(":", 1)[0] if s.app.count(":") > 1 else s.app
    s.token["redirect_uri"] = bare + s.rng.choice((":8443", ":51111")) + "/cb"


@way("redirect-uri-loopback-name-differs", topic="redirect")
def loopback(s: Story) -> None:
    names = ["localhost", "127.0.0.1", "[::1]"]
    s.rng.shuffle(names)
    s.app = f"http://{names[0]}:8080"
    s.redirect_uri = s.authorize["redirect_uri"] = f"{s.app}/callback"
    s.token["redirect_uri"] = f"http://{names[1]}:8080/callback"


@way("redirect-uri-case-differs", topic="redirect")
def case(s: Story) -> None:
    path = s.rng.choice(("/Auth/Callback", "/CALLBACK", "/signIn-Oidc"))
    s.redirect_uri = s.authorize["redirect_uri"] = s.app + path.lower()
    s.token["redirect_uri"] = s.app + path


@way("redirect-uri-double-encoded", topic="redirect")
def double(s: Story) -> None:
    s.token["redirect_uri"] = quote(s.redirect_uri, safe="")


@way("redirect-uri-missing", topic="redirect")
def no_redirect(s: Story) -> None:
    s.token["redirect_uri"] = None


@way("redirect-uri-misnamed", "redirect-uri-missing", topic="redirect")
def named_otherwise(s: Story) -> None:
    s.token[s.rng.choice(("redirect_url", "redirectUri", "callback_url", "redirectURI", "redirect-uri"))] = s.token.pop(
        "redirect_uri"
    )


@way("redirect-uri-differs", topic="redirect")
def differs(s: Story) -> None:
    s.token["redirect_uri"] = s.rng.choice(
        (
            "https://oauth.pstmn.io/v1/callback",
            "postmessage",
            "https://abcdefghijklmnop.chromiumapp.org/",
            s.app + "/other/return",
            "urn:ietf:wg:oauth:2.0:oob",
        )
    )


@way("redirect-uri-query-cut", "redirect-uri-differs", topic="redirect")
def query_cut(s: Story) -> None:
    whole = s.redirect_uri + "?tenant=7&lang=de"
    s.token["redirect_uri"] = whole
    pairs = [(k, v) for k, v in s.authorize.items() if v is not None and k != "redirect_uri"]
    s.raw_authorize = f"redirect_uri={whole}&" + urlencode(pairs)
    s.redirect_uri += "?tenant=7"


@way("redirect-uri-fragment", certainty="likely", topic="redirect")
def fragment(s: Story) -> None:
    s.redirect_uri = s.authorize["redirect_uri"] = s.token["redirect_uri"] = s.app + "/#/callback"
    s.callback = {
        "error": "invalid_request",
        "error_description": "redirect_uri must not contain a fragment",
        "state": s.authorize["state"],
    }
    s.authorize_answer = (
        400,
        "<html><body>invalid_request: redirect_uri must not include a fragment component</body></html>",
    )
    s.misleading = s.texts = False


@way("redirect-uri-not-registered")
def unregistered(s: Story) -> None:
    s.registration = {
        "client_id": s.vendor.client_id,
        "redirect_uris": [s.app + "/another"],
        "token_endpoint_auth_method": "none",
    }
    s.authorize_answer = (
        400,
        "<html><title>Error</title><body>We are sorry. Invalid parameter: redirect_uri</body></html>",
    )
    s.misleading = s.texts = False


@way("redirect-uri-not-registered", certainty="likely")
def unregistered_in_words(s: Story) -> None:
    text = {
        "entra": "AADSTS50011: The redirect URI specified in the request does not match the redirect URIs configured for the application.",
        "google": "Error 400: redirect_uri_mismatch",
        "auth0": "Callback URL mismatch. The provided redirect_uri is not in the list of allowed callback URLs.",
        "spotify": "INVALID_CLIENT: Invalid redirect URI",
        "cognito": "redirect_mismatch",
    }.get(s.vendor.name, "Invalid parameter: redirect_uri")
    s.authorize_answer = (400, f"<html><title>Error</title><body>{text}</body></html>")
    s.misleading = s.texts = False


@way("redirect-uri-of-other-login", "redirect-uri-differs", topic="redirect")
def of_other(s: Story) -> None:
    other = begin(s.rng, s.vendor.name)
    other.vendor, other.app = s.vendor, s.app
    other.redirect_uri = s.app + "/second/return"
    other.authorize = dict(other.authorize, redirect_uri=other.redirect_uri, client_id=s.vendor.client_id)
    other.no_callback, other.start_at = True, 3
    s.before = [each for each in other.exchanges() if each.method == "GET"]
    s.token["redirect_uri"] = other.redirect_uri
    s.secrets += other.secrets
    s.texts = False


@way("redirect-uri-altered-by-server", certainty="likely", vendors=("keycloak", "okta", "spotify"), topic="redirect")
def altered(s: Story) -> None:
    s.registration = {
        "client_id": s.vendor.client_id,
        "redirect_uris": [s.redirect_uri],
        "token_endpoint_auth_method": "none",
    }
    s.misleading = False
