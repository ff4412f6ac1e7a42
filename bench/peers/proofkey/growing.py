"""Fills a database with logins of the last days and with clients, as if they had happened: through the public store.

    python -m bench.peers.proofkey.growing DATABASE GRANTS CLIENTS

A process of its own, so that fsync can be left out of it (bench/logins/disk.py).
"""

from __future__ import annotations

import asyncio
import secrets
import sys
import time
from collections.abc import Awaitable, Iterator

from bench.logins.world import SCOPE
from bench.peers.proofkey.preparing import DAY, in_groups
from proofkey.core.records import ClientRecord, Grant
from proofkey.server.sealing.grant_id import new_grant_id
from proofkey.server.store import open_store
from proofkey.server.store.protocol import Store

DAYS = 14  # over which the logins are spread, oldest first, as they would have come
PEOPLE = 100_000
CLIENTS = 100_000


async def grow(database: str, grants: int, clients: int) -> None:
    """Write so many of each; the grants are live: none has ended or run out."""
    store = await open_store(database)
    now = time.time()
    try:
        await in_groups(_clients(store, clients, int(now)))
        await in_groups(_grants(store, grants, clients, now))
    finally:
        await store.close()


def _clients(store: Store, count: int, now: int) -> Iterator[Awaitable[object]]:
    for number in range(count):
        name = f"grown-{number:06}"
        uri = f"https://{name}.example/callback"
        yield store.put_client(ClientRecord(name, name, (uri,), scopes=(SCOPE,), created_at=now))


def _grants(store: Store, count: int, clients: int, now: float) -> Iterator[Awaitable[object]]:
    for number in range(count):
        issued = now - DAYS * DAY * (1 - number / count)
        yield store.redeem(
            Grant(
                grant_id=new_grant_id(issued, secrets.token_bytes),
                client_id=f"grown-{number % max(clients, 1):06}",
                subject=f"person-{number % PEOPLE:06}",
                session_id=secrets.token_bytes(32),
                scopes=(SCOPE,),
                resource=None,
                nonce=None,
                auth_time=int(issued),
                redeemed_at=int(issued),
                expires_at=int(issued) + 30 * DAY,
            )
        )


if __name__ == "__main__":
    asyncio.run(grow(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
