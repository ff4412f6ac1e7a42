"""/healthz: whether this process can serve a login now; /livez: whether it runs at all.

Who restarts processes asks the second: a database that is away for a minute is no reason to restart a server.
"""

from __future__ import annotations

from proofkey.server.http import Answer, Request, json_answer
from proofkey.server.running import Server


async def health(server: Server, request: Request) -> Answer:
    """Answer 200 once the store answers."""
    await server.store.meta("health")
    return json_answer({"status": "ok", "issuer": server.settings.issuer})


async def alive(server: Server, request: Request) -> Answer:
    """Answer 200 without asking the store."""
    return json_answer({"status": "alive"})
