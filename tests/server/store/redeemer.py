"""A process that redeems codes and says so on its standard output; for tests that kill, trace and multiply it.

    python -m tests.server.store.redeemer DATABASE TASKS COUNT

It opens the store, prints `ready`, waits for a line on its input, then redeems COUNT new grants with TASKS tasks.
A line of several ids instead of an empty one: redeems those, all at once.
"""

from __future__ import annotations

import asyncio
import os
import sys
import time

from proofkey.core.records import Grant
from proofkey.server.store import open_store
from proofkey.server.store.outcomes import Redeemed
from proofkey.server.store.protocol import Store
from proofkey.testing.store_samples import make_grant


def say(text: str) -> None:
    """Write a line with one system call."""
    os.write(1, (text + "\n").encode())


async def redeem(store: Store, grant: Grant) -> None:
    """Redeem one grant and tell the outcome."""
    try:
        outcome = await store.redeem(grant)
    except Exception as error:
        say(f"{type(error).__name__} {grant.grant_id.hex()}")
    else:
        say(f"{'won' if isinstance(outcome, Redeemed) else 'lost'} {grant.grant_id.hex()}")


async def main(url: str, tasks: int, count: int) -> None:
    """Run the process."""
    store = await open_store(url, on_failure=lambda error: say(f"on_failure {type(error).__name__}"))
    say("ready")
    ids = (await asyncio.to_thread(sys.stdin.readline)).split()
    if ids:
        await asyncio.gather(*(redeem(store, make_grant(grant_id=bytes.fromhex(one))) for one in ids))
    else:
        left = iter(range(count))

        async def worker() -> None:
            for _ in left:
                await redeem(store, make_grant(time.time()))

        await asyncio.gather(*(worker() for _ in range(tasks)))
    await store.close()
    say("closed")


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
