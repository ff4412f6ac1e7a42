"""The public keys (RFC 7517 5): the ones in use, the ones about to be, and the ones whose signatures still hold."""

from __future__ import annotations

from proofkey.server.http import Answer, Request, json_answer
from proofkey.server.running import Server

_CACHED = (("cache-control", "public, max-age=300"),)


async def jwks(server: Server, request: Request) -> Answer:
    """Serve the key set."""
    if not server.keys.can_sign:
        await server.keys.until_it_can_sign()
    return json_answer(server.keys.jwks(), headers=_CACHED)
