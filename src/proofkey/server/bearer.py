"""Bearer tokens at the API (RFC 6750): from the Authorization header to the grant and the person behind it."""

from __future__ import annotations

from dataclasses import dataclass

from proofkey.core.records import Grant, User
from proofkey.server.http import Request
from proofkey.server.running import Server
from proofkey.server.sealing.not_opened import NotOpened
from proofkey.server.sealing.token import TokenFacts


@dataclass(frozen=True, slots=True)
class Bearer:
    """A token in force."""

    token: TokenFacts
    grant: Grant
    user: User
    scopes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NoBearer:
    """Why there is none; `code` is Genesys Cloud's error code, `error` RFC 6750's (None: nothing was sent)."""

    code: str
    message: str
    error: str | None


MISSING = NoBearer("authentication.required", "No authentication bearer token specified in authorization header.", None)
BAD = NoBearer("bad.credentials", "Invalid login credentials.", "invalid_token")


async def read(server: Server, request: Request) -> Bearer | NoBearer:
    """Find out who is calling."""
    header = request.header(b"authorization")
    if header is None:
        return MISSING
    scheme, _, text = header.partition(" ")
    if scheme.lower() != "bearer" or not text:
        return MISSING
    token = await server.sealer.open_access(text.strip())
    if isinstance(token, NotOpened) or request.arrived_at >= token.expires_at:
        return BAD
    grant = await server.store.grant(token.grant_id)
    if grant is None or grant.ended_at is not None:
        return BAD
    client = await server.store.client(grant.client_id)
    user = await server.accounts.find(grant.subject)
    if client is None or client.disabled or user is None or user.disabled:
        return BAD
    return Bearer(token, grant, user, token.scopes if token.scopes is not None else grant.scopes)
