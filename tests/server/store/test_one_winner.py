"""Of all that redeem one code at once, exactly one wins, and the grant ends."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path

import pytest

from proofkey.server.store import open_store
from proofkey.server.store.outcomes import CODE_REPLAYED, Redeemed
from proofkey.server.store.protocol import Store
from proofkey.testing.store_samples import make_grant
from tests.server.store.processes import go, make_database, start, url_of

THREADS, PROCESSES, CODES = 16, 4, 40


async def assert_ended(store: Store, ids: list[bytes]) -> None:
    """Check that all these grants ended by replay."""
    for grant_id in ids:
        grant = await store.grant(grant_id)
        assert grant is not None
        assert grant.end_reason == CODE_REPLAYED


@pytest.mark.shows("A20")
async def test_of_sixteen_threads_with_one_store_exactly_one_wins(tmp_path: Path) -> None:
    """Each thread has its own event loop; all start at a barrier."""
    store = await open_store(url_of(tmp_path / "a.db"))
    grants = [make_grant() for _ in range(CODES)]
    barrier = threading.Barrier(THREADS)
    won: list[bytes] = []

    async def redeem_all() -> None:
        barrier.wait()
        for outcome in await asyncio.gather(*(store.redeem(grant) for grant in grants)):
            if isinstance(outcome, Redeemed):
                won.append(outcome.grant.grant_id)

    threads = [threading.Thread(target=asyncio.run, args=(redeem_all(),)) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        await asyncio.to_thread(thread.join)
    ids = [grant.grant_id for grant in grants]
    assert sorted(won) == sorted(ids)
    await assert_ended(store, ids)
    await store.close()


@pytest.mark.shows("A20")
async def test_of_four_processes_with_one_database_exactly_one_wins(tmp_path: Path) -> None:
    """The database decides, not the memory of a process."""
    database = tmp_path / "a.db"
    await asyncio.to_thread(make_database, database)
    ids = [make_grant().grant_id for _ in range(CODES)]
    processes = [start(database) for _ in range(PROCESSES)]
    for process in processes:
        go(process, " ".join(one.hex() for one in ids))
    lines = [line for process in processes for line in process.communicate(timeout=60)[0].split("\n")]
    assert sorted(line for line in lines if line.startswith("won")) == sorted(f"won {one.hex()}" for one in ids)
    assert sum(line.startswith("lost") for line in lines) == (PROCESSES - 1) * CODES
    store = await open_store(url_of(database))
    await assert_ended(store, ids)
    await store.close()
