"""ID tokens (OpenID Connect Core 2, 3.1.3.6): who logged in, when, for which request. Claims are the userinfo's.

What was signed here is read again as an id_token_hint, at the authorization endpoint and at logout.
"""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64encode
from dataclasses import dataclass

from proofkey.core.records import ClientRecord, Grant
from proofkey.server import jws
from proofkey.server.running import Server

LIFETIME = 3600  # seconds


def id_token(server: Server, client: ClientRecord, grant: Grant, access_token: str, *, now: int, nonce: bool) -> str:
    """Sign an ID token; `nonce` is False at a refresh (OpenID Connect Core 12.2)."""
    claims: dict[str, object] = {
        "iss": server.settings.issuer,
        "sub": grant.subject,
        "aud": client.client_id,
        "exp": now + LIFETIME,
        "iat": now,
        "auth_time": grant.auth_time,
        "at_hash": _half_hash(access_token),
        "sid": session_name(grant.session_id),
    }
    if nonce and grant.nonce is not None:
        claims["nonce"] = grant.nonce
    return jws.sign(server.keys.signing_key(client.id_token_algorithm, now), "JWT", claims)


@dataclass(frozen=True, slots=True)
class Hint:
    """Whom an ID token of this server names, to which client, for which session."""

    subject: str
    client_id: str
    session: str


def read_hint(server: Server, text: str | None) -> Hint | None:
    """Read an id_token_hint, however old (RP-Initiated Logout 2); None where it is not an ID token of this server.

    Signed with a key that is no longer published, it is nobody's.
    """
    claims = jws.read(text, "JWT", server.keys.published_key) if text is not None else None
    if claims is None or claims.get("iss") != server.settings.issuer:
        return None
    subject, client_id, session = claims.get("sub"), claims.get("aud"), claims.get("sid")
    if not isinstance(subject, str) or not isinstance(client_id, str) or not isinstance(session, str):
        return None
    return Hint(subject, client_id, session)


def session_name(session_id: bytes) -> str:
    """Give the `sid` of a session."""
    return session_id.hex()[:32]


def _half_hash(text: str) -> str:
    # Both algorithms sign over SHA-256, so at_hash is its left half (3.1.3.6).
    return urlsafe_b64encode(hashlib.sha256(text.encode("ascii")).digest()[:16]).rstrip(b"=").decode("ascii")
