"""ID tokens (OpenID Connect Core 2, 3.1.3.6): who logged in, when, for which request. Claims are the userinfo's."""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64encode

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
        "sid": grant.session_id.hex()[:32],
    }
    if nonce and grant.nonce is not None:
        claims["nonce"] = grant.nonce
    return jws.sign(server.keys.signing_key(client.id_token_algorithm, now), "JWT", claims)


def _half_hash(text: str) -> str:
    # Both algorithms sign over SHA-256, so at_hash is its left half (3.1.3.6).
    return urlsafe_b64encode(hashlib.sha256(text.encode("ascii")).digest()[:16]).rstrip(b"=").decode("ascii")
