"""What one process changes every other one sees within a second, however long it remembered the old state."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest

from proofkey.core.records import Session
from proofkey.server.store import open_store
from proofkey.server.store.errors import StoreUnreachable
from proofkey.server.store.postgres.changes import BUCKETS, EVERYTHING, Changes, Watch, bucket_of, read_marks
from proofkey.server.store.postgres.memory import LONGEST, MarkedMemory
from proofkey.server.store.postgres.store import PostgresStore
from proofkey.testing.store_samples import NOW, make_client, make_session, make_user
from tests.server.store.postgres.test_failover import terminate_all

BOUND = 1.0  # seconds (decision 14)


@dataclass
class Clock:
    """A time that goes on when it is told to."""

    now: float = 1000.0

    def __call__(self) -> float:
        """Give the time."""
        return self.now


def remembering() -> tuple[Clock, Changes, MarkedMemory[str, int]]:
    """Give a memory whose values are of those whom their keys name, after a first look that found no mark."""
    clock = Clock()
    changes = Changes(clock)
    changes.see({}, clock.now)
    return clock, changes, MarkedMemory(changes, lambda key, _: key)


def test_a_value_lives_on_while_looks_find_no_mark_and_not_a_second_longer() -> None:
    """Counted from the start of the last look."""
    clock, changes, memory = remembering()
    memory.keep("ada", 1, memory.moment())
    for _ in range(20):
        clock.now += 0.9
        assert memory.get("ada") == 1
        changes.see({}, clock.now)
    clock.now += 0.99
    assert memory.get("ada") == 1
    clock.now += 0.02
    assert memory.get("ada") is None


def test_a_mark_ends_what_is_of_its_bucket_and_nothing_else() -> None:
    """The first mark of a bucket, and a later one."""
    clock, changes, memory = remembering()
    assert bucket_of("ada") != bucket_of("bob")
    for mark in (5, 4):
        memory.keep("ada", 1, memory.moment())
        memory.keep("bob", 2, memory.moment())
        changes.see({bucket_of("ada"): mark}, clock.now)
        assert memory.get("ada") is None
        assert memory.get("bob") == 2
        memory.keep("ada", 3, memory.moment())
        changes.see({bucket_of("ada"): mark}, clock.now)
        assert memory.get("ada") == 3


@pytest.mark.parametrize(
    "lose", [lambda changes: changes.see({EVERYTHING: 1}, 1000.0), Changes.doubt], ids=["a mark for all", "doubt"]
)
def test_everything_is_forgotten_where_anything_may_have_changed(lose: Callable[[Changes], None]) -> None:
    """A change that concerns many; a look that failed. The look after it begins anew."""
    clock, changes, memory = remembering()
    memory.keep("ada", 1, memory.moment())
    lose(changes)
    assert memory.get("ada") is None
    memory.keep("ada", 1, memory.moment())
    changes.doubt()
    changes.see({}, clock.now)
    assert memory.get("ada") is None


def test_what_was_read_before_a_change_was_seen_is_not_kept_after_it() -> None:
    """Whose change it was: somebody's elsewhere, or one of this process."""
    clock, changes, memory = remembering()
    since = memory.moment()
    changes.see({bucket_of("ada"): 1}, clock.now)
    memory.keep("ada", 1, since)
    assert memory.get("ada") is None
    for write in (lambda: memory.forget("bob"), memory.clear):
        since = memory.moment()
        write()
        memory.keep("ada", 1, since)
        assert memory.get("ada") is None


def test_a_value_is_as_old_as_the_read_that_brought_it() -> None:
    """A slow read does not lengthen the bound; and what nobody marks is read again in a minute."""
    clock, changes, memory = remembering()
    since = memory.moment()
    clock.now += 0.9
    memory.keep("ada", 1, since)
    clock.now += 0.2
    assert memory.get("ada") is None
    changes.see({}, clock.now)
    assert memory.get("ada") == 1
    clock.now = since[1] + LONGEST
    changes.see({}, clock.now)
    assert memory.get("ada") is None


def test_every_name_has_a_bucket_that_is_not_everybodys() -> None:
    """And the same one in processes of other versions of Python."""
    assert {bucket_of(f"subject-{number}") for number in range(20_000)} == set(range(1, BUCKETS))
    assert bucket_of("ada") == 1 + 0x8D708768 % (BUCKETS - 1)


async def test_a_look_that_fails_is_doubt_and_the_next_one_begins_anew() -> None:
    """It goes on looking; but not while nobody asks for anything."""
    changes, looks, failing = Changes(), 0, True
    changes.asked = True
    memory: MarkedMemory[str, int] = MarkedMemory(changes, lambda key, _: key)
    memory.keep("ada", 1, memory.moment())

    async def look() -> dict[int, int]:
        nonlocal looks
        looks += 1
        if failing:
            raise StoreUnreachable("away")
        return {}

    watch = Watch(changes, look, every=0.001)
    await until(lambda: looks == 1)
    await asyncio.sleep(0.02)
    assert looks == 1
    assert memory.get("ada") is None
    await until(lambda: looks == 2)
    failing = False
    memory.get("ada")
    await until(lambda: changes.good_until > changes.clock())
    await watch.stop()


async def until(true: Callable[[], bool]) -> None:
    """Wait until something is so."""
    async with asyncio.timeout(60):
        while not true():  # noqa: ASYNC110  # it goes on by itself
            await asyncio.sleep(0.001)


@dataclass
class Two:
    """Two processes' stores on one database: one writes, the other one remembers."""

    writing: PostgresStore
    remembering: PostgresStore
    session: Session
    other_session: Session

    async def state(self) -> list[object]:
        """Ask the one that remembers for all of it."""
        store = self.remembering
        return [
            await store.client("app"),
            await store.client("other"),
            (await store.session(self.session.session_id)).ended_at,  # type: ignore[union-attr]
            (await store.session(self.other_session.session_id)).ended_at,  # type: ignore[union-attr]
            await store.user("alice"),
            await store.user("bob"),
            await store.consented("alice", "app"),
            await store.consented("alice", "other"),
        ]


@pytest.fixture
async def two(postgres_store: str) -> AsyncIterator[Two]:
    """Alice and Bob with a session each, two clients, and what Alice allowed them."""
    stores = [await open_store(postgres_store) for _ in range(2)]
    writing, remembering = stores
    assert isinstance(writing, PostgresStore)
    assert isinstance(remembering, PostgresStore)
    both = Two(writing, remembering, make_session(), replace(make_session(), subject="bob"))
    for client_id in ("app", "other"):
        await writing.put_client(replace(make_client(), client_id=client_id))
        await writing.remember_consent("alice", client_id, ["openid"], now=NOW)
    await writing.put_user(make_user("ada", subject="alice"))
    await writing.put_user(make_user("bob", subject="bob"))
    await writing.begin_session(both.session, now=NOW)
    await writing.begin_session(both.other_session, now=NOW)
    yield both
    for store in stores:
        await store.close()


async def remember_for_long(two: Two) -> list[object]:
    """Ask until all of it is older than a second in the memory, and still answered from it; give it."""
    database, reads = two.remembering._database, 0
    read = database.read

    async def counted(query: Any) -> Any:
        nonlocal reads
        reads += query is not read_marks
        return await read(query)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(database, "read", counted)
        async with asyncio.timeout(60):  # a machine that stands still for a second makes it read, and begin anew
            while True:
                state, before, since = await two.state(), reads, time.monotonic()
                while reads == before and time.monotonic() < since + 1.5 * BOUND:
                    await asyncio.sleep(0.05)
                    assert await two.state() == state
                if reads == before:
                    return state


async def change_everything(two: Two) -> None:
    """Change each thing in one of the ways there are."""
    await two.writing.disable_client("app", disabled=True, now=NOW)
    await two.writing.put_client(replace(make_client(), client_id="other", name="Renamed"))
    await two.writing.end_session(two.session.session_id, now=NOW)
    await two.writing.end_sessions_of("bob", now=NOW)
    await two.writing.put_user(make_user("ada2", subject="alice"))
    await two.writing.put_user(make_user("bob2", subject="bob"))
    await two.writing.remember_consent("alice", "app", ["profile"], now=NOW)
    await two.writing.forget_consents("alice", "other")


async def all_is_new(two: Two, old: list[object]) -> None:
    """Wait for a second, asking; then nothing may be as it was."""
    until = time.monotonic() + BOUND
    while time.monotonic() < until:
        await two.state()
        await asyncio.sleep(0.05)
    assert [new == before for new, before in zip(await two.state(), old, strict=True)] == [False] * 8


async def test_what_was_remembered_for_long_is_forgotten_within_a_second_of_a_change(two: Two) -> None:
    """Clients, users, sessions, consents."""
    old = await remember_for_long(two)
    await change_everything(two)
    await all_is_new(two, old)


async def test_a_removed_user_and_client_are_gone_within_a_second(two: Two) -> None:
    """With the sessions and consents that go with them."""
    await remember_for_long(two)
    await two.writing.remove_user("bob", now=NOW)
    await two.writing.remove_client("other", now=NOW)
    await asyncio.sleep(BOUND)
    state = await two.state()
    assert [state[1], state[5], state[7]] == [None, None, frozenset()]
    assert state[3] is not None
    assert None not in (state[0], state[4])
    assert state[6] == {"openid"}


async def test_a_session_that_another_one_replaced_has_ended_within_a_second(two: Two) -> None:
    """Somebody signs in anew."""
    await remember_for_long(two)
    await two.writing.begin_session(make_session(), replacing=two.session.session_id, now=NOW)
    await asyncio.sleep(BOUND)
    assert (await two.state())[2] is not None


async def cut(two: Two, url: str, over: asyncio.Event) -> None:
    """End all connections, again and again."""
    while not over.is_set():
        await terminate_all(url)
        await asyncio.sleep(0.1)


async def hang(two: Two, _: str, over: asyncio.Event) -> None:
    """Let the marks never be read again."""

    async def never() -> None:
        await asyncio.Event().wait()

    watch = two.remembering._database._watch
    assert watch is not None
    watch._look = never  # type: ignore[assignment]
    await over.wait()


@pytest.mark.parametrize("disturb", [cut, hang])
async def test_the_bound_holds_where_the_marks_cannot_be_read(
    two: Two, postgres_store: str, disturb: Callable[[Two, str, asyncio.Event], Awaitable[None]]
) -> None:
    """Connections that are cut; a look that gets no answer: then a value is remembered for its second and no more."""
    old = await remember_for_long(two)
    over = asyncio.Event()  # a connection that is cancelled while it is made is never closed
    disturbing = asyncio.ensure_future(disturb(two, postgres_store, over))
    await change_everything(two)
    await all_is_new(two, old)
    over.set()
    await disturbing


async def test_a_change_that_is_rolled_back_leaves_no_mark(two: Two) -> None:
    """The mark is part of the transaction."""
    read = two.writing._database.read
    before = await read(read_marks)
    assert not await two.writing.swap_client(None, replace(make_client(), client_id="app"))
    assert await two.writing.end_sessions_of("nobody", now=NOW) == 0
    assert await read(read_marks) == before
    await two.writing.disable_client("app", disabled=True, now=NOW)
    changed = {bucket for bucket, mark in (await read(read_marks)).items() if before.get(bucket) != mark}
    assert changed == {bucket_of("app")}
