"""A database that goes away and comes back: no redemption is lost, none is doubled, and what is told is true."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Any

import asyncpg
import pytest

from proofkey.core.records import Grant
from proofkey.server.store.errors import StoreRolledBack, StoreUnreachable
from proofkey.server.store.location import PostgresLocation, locate
from proofkey.server.store.outcomes import Redeemed, Replayed, Rotated
from proofkey.server.store.postgres import group_commit
from proofkey.server.store.postgres.store import PostgresStore
from proofkey.testing.store_samples import NOW, make_client, make_grant, make_session
from tests.postgres import Cluster
from tests.server.store.processes import go, start


async def open_at(url: str, **options: Any) -> PostgresStore:
    """Open a store."""
    location = locate(url)
    assert isinstance(location, PostgresLocation)
    return await PostgresStore.open(location, **options)


@pytest.fixture
async def store(postgres_store: str) -> AsyncIterator[PostgresStore]:
    """An open store."""
    opened = await open_at(postgres_store)
    yield opened
    await opened.close()


async def terminate_all(url: str) -> int:
    """End every other connection to the database, as a failover does."""
    connection = await asyncpg.connect(url)
    ended = await connection.fetch(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    await connection.close()
    return len(ended)


async def kept(url: str) -> dict[bytes, tuple[int, int | None]]:
    """Give generation and end of all grants."""
    connection = await asyncpg.connect(url)
    rows = await connection.fetch("SELECT grant_id, generation, ended_at FROM grants")
    await connection.close()
    return {row[0]: (row[1], row[2]) for row in rows}


async def test_connections_that_are_cut_mid_load_lose_and_double_nothing(
    store: PostgresStore, postgres_store: str
) -> None:
    """Every redemption wins, exactly once; refreshes, reads and other writes go on, too."""
    won: list[Grant] = []
    enough = asyncio.Event()

    async def app(number: int) -> None:
        while not enough.is_set():
            grant = make_grant(nonce=str(number))
            assert await store.redeem(grant) == Redeemed(grant)
            assert isinstance(await store.refresh(grant.grant_id, 0, now=NOW, refresh_key_id=2), Rotated | object)
            session = make_session()
            await store.begin_session(session, now=NOW)
            assert await store.session(session.session_id) == session
            won.append(grant)

    async with asyncio.TaskGroup() as group:
        for number in range(12):
            group.create_task(app(number))
        cuts = 0
        while cuts < 8:
            await asyncio.sleep(0.1)
            cuts += await terminate_all(postgres_store) > 0  # on a busy machine nobody may be back yet
        enough.set()
    assert len(won) > 12
    there = await kept(postgres_store)
    lost, unknown = len({grant.grant_id for grant in won} - set(there)), len(set(there)) - len(won)
    assert (lost, unknown) == (0, 0)
    assert set(there.values()) == {(1, None)}
    outcomes = await asyncio.gather(*(store.redeem(grant) for grant in won[:50]))
    assert {type(outcome) for outcome in outcomes} == {Replayed}


class Breaking:
    """A connection that breaks once, right before or right after a statement took effect."""

    def __init__(self, connection: Any, *, after: bool, broken: list[bool]) -> None:
        self._connection = connection
        self._after = after
        self._broken = broken

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)

    async def prepare(self, text: str) -> Breaking:
        """Prepare the statement that will break."""
        self._statement = await self._connection.prepare(text)
        return self

    async def fetch(self, *values: object) -> Any:
        """Run the statement, or not, and lose the answer."""
        if self._after:
            await self._statement.fetch(*values)
        self._connection.terminate()
        self._broken.append(True)
        raise ConnectionResetError("cut")


@pytest.fixture
def breaking(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[bool], None]]:
    """Give a function that lets the writer's next connection break at its first statement; it must have broken."""
    broken: list[bool] = []

    def arm(after: bool) -> None:
        left = [after]

        async def connect(location: PostgresLocation) -> Any:
            connection = await asyncpg.connect(location.url)
            return Breaking(connection, after=left.pop(), broken=broken) if left else connection

        monkeypatch.setattr(group_commit, "connect", connect)

    yield arm
    assert broken == [True]


@pytest.mark.parametrize("after", [False, True], ids=["before the commit", "after the commit"])
async def test_a_batch_whose_answer_is_lost_is_told_by_what_is_there(
    postgres_store: str, breaking: Callable[[bool], None], after: bool
) -> None:
    """Whether it was committed or not: the winners are told that they won, and a replay among them that it is one."""
    store, other = await open_at(postgres_store), await open_at(postgres_store)
    stolen = make_grant()
    assert await other.redeem(stolen) == Redeemed(stolen)  # another process had it, with the very same values
    grants = [make_grant() for _ in range(5)]
    breaking(after)
    outcomes = await asyncio.gather(*(store.redeem(grant) for grant in [*grants, stolen, grants[3]]))
    assert outcomes[:5] == [Redeemed(grant) for grant in grants]
    assert [type(outcome) for outcome in outcomes[5:]] == [Replayed, Replayed]
    ended = [
        found.grant_id for grant in [*grants, stolen] if (found := await store.grant(grant.grant_id)) and found.ended_at
    ]
    assert ended == [grants[3].grant_id, stolen.grant_id]
    for opened in (store, other):
        await opened.close()


@pytest.fixture(scope="module")
def own_cluster(make_cluster: Callable[[], Cluster]) -> Cluster:
    """A server that these tests stop and start."""
    return make_cluster()


@pytest.fixture
def own_database(own_cluster: Cluster) -> str:
    """A database of that server."""
    return own_cluster.url(own_cluster.new_database())


async def test_a_server_that_crashes_mid_load_loses_no_answered_redemption(
    own_cluster: Cluster, own_database: str
) -> None:
    """Stopped as by a power switch and started again: what was answered is there, and the same code is spent."""
    store = await open_at(own_database)
    answered: list[Grant] = []
    refused: list[Grant] = []
    enough = asyncio.Event()

    async def app() -> None:
        while not enough.is_set():
            grant = make_grant()
            try:
                assert isinstance(await store.redeem(grant), Redeemed)
            except (StoreRolledBack, StoreUnreachable):
                refused.append(grant)
            else:
                answered.append(grant)

    async with asyncio.TaskGroup() as group:
        for _ in range(16):
            group.create_task(app())
        await asyncio.sleep(0.3)
        await asyncio.to_thread(own_cluster.stop, "immediate")
        before = len(answered)
        await asyncio.to_thread(own_cluster.start)
        async with asyncio.timeout(30):
            while len(answered) < before + 50:  # noqa: ASYNC110  # it goes on by itself
                await asyncio.sleep(0.02)
        enough.set()
    lost = {grant.grant_id for grant in answered} - set(await kept(own_database))
    assert (len(lost), len(refused)) == (0, 0)
    assert isinstance(await store.redeem(answered[0]), Replayed)
    await store.close()


async def test_a_server_that_stays_away_is_told_in_time_and_nothing_hangs(
    own_cluster: Cluster, own_database: str
) -> None:
    """Certainly not written: rolled back; reads: unreachable; and when it is back, all goes on."""
    store = await open_at(own_database, patience=0.4)
    await store.put_client(make_client())
    await asyncio.to_thread(own_cluster.stop, "fast")
    try:
        grant = make_grant()
        tries: list[Awaitable[object]] = [
            store.redeem(grant),
            store.put_meta("name", "value"),
            store.grant(grant.grant_id),
            store.meta("name"),
        ]
        async with asyncio.timeout(20):
            told = await asyncio.gather(*tries, return_exceptions=True)
        # The first attempt may have met the dying connection: then nobody can know.
        assert type(told[0]) in (StoreRolledBack, StoreUnreachable)
        assert [type(one) for one in told[1:]] == [StoreRolledBack, StoreUnreachable, StoreUnreachable]
        with pytest.raises(StoreRolledBack):
            await store.redeem(make_grant())
    finally:
        await asyncio.to_thread(own_cluster.start)
    assert await store.redeem(late := make_grant()) == Redeemed(late)
    assert await store.meta("name") is None
    await store.close()


def test_what_a_killed_process_had_answered_is_there(postgres_store: str) -> None:
    """kill -9 in the middle of a stream of redemptions."""
    with start(postgres_store, tasks=16, count=100_000) as process:
        go(process)
        assert process.stdout is not None
        lines = [process.stdout.readline().strip() for _ in range(300)]
        process.send_signal(signal.SIGKILL)
        lines += process.stdout.read().splitlines()
    answered = [bytes.fromhex(line.removeprefix("won ")) for line in lines if line.startswith("won ")]
    assert len(answered) >= 300

    async def look() -> list[Grant | None]:
        store = await open_at(postgres_store)
        try:
            assert isinstance(await store.redeem(make_grant(grant_id=answered[0])), Replayed)
            return [await store.grant(one) for one in answered]
        finally:
            await store.close()

    assert None not in asyncio.run(look())


async def test_a_store_waits_for_a_server_that_is_starting(own_cluster: Cluster, own_database: str) -> None:
    """Both are started at once by whatever starts machines."""
    await asyncio.to_thread(own_cluster.stop, "immediate")  # the next start has something to recover
    starting = asyncio.create_task(asyncio.to_thread(own_cluster.start))
    async with asyncio.timeout(60):
        while True:
            try:
                store = await open_at(own_database)
            except StoreUnreachable:  # not even that much yet
                await asyncio.sleep(0.01)
            else:
                break
    await starting
    assert isinstance(await store.redeem(make_grant()), Redeemed)
    await store.close()
