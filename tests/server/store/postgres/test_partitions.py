"""Grants are kept by the day of issue in their id: single use holds at midnight, and whole days go at once."""

from __future__ import annotations

import asyncio

import asyncpg
import pytest

from proofkey.server.store import open_store
from proofkey.server.store.location import PostgresLocation, locate
from proofkey.server.store.outcomes import CODE_REPLAYED, Redeemed, Replayed
from proofkey.server.store.postgres.partitions import DAY, DEFAULT, partition_of
from proofkey.server.store.postgres.store import PostgresStore
from proofkey.testing.store_samples import NOW, make_grant

MIDNIGHT = NOW // DAY * DAY + DAY


async def kept_in(url: str) -> dict[str, int]:
    """Count the grants of each partition that has some."""
    connection = await asyncpg.connect(url)
    rows = await connection.fetch("SELECT tableoid::regclass::text, count(*) FROM grants GROUP BY 1")
    await connection.close()
    return dict(tuple(row) for row in rows)


async def partitions(url: str) -> set[str]:
    """List the partitions."""
    connection = await asyncpg.connect(url)
    rows = await connection.fetch(
        "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'grants'::regclass"
    )
    await connection.close()
    return {row[0] for row in rows}


async def open_around(url: str, now: float) -> PostgresStore:
    """Open a store at a time."""
    location = locate(url)
    assert isinstance(location, PostgresLocation)
    return await PostgresStore.open(location, clock=lambda: now)


async def test_redemptions_across_a_boundary_are_single_use(postgres_store: str) -> None:
    """Codes of both sides of midnight in one batch, each presented three times, by two processes."""
    stores = [await open_store(postgres_store) for _ in range(2)]
    before, after = make_grant(MIDNIGHT - 0.001), make_grant(MIDNIGHT)
    outcomes = await asyncio.gather(
        *(store.redeem(grant) for store in stores for grant in (before, after) for _ in range(3))
    )
    winners = [outcome.grant for outcome in outcomes if isinstance(outcome, Redeemed)]
    assert sorted(grant.grant_id for grant in winners) == [before.grant_id, after.grant_id]
    assert sum(isinstance(outcome, Replayed) for outcome in outcomes) == 10
    names = {partition_of(MIDNIGHT - 1).name: 1, partition_of(MIDNIGHT).name: 1}
    assert await kept_in(postgres_store) == names
    for grant in (before, after):
        found = await stores[0].grant(grant.grant_id)
        assert found is not None
        assert found.end_reason == CODE_REPLAYED
    for store in stores:
        await store.close()


async def test_a_code_of_yesterday_is_kept_with_yesterday(postgres_store: str) -> None:
    """The day of issue counts, whenever it is redeemed: the same id can never be in two partitions."""
    store = await open_store(postgres_store)
    grant = make_grant(MIDNIGHT - 30, redeemed_at=MIDNIGHT + 20)
    assert isinstance(await store.redeem(grant), Redeemed)
    assert await kept_in(postgres_store) == {partition_of(MIDNIGHT - 1).name: 1}
    assert isinstance(await store.redeem(grant), Replayed)
    await store.close()


async def test_partitions_are_made_ahead_and_dropped_when_the_last_grant_ran_out(postgres: str) -> None:
    """Not before, whatever lifetime it had; a day that is mixed loses its short-lived ones row by row."""
    store = await open_around(postgres, NOW)
    first = await partitions(postgres)
    assert {partition_of(NOW + day * DAY).name for day in range(-1, 8)} | {DEFAULT} == first
    short = [make_grant(NOW, expires_at=NOW + 3600) for _ in range(5)]
    long = make_grant(NOW, expires_at=NOW + 30 * DAY)
    other_day = make_grant(NOW + DAY, expires_at=NOW + 90 * DAY)
    for grant in (*short, long, other_day):
        await store.redeem(grant)
    assert await store.purge(now=NOW + 3 * DAY) == 5
    assert await store.grant(long.grant_id) == long
    assert partition_of(NOW + 10 * DAY).name in await partitions(postgres), "made ahead while it runs"
    for late in (29 * DAY, 30 * DAY, 31 * DAY):
        assert await store.purge(now=NOW + late) == 0
    assert await store.purge(now=NOW + 31 * DAY + 1) == 1
    left = await partitions(postgres)
    assert partition_of(NOW).name not in left
    assert partition_of(NOW + DAY).name in left
    assert await store.grant(other_day.grant_id) == other_day
    assert isinstance(await store.redeem(other_day), Replayed)
    await store.close()


async def test_grants_of_a_day_without_partition_are_kept_and_purged_all_the_same(postgres: str) -> None:
    """A server that slept for long, or an id out of the ordinary; single use holds, also once the day has one."""
    store = await open_around(postgres, NOW)
    stray = make_grant(NOW + 40 * DAY, expires_at=NOW + 41 * DAY)
    assert isinstance(await store.redeem(stray), Redeemed)
    assert await kept_in(postgres) == {DEFAULT: 1}
    assert await store.purge(now=NOW + 40 * DAY) == 0  # would make that day's partition, and leaves it
    assert isinstance(await store.redeem(stray), Replayed)
    assert await store.purge(now=NOW + 42 * DAY + 1) == 1
    assert await kept_in(postgres) == {}
    await store.close()


@pytest.mark.parametrize("count", [1300])
async def test_purging_lets_logins_through(postgres_store: str, count: int) -> None:
    """In small steps; redemptions in between are answered."""
    store = await open_store(postgres_store)
    living = make_grant(expires_at=NOW + 90 * DAY)
    await asyncio.gather(store.redeem(living), *(store.redeem(make_grant(expires_at=NOW)) for _ in range(count)))
    purging = asyncio.create_task(store.purge(now=NOW + 90_000))
    for _ in range(20):
        await store.redeem(make_grant(NOW + 90_000))
    assert await purging == count
    assert len(await store.recent_grants(limit=2000)) == 21
    await store.close()
