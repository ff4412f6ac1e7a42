"""Access tokens in both forms: an opaque sealed reference, or a JWT (RFC 9068). Either names its grant, and the grant
decides: ending it ends both.
"""

from __future__ import annotations

from proofkey.core.records import ClientRecord, Grant
from proofkey.core.scope import encode
from proofkey.server import jws
from proofkey.server.running import Server
from proofkey.server.sealing.not_opened import NotOpened
from proofkey.server.sealing.token import TokenFacts

_TYPE = "at+jwt"


def lifetime_for(server: Server, client: ClientRecord) -> int:
    """Give the seconds that a client's access tokens live."""
    return client.access_token_lifetime or server.personality.access_token_lifetime


def issue(server: Server, client: ClientRecord, grant: Grant, facts: TokenFacts, *, now: float) -> str:
    """Write an access token in the client's form."""
    if client.access_token_format == "opaque":
        return server.sealer.seal_access(facts, now=now)
    scopes = grant.scopes if facts.scopes is None else facts.scopes
    claims = {
        "iss": server.settings.issuer,
        "exp": facts.expires_at,
        "aud": facts.audience or grant.resource or server.settings.issuer,
        "sub": grant.subject or client.client_id,  # no person: the client itself (RFC 9068 2.2)
        "client_id": client.client_id,
        "iat": facts.issued_at,
        "jti": f"{grant.grant_id.hex()}.{server.entropy(8).hex()}",
        "scope": encode(scopes),
        "auth_time": grant.auth_time,
    }
    return jws.sign(server.keys.signing_key("ES256", now), _TYPE, claims)


async def read(server: Server, text: str) -> TokenFacts | None:
    """Open an access token of either form; whether it still holds, grant and clock tell."""
    if text.count(".") == 2:
        return _read_jwt(server, text)
    opened = await server.sealer.open_access(text)
    return None if isinstance(opened, NotOpened) else opened


def _read_jwt(server: Server, text: str) -> TokenFacts | None:
    claims = jws.read(text, _TYPE, server.keys.published_key)
    if claims is None or claims.get("iss") != server.settings.issuer:
        return None
    grant_id, exp, iat, audience = (claims.get(name) for name in ("jti", "exp", "iat", "aud"))
    if not isinstance(grant_id, str) or not isinstance(exp, int) or not isinstance(iat, int):
        return None
    try:
        named = bytes.fromhex(grant_id.partition(".")[0])
    except ValueError:
        return None
    return TokenFacts(
        grant_id=named,
        generation=0,
        issued_at=iat,
        expires_at=exp,
        scopes=tuple(str(claims.get("scope") or "").split()),
        audience=audience if isinstance(audience, str) and audience != server.settings.issuer else None,
    )
