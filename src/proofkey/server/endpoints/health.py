"""/healthz: whether this process can serve a login now."""

from __future__ import annotations

from proofkey.server.http import Answer, Request, json_answer
from proofkey.server.running import Server


async def health(server: Server, request: Request) -> Answer:
    """Answer 200 once the store answers."""
    await server.store.meta("health")
    return json_answer({"status": "ok", "issuer": server.settings.issuer})
