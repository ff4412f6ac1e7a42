"""Client authentication at the token endpoint: how each method is written and read (RFC 6749 2.3.1).

Three methods: none (a public client names itself), client_secret_basic, client_secret_post. More than one in a
request is refused (RFC 6749 2.3).
"""

from __future__ import annotations

import hashlib
import hmac
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from dataclasses import dataclass
from urllib.parse import quote

from proofkey.core.errors import OAuthError
from proofkey.core.params import MalformedForm, Params, decode_component
from proofkey.core.records import AuthMethod, ClientRecord
from proofkey.core.secret import ClientSecret
from proofkey.core.value import value
from proofkey.core.wire import Headers


@value
class Presented:
    """What a token request says about its client; nothing is checked yet."""

    client_id: str
    method: AuthMethod
    secret: ClientSecret | None = None


@dataclass(frozen=True, slots=True)
class NotAuthenticated:
    """Why the client was not accepted: the answer, the fault, and whether a Basic challenge must go with it."""

    error: OAuthError
    fault: str
    client_id: str | None = None
    challenge: bool = False  # WWW-Authenticate: Basic (RFC 6749 5.2)


def read(
    authorization: str | None, params: Params, *, empty_secret_is_none: bool = False
) -> Presented | NotAuthenticated:
    """Read who the client says it is, from the Authorization header and the body's parameters.

    `empty_secret_is_none`: a Basic header with an empty password beside the same client_id counts as no
    authentication, as Genesys Cloud's own command line sends it.
    """
    body_id, body_secret = params.get("client_id"), params.get("client_secret")
    if authorization is None:
        return _read_body(params, body_id, body_secret)
    basic = _read_basic(authorization)
    if basic is None:
        return _invalid_client(
            "The Authorization header is not readable Basic authentication.", "client-credentials-malformed"
        )
    user, password = basic
    if body_secret is not None:
        return NotAuthenticated(
            OAuthError("invalid_request", "The request authenticates the client in two ways."),
            "two-client-authentications",
            client_id=user,
        )
    if body_id is not None and body_id != user:
        return NotAuthenticated(
            OAuthError("invalid_request", "The client_id of the body is not that of the Authorization header."),
            "code-of-other-client",
            client_id=user,
        )
    if not password:
        if empty_secret_is_none and body_id == user:
            return Presented(user, "none")
        return _invalid_client("The client secret is empty.", "secret-empty", client_id=user)
    return Presented(user, "client_secret_basic", ClientSecret(password))


def _read_body(params: Params, client_id: str | None, secret: str | None) -> Presented | NotAuthenticated:
    if client_id is None:
        return NotAuthenticated(
            OAuthError("invalid_request", "The parameter client_id is missing."), "client-id-missing"
        )
    if secret is not None:
        return Presented(client_id, "client_secret_post", ClientSecret(secret))
    if "client_secret" in params:
        return NotAuthenticated(
            OAuthError("invalid_client", "The client secret is empty."), "secret-empty", client_id=client_id
        )
    return Presented(client_id, "none")


def authenticate(presented: Presented, client: ClientRecord | None) -> ClientRecord | NotAuthenticated:
    """Decide whether the client is who it says it is (RFC 6749 3.2.1)."""
    challenge = presented.method == "client_secret_basic"
    status = 401 if challenge else 400
    if client is None or client.disabled:
        return NotAuthenticated(
            OAuthError("invalid_client", "client not found", status), "client-unknown", presented.client_id, challenge
        )
    if client.is_public:
        if presented.secret is not None:
            return NotAuthenticated(
                OAuthError("invalid_client", "The client is public and sent a secret.", status),
                "secret-in-public-client",
                client.client_id,
                challenge,
            )
        return client
    if presented.secret is None:
        if client.secret_optional:
            return client
        return NotAuthenticated(
            OAuthError("invalid_client", "authentication failed", 401), "secret-missing", client.client_id, True
        )
    if client.secret_hash is None or not hmac.compare_digest(hash_secret(presented.secret), client.secret_hash):
        return NotAuthenticated(
            OAuthError("invalid_client", "authentication failed", status),
            "client-secret-wrong",
            client.client_id,
            challenge,
        )
    if presented.method != client.auth_method and not client.secret_optional:
        return NotAuthenticated(
            OAuthError("invalid_client", "The client authenticates by another method than registered.", status),
            "wrong-client-auth-method",
            client.client_id,
            challenge,
        )
    return client


def hash_secret(secret: ClientSecret) -> bytes:
    """Hash a client secret for storage: SHA-256 suffices for the 256 random bits that the server makes."""
    return hashlib.sha256(secret.reveal().encode()).digest()


def write(presented: Presented) -> tuple[Headers, list[tuple[str, str]]]:
    """Give the headers and body parameters that carry a client's authentication."""
    if presented.secret is None:
        return (), [("client_id", presented.client_id)]
    if presented.method == "client_secret_post":
        return (), [("client_id", presented.client_id), ("client_secret", presented.secret.reveal())]
    # A form (RFC 6749 2.3.1) with %20 for a space: servers that percent-decode only, such as Authlib, read it as well.
    pair = f"{quote(presented.client_id, safe='')}:{quote(presented.secret.reveal(), safe='')}"
    return (("authorization", f"Basic {b64encode(pair.encode()).decode()}"),), []


def _read_basic(authorization: str) -> tuple[str, str] | None:
    scheme, _, credentials = authorization.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        user, colon, password = b64decode(credentials.strip(), validate=True).decode("utf-8").partition(":")
        if not colon or not user:
            return None
        return decode_component(user), decode_component(password)
    except (NotBase64, UnicodeDecodeError, MalformedForm, ValueError):
        return None


def _invalid_client(description: str, fault: str, *, client_id: str | None = None) -> NotAuthenticated:
    return NotAuthenticated(OAuthError("invalid_client", description, 401), fault, client_id, challenge=True)
