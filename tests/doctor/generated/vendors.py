"""Authorization servers as they look from outside: addresses, forms of their values, and the words of their refusals."""

# ruff: noqa: E501 (what servers say stays in one piece)

from __future__ import annotations

import base64
import uuid
from dataclasses import dataclass, field
from random import Random

ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
URL_SAFE = ALPHABET + "-_"
Refusal = tuple[int, str, str]  # status, error, error_description ("" where the vendor gives none)

_NAMES = ("tern", "osprey", "merlin", "plover", "curlew", "siskin", "dunlin", "avocet", "linnet", "fulmar")
_PLACES = ("north", "harvest", "ledger", "studio", "clinic", "depot", "transit", "museum", "garden", "archive")


def token(rng: Random, length: int, alphabet: str = URL_SAFE) -> str:
    """Make a random text."""
    return "".join(rng.choice(alphabet) for _ in range(length))


def some_uuid(rng: Random) -> str:
    """Make a version 4 UUID."""
    return str(uuid.UUID(int=rng.getrandbits(128), version=4))


def company(rng: Random) -> str:
    """Make a host's first label."""
    return rng.choice(_NAMES) + rng.choice(_PLACES)


@dataclass
class Vendor:
    """One server for one login; `words` are its refusals by topic."""

    name: str
    authorize: str
    token: str
    issuer: str
    sign_in: str
    client_id: str
    code: str
    words: dict[str, Refusal]
    par: str = ""
    userinfo: str = ""
    scope: str | None = "openid profile"
    extra: dict[str, str] = field(default_factory=dict)  # what it adds to the callback

    def refusal(self, topic: str) -> Refusal:
        """Give its words for a topic, or the bare error."""
        return self.words.get(topic) or _BARE[topic]


_BARE: dict[str, Refusal] = {
    "mismatch": (400, "invalid_grant", ""),
    "no-verifier": (400, "invalid_grant", ""),
    "verifier-format": (400, "invalid_grant", ""),
    "code": (400, "invalid_grant", ""),
    "redirect": (400, "invalid_grant", ""),
    "request": (400, "invalid_request", ""),
    "client": (401, "invalid_client", ""),
    "grant-type": (400, "unsupported_grant_type", ""),
    "unknown-client": (401, "invalid_client", "The client was not found."),
    "scope": (400, "invalid_scope", "The requested scope is invalid, unknown, or malformed."),
    "challenge": (400, "invalid_request", "code_challenge is invalid"),
    "method": (400, "invalid_request", "Transform algorithm not supported: code_challenge_method"),
    "plain": (400, "invalid_request", "code_challenge_method plain is not allowed, use S256"),
    "pkce-required": (400, "invalid_request", "Missing parameter: code_challenge"),
    "refresh": (400, "invalid_grant", "Invalid refresh token"),
    "refresh-expired": (400, "invalid_grant", "The refresh token is expired."),
    "secret": (401, "invalid_client", "client_secret is missing."),
    "rate": (429, "too_many_requests", "Rate limit exceeded, try again later"),
}


def genesys(rng: Random) -> Vendor:
    """Genesys Cloud."""
    region = rng.choice(
        ("mypurecloud.com", "mypurecloud.ie", "mypurecloud.com.au", "cac1.pure.cloud", "mec1.pure.cloud")
    )
    root = f"https://login.{region}"
    return Vendor(
        "genesys", f"{root}/oauth/authorize", f"{root}/oauth/token", root, f"{root}/directory", some_uuid(rng),
        token(rng, rng.choice((32, 43, 64))),
        {
            "mismatch": (400, "invalid_grant", "Code verification failed"),
            "code": (400, "invalid_grant", "authorization code is invalid or expired"),
            "redirect": (400, "invalid_grant", "invalid redirect_uri"),
            "unknown-client": (400, "invalid_client", "client not found"),
            "rate": (400, "rate_limit", "rate limit exceeded"),
        },
        scope=None,
    )  # fmt: skip


def keycloak(rng: Random) -> Vendor:
    """Keycloak."""
    prefix = rng.choice(("", "/auth"))
    root = f"https://id.{company(rng)}.example{prefix}/realms/{rng.choice(('master', 'customers', 'b2b'))}"
    return Vendor(
        "keycloak", f"{root}/protocol/openid-connect/auth", f"{root}/protocol/openid-connect/token", root,
        f"{root}/login-actions", f"{company(rng)}-{rng.choice(('ui', 'frontend', 'app'))}",
        ".".join(some_uuid(rng) for _ in range(3)),
        {
            "mismatch": (400, "invalid_grant", rng.choice(("PKCE verification failed: Code mismatch", "PKCE verification failed"))),
            "no-verifier": (400, "invalid_grant", "PKCE code verifier not specified"),
            "verifier-format": (400, "invalid_grant", "PKCE verification failed: Invalid code verifier"),
            "code": (400, "invalid_grant", "Code not valid"),
            "redirect": (400, "invalid_grant", "Incorrect redirect_uri"),
            "client": (401, "unauthorized_client", "Invalid client or Invalid client credentials"),
            "secret": (401, "unauthorized_client", "Invalid client or Invalid client credentials"),
            "unknown-client": (401, "invalid_client", "Invalid client or Invalid client credentials"),
            "request": (400, "invalid_request", "Missing form parameter: grant_type"),
            "grant-type": (400, "unsupported_grant_type", "Unsupported grant_type"),
            "challenge": (302, "invalid_request", "Invalid parameter: code_challenge"),
            "method": (302, "invalid_request", "Invalid parameter: code_challenge_method"),
            "plain": (302, "invalid_request", "Invalid parameter: code challenge method is not configured one"),
            "pkce-required": (302, "invalid_request", "Missing parameter: code_challenge_method"),
            "refresh": (400, "invalid_grant", "Invalid refresh token"),
            "refresh-expired": (400, "invalid_grant", "Token is not active"),
        },
        par=f"{root}/protocol/openid-connect/ext/par/request",
        userinfo=f"{root}/protocol/openid-connect/userinfo",
        extra={"session_state": some_uuid(rng)},
    )  # fmt: skip


def auth0(rng: Random) -> Vendor:
    """Auth0."""
    root = f"https://{company(rng)}.{rng.choice(('eu.', 'us.', 'au.', ''))}auth0.com"
    return Vendor(
        "auth0", f"{root}/authorize", f"{root}/oauth/token", f"{root}/", f"{root}/u", token(rng, 32, ALPHABET),
        token(rng, rng.choice((43, 32, 64))),
        {
            "mismatch": (403, "invalid_grant", "Failed to verify code verifier"),
            "no-verifier": (403, "invalid_grant", ""),
            "code": (403, "invalid_grant", "Invalid authorization code"),
            "redirect": (403, "invalid_grant", "Invalid authorization code"),
            "client": (401, "access_denied", "Unauthorized"),
            "secret": (401, "access_denied", "Unauthorized"),
            "unknown-client": (403, "access_denied", "Unknown client: of this tenant"),
            "request": (400, "invalid_request", "Missing required parameter: grant_type"),
            "refresh": (403, "invalid_grant", "Unknown or invalid refresh token."),
            "rate": (429, "too_many_requests", "Global limit has been reached"),
        },
        userinfo=f"{root}/userinfo",
    )  # fmt: skip


def entra(rng: Random) -> Vendor:
    """Microsoft Entra ID."""
    tenant = rng.choice((some_uuid(rng), "common", "organizations"))
    root = f"https://login.microsoftonline.com/{tenant}"
    tail = f" Trace ID: {some_uuid(rng)} Correlation ID: {some_uuid(rng)} Timestamp: 2026-02-11 09:33:01Z"

    def words(status: int, error: str, text: str) -> Refusal:
        return status, error, text + tail

    return Vendor(
        "entra", f"{root}/oauth2/v2.0/authorize", f"{root}/oauth2/v2.0/token", f"{root}/v2.0", root, some_uuid(rng),
        "1." + token(rng, 60) + ".AgABBAIAAAB" + token(rng, 180),
        {
            "mismatch": words(400, "invalid_grant", "AADSTS501481: The Code_Verifier does not match the code_challenge supplied in the authorization request."),
            "no-verifier": words(400, "invalid_grant", "AADSTS501481: The Code_Verifier does not match the code_challenge supplied in the authorization request."),
            "code": words(400, "invalid_grant", "AADSTS70000: The provided value for the 'code' parameter is not valid."),
            "redirect": words(400, "invalid_grant", "AADSTS500112: The reply address does not match the reply address 'provided' when requesting Authorization code."),
            "client": words(401, "invalid_client", "AADSTS7000215: Invalid client secret provided."),
            "secret": words(401, "invalid_client", "AADSTS7000218: The request body must contain the following parameter: 'client_assertion' or 'client_secret'."),
            "unknown-client": words(400, "unauthorized_client", "AADSTS700016: Application with identifier was not found in the directory."),
            "request": words(400, "invalid_request", "AADSTS900144: The request body must contain the following parameter: 'grant_type'."),
            "refresh-expired": words(400, "invalid_grant", "AADSTS700084: The refresh token was issued to a single page app (SPA), and therefore has a fixed, limited lifetime of 1.00:00:00, which can't be extended."),
            "method": words(400, "invalid_request", "AADSTS50149: Invalid Code_Challenge_method parameter."),
        },
        extra={"session_state": some_uuid(rng)},
    )  # fmt: skip


def okta(rng: Random) -> Vendor:
    """Okta."""
    root = f"https://{company(rng)}.{rng.choice(('okta.com', 'oktapreview.com'))}/oauth2/{rng.choice(('default', 'aus' + token(rng, 17, ALPHABET)))}"
    return Vendor(
        "okta", f"{root}/v1/authorize", f"{root}/v1/token", root, root.partition("/oauth2")[0] + "/idp/idx",
        "0oa" + token(rng, 17, ALPHABET), token(rng, 43),
        {
            "mismatch": (400, "invalid_grant", "PKCE verification failed."),
            "code": (400, "invalid_grant", "The authorization code is invalid or has expired."),
            "redirect": (400, "invalid_grant", "The 'redirect_uri' does not match the redirection URI used in the authorization request."),
            "client": (401, "invalid_client", "The client secret supplied for a confidential client is invalid."),
            "secret": (401, "invalid_client", "Client authentication failed. Either the client or the client credentials are invalid."),
            "unknown-client": (400, "invalid_client", "Invalid value for 'client_id' parameter."),
            "refresh": (400, "invalid_grant", "The refresh token is invalid or expired."),
        },
        userinfo=f"{root}/v1/userinfo",
    )  # fmt: skip


def cognito(rng: Random) -> Vendor:
    """Amazon Cognito."""
    root = f"https://{company(rng)}.auth.{rng.choice(('us-east-1', 'eu-north-1', 'ap-south-1'))}.amazoncognito.com"
    return Vendor(
        "cognito", f"{root}/oauth2/authorize", f"{root}/oauth2/token", root, root,
        token(rng, 26, "abcdefghijklmnopqrstuvwxyz0123456789"), some_uuid(rng), {"secret": (400, "invalid_client", "invalid_client_secret")},
        userinfo=f"{root}/oauth2/userInfo",
    )  # fmt: skip


def spotify(rng: Random) -> Vendor:
    """Spotify."""
    root = "https://accounts.spotify.com"
    return Vendor(
        "spotify", f"{root}/authorize", f"{root}/api/token", root, f"{root}/login", token(rng, 32, "0123456789abcdef"),
        "AQ" + token(rng, 200),
        {
            "mismatch": (400, "invalid_grant", "code_verifier was incorrect"),
            "verifier-format": (400, "invalid_request", "code_verifier was invalid"),
            "code": (400, "invalid_grant", "Invalid authorization code"),
            "redirect": (400, "invalid_grant", "Invalid redirect URI"),
            "client": (400, "invalid_client", "Invalid client"),
            "refresh": (400, "invalid_grant", "Refresh token revoked"),
        },
        scope="user-read-email playlist-read-private",
    )  # fmt: skip


def google(rng: Random) -> Vendor:
    """Google."""
    return Vendor(
        "google", "https://accounts.google.com/o/oauth2/v2/auth", "https://oauth2.googleapis.com/token",
        "https://accounts.google.com", "https://accounts.google.com/signin",
        f"{rng.randrange(10**11, 10**12)}-{token(rng, 32, 'abcdefghijklmnopqrstuvwxyz0123456789')}.apps.googleusercontent.com",
        "4/0A" + token(rng, 68),
        {
            "mismatch": (400, "invalid_grant", "Invalid code verifier."),
            "no-verifier": (400, "invalid_grant", "Missing code verifier."),
            "code": (400, "invalid_grant", rng.choice(("Malformed auth code.", "Bad Request"))),
            "redirect": (400, "redirect_uri_mismatch", "Bad Request"),
            "client": (401, "invalid_client", "Unauthorized"),
            "unknown-client": (401, "invalid_client", "The OAuth client was not found."),
            "request": (400, "invalid_request", "Missing required parameter: grant_type"),
            "secret": (400, "invalid_request", "client_secret is missing."),
        },
        userinfo="https://openidconnect.googleapis.com/v1/userinfo",
    )  # fmt: skip


def duende(rng: Random) -> Vendor:
    """Duende IdentityServer, which gives bare errors only."""
    root = f"https://identity.{company(rng)}.example"
    return Vendor(
        "duende", f"{root}/connect/authorize", f"{root}/connect/token", root, f"{root}/Account",
        rng.choice(("interactive.public", "js", "spa", "bff")), token(rng, 64, "0123456789ABCDEF") + "-1", {},
        userinfo=f"{root}/connect/userinfo",
    )  # fmt: skip


def generic(rng: Random) -> Vendor:
    """Some server of which nothing is known."""
    root = f"https://auth.{company(rng)}.example"
    base = rng.choice(("/oauth", "/oauth2", "/v2/oauth", ""))
    sentence = "The provided authorization grant (e.g., authorization code, resource owner credentials) or refresh token is invalid, expired, revoked, does not match the redirection URI used in the authorization request, or was issued to another client."
    everything = rng.random() < 0.4
    return Vendor(
        "generic", f"{root}{base}/authorize", f"{root}{base}/token", root, root,
        rng.choice((f"{company(rng)}-spa", "app", "my-app", "web", token(rng, 20), "client-1", str(rng.randrange(10**8)))),
        token(rng, rng.choice((32, 40, 64))),
        dict.fromkeys(("mismatch", "no-verifier", "code", "redirect", "verifier-format"), (400, "invalid_grant", sentence))
        if everything
        else {
            "mismatch": (400, "invalid_grant", rng.choice(("The PKCE code challenge did not match the code verifier.", "Invalid PKCE code_verifier", "code challenge does not match previously saved code verifier"))),
            "no-verifier": (400, "invalid_grant", "code_verifier is required"),
            "code": (400, "invalid_grant", rng.choice(("grant request is invalid", "code doesn't exist or has expired"))),
            "redirect": (400, "invalid_grant", "redirect_uri mismatch"),
            "client": (401, "invalid_client", "Client authentication failed (e.g., unknown client, no client authentication included, or unsupported authentication method)."),
        },
        par=f"{root}{base}/par",
        userinfo=f"{root}{base}/userinfo",
    )  # fmt: skip


def x_client_id(rng: Random, kind: str) -> str:
    """Make a client id of X: it says in base64 whether the client is confidential (":ci") or native (":na")."""
    return base64.b64encode(f"{token(rng, 26)}:1:{kind}".encode()).decode().rstrip("=")


VENDORS = (genesys, keycloak, auth0, entra, okta, cognito, spotify, google, duende, generic)
