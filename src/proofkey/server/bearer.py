"""Bearer tokens at the API (RFC 6750): from the Authorization header to the grant and the person behind it."""

from __future__ import annotations

from dataclasses import dataclass

from proofkey.core.records import Grant, User
from proofkey.core.wire import FORM
from proofkey.server import access_tokens
from proofkey.server.http import Request
from proofkey.server.running import Server
from proofkey.server.sealing.token import TokenFacts


@dataclass(frozen=True, slots=True)
class Bearer:
    """A token in force."""

    token: TokenFacts
    grant: Grant
    user: User | None  # None: a client's own token (client_credentials)
    scopes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NoBearer:
    """Why there is none; `code` is Genesys Cloud's error code, `error` RFC 6750's (None: nothing was sent)."""

    code: str
    message: str
    error: str | None
    status: int = 401


MISSING = NoBearer("authentication.required", "No authentication bearer token specified in authorization header.", None)
TWO_WAYS = NoBearer("bad.request", "The token is sent in two ways.", "invalid_request", 400)
BAD = NoBearer("bad.credentials", "Invalid login credentials.", "invalid_token")


async def read(server: Server, request: Request) -> Bearer | NoBearer:
    """Find out who is calling; the token is read from the Authorization header only (RFC 9700 4.3.2)."""
    header = request.header(b"authorization")
    if header is None:
        return MISSING
    scheme, _, text = header.partition(" ")
    if scheme.lower() != "bearer" or not text:
        return MISSING
    if _is_elsewhere_too(request):
        return TWO_WAYS
    found = await live(server, text.strip(), request.arrived_at)
    if found is None or not _is_for_us(server, found):
        return BAD
    return found


def _is_for_us(server: Server, found: Bearer) -> bool:
    # A token for another resource server is that one's to see; whoever runs it must not use it here (RFC 8707 3).
    audience, issuer = found.token.audience or found.grant.resource, server.settings.issuer
    return audience is None or audience == issuer or audience.startswith(issuer.rstrip("/") + "/")


def _is_elsewhere_too(request: Request) -> bool:
    # RFC 6750 2: never more than one way; the two others are not read here, only seen.
    places = [request.raw_query]
    if (request.header(b"content-type") or "").partition(";")[0].strip().lower() == FORM:
        places.append(request.body)
    return any(pair.startswith(b"access_token=") for place in places for pair in place.split(b"&"))


async def live(server: Server, text: str, now: float) -> Bearer | None:
    """Give what is behind an access token that holds: its grant, client and user are good and its time is not up."""
    token = await access_tokens.read(server, text)
    if token is None or now >= token.expires_at:
        return None
    grant = await server.store.grant(token.grant_id)
    if grant is None or grant.ended_at is not None:
        return None
    client = await server.store.client(grant.client_id)
    if client is None or client.disabled:
        return None
    user = await server.accounts.find(grant.subject) if grant.subject else None
    if grant.subject and (user is None or user.disabled):
        return None
    return Bearer(token, grant, user, token.scopes if token.scopes is not None else grant.scopes)
