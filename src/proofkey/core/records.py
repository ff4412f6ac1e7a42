"""What an authorization server remembers, as plain values.

Times are seconds since the epoch (UTC, int). Identifiers made by the server are bytes,
those that people chose are text.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from proofkey.core.value import value

AuthMethod = Literal["none", "client_secret_basic", "client_secret_post"]  # RFC 7591 2
AccessTokenFormat = Literal["opaque", "jwt"]  # jwt: RFC 9068
IdTokenAlgorithm = Literal["RS256", "ES256"]  # RFC 7518 3.1


@dataclass(frozen=True, slots=True)
class ClientRecord:
    """A registered client (RFC 7591 2 has most of the names)."""

    client_id: str
    name: str
    redirect_uris: tuple[str, ...]
    post_logout_redirect_uris: tuple[str, ...] = ()
    scopes: tuple[str, ...] = ()
    grant_types: tuple[str, ...] = ("authorization_code", "refresh_token")
    auth_method: AuthMethod = "none"
    secret_hash: bytes | None = None  # SHA-256 of a secret of 256 random bits
    secret_optional: bool = False  # with PKCE it may come without its secret, as Genesys Cloud's clients do
    access_token_format: AccessTokenFormat = "opaque"
    access_token_lifetime: int | None = None  # seconds; None: the server's setting
    id_token_algorithm: IdTokenAlgorithm = "RS256"
    require_pkce: bool = True  # a public client cannot loosen it (RFC 9700 2.1.1)
    trusted: bool = False  # first party: no consent page
    disabled: bool = False
    owner: str | None = None  # subject of the user who administers it
    description: str = ""
    created_at: int = 0
    modified_at: int = 0

    @property
    def is_public(self) -> bool:
        """Tell whether the client cannot keep a secret (RFC 6749 2.1)."""
        return self.auth_method == "none"


@value
class CodeFacts:
    """What an authorization code says once it is opened; nothing of it is stored (decision 1)."""

    grant_id: bytes  # 16 bytes, the first 6 are milliseconds since the epoch
    client_id: str
    redirect_uri: str
    redirect_uri_was_sent: bool
    challenge_digest: bytes | None  # 32 bytes; None: confidential client without PKCE
    subject: str
    session_id: bytes
    scopes: tuple[str, ...]
    nonce: str | None
    auth_time: int
    resource: str | None = None
    trace: bytes | None = None  # the trace context of the login, where logins are traced

    @property
    def issued_at(self) -> float:
        """Give the time of issue that the grant id carries."""
        return int.from_bytes(self.grant_id[:6], "big") / 1000


@value
class Grant:
    """One login: the row that redeeming its code inserted."""

    grant_id: bytes
    client_id: str
    subject: str
    session_id: bytes
    scopes: tuple[str, ...]
    resource: str | None
    nonce: str | None
    auth_time: int
    redeemed_at: int
    expires_at: int  # absolute end of refreshing
    generation: int = 0  # of the refresh token in force
    rotated_at: int = 0  # when it became so
    refresh_key_id: int = 0  # the sealing key of that refresh token: a repeat in the grace time gets the same text
    ended_at: int | None = None
    end_reason: str | None = None


@dataclass(frozen=True, slots=True)
class Session:
    """A person logged in at this server with this browser."""

    session_id: bytes  # 32 random bytes are in the cookie; this is their SHA-256
    subject: str
    auth_time: int
    expires_at: int
    ended_at: int | None = None


@dataclass(frozen=True, slots=True)
class User:
    """An account of the built-in accounts store."""

    subject: str  # stable, never reused
    username: str
    password_hash: str = field(repr=False)
    email: str | None = None
    claims: tuple[tuple[str, str], ...] = ()
    admin: bool = False
    disabled: bool = False
    created_at: int = 0


@value
class JournalEntry:
    """One exchange the server saw, in what production may keep (decision 12): no value a client sent in secret."""

    request_id: str
    at: float
    endpoint: str
    client_id: str | None
    fault: str | None  # None: it went well
    error: str | None  # what the network was told
    status: int
    details: tuple[tuple[str, str], ...] = ()  # names and lengths, fingerprints, derived facts
    address: str | None = None  # coarse: /24 or /48
