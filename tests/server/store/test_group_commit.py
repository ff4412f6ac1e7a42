"""The writer: what queues together commits together, and every answer tells what is true."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from proofkey.core.records import Grant
from proofkey.server.store.errors import StoreBusy, StoreFailed, StoreRolledBack, StoreUnreachable
from proofkey.server.store.outcomes import Redeemed, Redemption
from proofkey.server.store.sqlite.connection import connect_writer
from proofkey.server.store.sqlite.store import SqliteStore
from proofkey.server.store.sqlite.write_queue import Job, WriteQueue
from proofkey.testing.store_samples import make_entry, make_grant
from tests.server.holding import held, writer_of


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqliteStore]:
    """An open store."""
    opened = await SqliteStore.open(tmp_path / "a.db")
    yield opened
    await opened.close()


async def queue(store: SqliteStore, *grants: Grant) -> list[asyncio.Task[Redemption]]:
    """Queue redemptions without waiting for them."""
    tasks = [asyncio.ensure_future(store.redeem(grant)) for grant in grants]
    await asyncio.sleep(0)
    return tasks


async def test_what_queues_during_a_commit_shares_the_next_one(store: SqliteStore) -> None:
    """A hundred redemptions, one commit."""
    grants = [make_grant() for _ in range(100)]
    async with held(store):
        tasks = await queue(store, *grants)
        before = writer_of(store).commits
    assert await asyncio.gather(*tasks) == [Redeemed(grant) for grant in grants]
    assert writer_of(store).commits == before + 2  # the one that held, and one for all


async def test_a_full_queue_refuses_before_anything_is_queued(tmp_path: Path) -> None:
    """Who got StoreBusy has changed nothing, and may try again."""
    store = await SqliteStore.open(tmp_path / "a.db", queue_limit=3)
    late = make_grant()
    async with held(store):
        tasks = await queue(store, *(make_grant() for _ in range(3)))
        with pytest.raises(StoreBusy):
            await store.redeem(late)
    await asyncio.gather(*tasks)
    assert await store.grant(late.grant_id) is None
    assert await store.redeem(late) == Redeemed(late)
    await store.close()


async def test_closing_writes_what_is_queued_and_then_refuses(tmp_path: Path) -> None:
    """A graceful end loses nothing."""
    store = await SqliteStore.open(tmp_path / "a.db")
    grants = [make_grant() for _ in range(10)]
    async with held(store):
        tasks = await queue(store, *grants)
        closing = asyncio.create_task(store.close())
        await asyncio.sleep(0)
    assert await asyncio.gather(*tasks) == [Redeemed(grant) for grant in grants]
    await closing
    await store.close()
    with pytest.raises(StoreFailed):
        await store.redeem(make_grant())
    with pytest.raises(StoreFailed):
        await store.client("app")
    store.append_journal([make_entry()])


async def test_logins_go_before_the_journal(store: SqliteStore) -> None:
    """Whatever was queued first."""
    order: list[str] = []
    async with held(store):
        later = writer_of(store).write_later(lambda _: order.append("journal"))
        logins = [writer_of(store).write(lambda _: order.append("login")) for _ in range(3)]
    await asyncio.gather(later, *logins)
    assert order == ["login", "login", "login", "journal"]


def test_a_stream_of_logins_does_not_starve_the_journal() -> None:
    """It gets its turn within half a second, however many logins queue."""
    now = 0.0
    queue = WriteQueue(clock=lambda: now)
    login, later = Job(lambda _: None), [Job(lambda _: None) for _ in range(3)]
    for job in later:
        queue.put_later(job)
    taken: list[tuple[float, Job]] = []
    while now < 2.0:
        queue.put(login)
        batch = queue.take()
        assert batch is not None
        assert batch.jobs == [login]
        taken.extend((now, job) for job in batch.later)
        now += 0.125
    assert taken == [(0.5, later[0]), (1.0, later[1]), (1.5, later[2])]


def test_in_a_pause_the_journal_is_written_step_by_step() -> None:
    """One bounded step a turn, so that a login that comes meanwhile waits for one step only."""
    queue = WriteQueue(clock=count(step=0.1).__next__)
    later = [Job(lambda _: None) for _ in range(3)]
    for job in later:
        queue.put_later(job)
    batches = [queue.take() for _ in range(3)]
    assert [batch.later for batch in batches if batch is not None] == [[job] for job in later]
    queue.close()
    assert queue.take() is None


async def test_a_job_that_fails_alone_is_undone_alone(store: SqliteStore) -> None:
    """Half a job is never committed, and the others of its batch are."""

    def half(connection: sqlite3.Connection) -> None:
        connection.execute("INSERT INTO meta VALUES ('half', '1')")
        connection.execute("INSERT INTO meta VALUES ('half', '2')")

    grant = make_grant()
    async with held(store):
        before = writer_of(store).commits
        failing = writer_of(store).write(half)
        other = asyncio.create_task(store.put_meta("whole", "1"))
        (login,) = await queue(store, grant)
    with pytest.raises(StoreRolledBack):
        await failing
    await other
    assert await login == Redeemed(grant)
    assert writer_of(store).commits == before + 2
    assert await store.meta("half") is None
    assert await store.meta("whole") == "1"


async def test_a_full_disk_rolls_back_for_certain_and_the_store_goes_on(store: SqliteStore) -> None:
    """SQLITE_FULL: 503 now, and service again when there is room."""

    def pages(connection: sqlite3.Connection, most: int) -> int:
        return int(connection.execute(f"PRAGMA max_page_count = {most}").fetchone()[0])

    await writer_of(store).write(partial(pages, most=1))  # SQLite takes the present size for the least
    big = [make_grant(nonce="n" * 3000) for _ in range(40)]
    outcomes = await asyncio.gather(*(store.redeem(grant) for grant in big), return_exceptions=True)
    assert any(isinstance(outcome, StoreRolledBack) for outcome in outcomes)
    for grant, outcome in zip(big, outcomes, strict=True):
        found = await store.grant(grant.grant_id)
        assert found == (grant if isinstance(outcome, Redeemed) else None)
    await writer_of(store).write(partial(pages, most=1_000_000))
    refused = [grant for grant, outcome in zip(big, outcomes, strict=True) if not isinstance(outcome, Redeemed)]
    assert await asyncio.gather(*(store.redeem(grant) for grant in refused)) == [Redeemed(grant) for grant in refused]


async def test_another_process_that_holds_the_lock_too_long_means_rolled_back(tmp_path: Path) -> None:
    """Nothing was executed, so it is certain; and the next one works."""

    def impatient(path: Path) -> sqlite3.Connection:
        connection = connect_writer(path)
        connection.execute("PRAGMA busy_timeout = 20")
        return connection

    store = await SqliteStore.open(tmp_path / "a.db", connect=impatient)
    other = connect_writer(tmp_path / "a.db")
    other.execute("BEGIN IMMEDIATE")
    grant = make_grant()
    with pytest.raises(StoreRolledBack):
        await store.redeem(grant)
    assert await store.grant(grant.grant_id) is None
    other.execute("ROLLBACK")
    other.close()
    assert await store.redeem(grant) == Redeemed(grant)
    await store.close()


class Doubtful(sqlite3.Connection):
    """A connection whose COMMIT reports an error once: after it committed, or after it rolled back."""

    statement = "COMMIT"
    armed = False

    def execute(self, sql: str, /, *parameters: Any) -> sqlite3.Cursor:
        """Execute; a COMMIT while armed ends with an error and without a transaction."""
        if sql == "COMMIT" and type(self).armed:
            type(self).armed = False
            super().execute(type(self).statement)
            error = sqlite3.OperationalError("out of memory")
            error.sqlite_errorcode = sqlite3.SQLITE_NOMEM
            raise error
        return super().execute(sql, *parameters)


@pytest.mark.parametrize("statement", ["COMMIT", "ROLLBACK"])
async def test_a_commit_in_doubt_is_answered_by_what_is_there(tmp_path: Path, statement: str) -> None:
    """The grant ids are looked up on a new connection: no winner is sent away, and no loser let in."""

    class Once(Doubtful):
        armed = False

    Once.statement = statement
    store = await SqliteStore.open(tmp_path / "a.db", connect=partial(connect_writer, factory=Once))
    grants = [make_grant() for _ in range(5)]
    async with held(store):
        tasks = await queue(store, *grants)
        doubtful = asyncio.create_task(store.put_meta("with", "them"))
        await asyncio.sleep(0)
        Once.armed = False

        def arm(_: sqlite3.Connection) -> None:
            Once.armed = True

        arming = writer_of(store).write(arm)
    outcomes = await asyncio.gather(*tasks, doubtful, arming, return_exceptions=True)
    if statement == "COMMIT":
        assert outcomes[:5] == [Redeemed(grant) for grant in grants]
        assert await store.meta("with") == "them"
    else:
        assert all(isinstance(outcome, StoreRolledBack) for outcome in outcomes)
        assert await store.meta("with") is None
    for grant in grants:
        assert await store.grant(grant.grant_id) == (grant if statement == "COMMIT" else None)
    assert isinstance(await store.redeem(make_grant()), Redeemed)
    await store.close()


@pytest.mark.parametrize("statement", ["COMMIT", "ROLLBACK"])
async def test_where_no_grant_can_be_looked_for_a_write_in_doubt_is_told_as_unknown(
    tmp_path: Path, statement: str
) -> None:
    """Neither as done nor as undone; and the store goes on."""

    class Once(Doubtful):
        armed = False

    Once.statement = statement
    store = await SqliteStore.open(tmp_path / "a.db", connect=partial(connect_writer, factory=Once))
    Once.armed = True
    with pytest.raises(StoreUnreachable):
        await store.put_meta("alone", "1")
    assert await store.meta("alone") == ("1" if statement == "COMMIT" else None)
    await store.put_meta("alone", "2")
    assert await store.meta("alone") == "2"
    await store.close()


async def test_a_jobs_own_mistake_is_told_to_its_caller_alone(store: SqliteStore) -> None:
    """And half of what it did is not kept."""

    def mistaken(connection: sqlite3.Connection) -> None:
        connection.execute("INSERT INTO meta VALUES ('half', '1')")
        raise ZeroDivisionError

    grant = make_grant()
    async with held(store):
        broken = writer_of(store).write(mistaken)
        (login,) = await queue(store, grant)
    with pytest.raises(ZeroDivisionError):
        await broken
    assert await login == Redeemed(grant)
    assert await store.meta("half") is None


async def test_the_writers_own_end_answers_everybody_and_closes_the_store(tmp_path: Path) -> None:
    """Nobody waits for ever on a writer that is gone."""
    told: list[BaseException] = []
    store = await SqliteStore.open(tmp_path / "a.db", on_failure=told.append)

    class Bug(BaseException):
        pass

    def bug(_: sqlite3.Connection) -> None:
        raise Bug

    async with held(store):
        tasks = await queue(store, make_grant(), make_grant())
        broken = writer_of(store).write(bug)
        later = writer_of(store).write_later(lambda _: None)
    outcomes = await asyncio.gather(*tasks, broken, later, return_exceptions=True)
    assert {type(outcome) for outcome in outcomes} == {StoreFailed}
    assert [type(error) for error in told] == [Bug]
    with pytest.raises(StoreFailed):
        await store.redeem(make_grant())
    with pytest.raises(StoreFailed):
        await store.meta("x")
    await store.close()
    writer_of(store)._connection.close()  # the store leaves it as it is
