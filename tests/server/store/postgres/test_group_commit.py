"""The writer of redemptions over PostgreSQL: what queues together is one statement, on disk before the answer."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import asyncpg
import pytest

from proofkey.server.store import open_store
from proofkey.server.store.errors import StoreBusy, StoreFailed
from proofkey.server.store.location import PostgresLocation, locate
from proofkey.server.store.outcomes import Redeemed
from proofkey.server.store.postgres import group_commit
from proofkey.server.store.postgres.group_commit import BUSY
from proofkey.server.store.postgres.store import PostgresStore
from proofkey.testing.store_samples import make_entry, make_grant


@pytest.fixture
async def store(postgres_store: str) -> AsyncIterator[PostgresStore]:
    """An open store, its writer connected."""
    opened = await open_store(postgres_store)
    assert isinstance(opened, PostgresStore)
    await opened.redeem(make_grant())
    yield opened
    await opened.close()


WAITING = """
SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database
WHERE datname = current_database() AND relation = 'grants'::regclass AND NOT granted
"""


@asynccontextmanager
async def held(url: str) -> AsyncIterator[Callable[[], Awaitable[None]]]:
    """Keep the table locked, so that the batch in hand waits; give what waits until there is one."""
    connection = await asyncpg.connect(url)

    async def somebody_waits() -> None:
        async with asyncio.timeout(60):
            while not await connection.fetchval(WAITING):  # noqa: ASYNC110  # a lock tells nobody
                await asyncio.sleep(0.01)

    async with connection.transaction():
        await connection.execute("LOCK TABLE grants IN ACCESS EXCLUSIVE MODE")
        yield somebody_waits
    await connection.close()


async def test_what_queues_during_a_commit_shares_the_next_one(store: PostgresStore, postgres_store: str) -> None:
    """One that waits for the lock, and a hundred behind it: two statements."""
    before = store.figures().commits
    async with held(postgres_store) as somebody_waits:
        first = asyncio.ensure_future(store.redeem(make_grant()))
        await somebody_waits()
        grants = [make_grant() for _ in range(100)]
        tasks = [asyncio.ensure_future(store.redeem(grant)) for grant in grants]
        async with asyncio.timeout(60):
            while store.figures().waiting < 100:  # noqa: ASYNC110  # a queue tells nobody
                await asyncio.sleep(0.01)
        assert store.figures().waiting == 100
    assert isinstance(await first, Redeemed)
    assert await asyncio.gather(*tasks) == [Redeemed(grant) for grant in grants]
    assert store.figures().commits == before + 2


def work() -> None:
    """Keep the loop busy, as requests do."""
    time.sleep(3 * BUSY)


async def test_requests_that_the_loop_is_at_share_the_commit(
    store: PostgresStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A commit costs more than to wait for those who have arrived."""
    monkeypatch.setattr(group_commit, "LONGEST", 60.0)  # a machine that stands still in between is no busy loop
    before = store.figures().commits

    async def request(steps: int) -> object:
        for _ in range(steps):
            work()
            await asyncio.sleep(0)
        return await store.redeem(make_grant())

    await asyncio.gather(*(request(steps) for steps in range(1, 5)))
    assert store.figures().commits == before + 1


async def test_a_loop_that_is_always_busy_holds_nothing_up(store: PostgresStore) -> None:
    """Some milliseconds, and the batch goes out."""
    ended = False

    async def requests() -> None:
        while not ended:
            work()
            await asyncio.sleep(0)

    busy = asyncio.create_task(requests())
    async with asyncio.timeout(60):
        assert isinstance(await store.redeem(make_grant()), Redeemed)
    ended = True
    await busy


async def test_a_full_queue_refuses_before_anything_is_queued(postgres_store: str) -> None:
    """Who got StoreBusy has changed nothing, and may try again."""
    location = locate(postgres_store)
    assert isinstance(location, PostgresLocation)
    store = await PostgresStore.open(location, queue_limit=3)
    await store.redeem(make_grant())
    late = make_grant()
    async with held(postgres_store) as somebody_waits:
        tasks = [asyncio.ensure_future(store.redeem(make_grant()))]
        await somebody_waits()
        tasks += [asyncio.ensure_future(store.redeem(make_grant())) for _ in range(3)]
        await asyncio.sleep(0)
        with pytest.raises(StoreBusy):
            await store.redeem(late)
    await asyncio.gather(*tasks)
    assert await store.grant(late.grant_id) is None
    assert await store.redeem(late) == Redeemed(late)
    assert store.figures().turned_away == 1
    await store.close()


async def test_closing_writes_what_is_queued_and_then_refuses(store: PostgresStore, postgres_store: str) -> None:
    """A graceful end loses nothing, the journal's end included."""
    grants = [make_grant() for _ in range(10)]
    entry = make_entry()
    async with held(postgres_store) as somebody_waits:
        tasks = [asyncio.ensure_future(store.redeem(grant)) for grant in grants]
        await asyncio.sleep(0)
        store.append_journal([entry])
        closing = asyncio.create_task(store.close())
        await somebody_waits()
    assert await asyncio.gather(*tasks) == [Redeemed(grant) for grant in grants]
    await closing
    await store.close()
    for refused in (store.redeem(make_grant()), store.client("app"), store.put_meta("a", "b")):
        with pytest.raises(StoreFailed):
            await refused
    store.append_journal([make_entry()])
    again = await open_store(postgres_store)
    assert await again.journal() == [entry]
    await again.close()


async def test_every_connection_waits_for_the_disk(postgres_store: str) -> None:
    """Whatever the server, the database or the address says."""
    store = await open_store(f"{postgres_store}&synchronous_commit=off")
    assert isinstance(store, PostgresStore)
    await store.redeem(make_grant())
    assert store._writer._insertion is not None
    assert await store._writer._insertion.connection.fetchval("SHOW synchronous_commit") == "on"
    assert await store._database.read(lambda one: one.fetchval("SHOW synchronous_commit")) == "on"
    store.append_journal([make_entry()])
    await store.journal()  # written with the commit's wait off, in its transaction only
    assert await store._database.read(lambda one: one.fetchval("SHOW synchronous_commit")) == "on"
    await store.close()
