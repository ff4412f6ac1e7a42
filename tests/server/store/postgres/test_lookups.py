"""Reading in groups: many requests cost few statements, and nobody gets what was read before he asked."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from proofkey.server.store import open_store
from proofkey.server.store.postgres.lookup import MOST, Lookup
from proofkey.server.store.postgres.store import PostgresStore
from proofkey.testing.store_samples import NOW, make_session, make_user


async def test_what_is_asked_for_while_a_query_runs_shares_the_next_one() -> None:
    """Never the running one: it may have read before a write that the asker knows of."""
    asked: list[list[int]] = []
    go_on = asyncio.Event()

    async def fetch(keys: list[int]) -> dict[int, int]:
        asked.append(keys)
        await go_on.wait()
        return {key: key * 10 for key in keys if key != 3}

    lookup = Lookup(fetch)
    tasks = [asyncio.create_task(lookup.get(1)) for _ in range(2)]
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    tasks += [asyncio.create_task(lookup.get(1))]
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    tasks += [asyncio.create_task(lookup.get(key)) for key in (1, 2, 3, *range(4, 4 + MOST))]
    await asyncio.sleep(0)
    tasks[0].cancel()  # others wait for the same
    go_on.set()
    answers = await asyncio.gather(*tasks, return_exceptions=True)
    assert isinstance(answers[0], asyncio.CancelledError)
    assert answers[1:6] == [10, 10, 10, 20, None]
    assert asked[:2] == [[1], [1]]
    assert sorted(map(len, asked[2:])) == [3, MOST]


async def test_a_failed_query_is_told_to_all_who_shared_it_and_the_next_one_works() -> None:
    """Nobody waits for ever."""
    failing = True

    async def fetch(keys: list[int]) -> dict[int, int]:
        if failing:
            raise ZeroDivisionError
        return dict.fromkeys(keys, 1)

    lookup = Lookup(fetch)
    answers = await asyncio.gather(lookup.get(1), lookup.get(2), return_exceptions=True)
    assert [type(answer) for answer in answers] == [ZeroDivisionError] * 2
    failing = False
    assert await lookup.get(1) == 1


async def test_who_asks_in_the_turn_in_which_the_last_queries_end_is_answered() -> None:
    """Nobody else may ask for long."""
    go_on = asyncio.Event()

    async def fetch(keys: list[int]) -> dict[int, int]:
        await go_on.wait()
        return dict.fromkeys(keys, 1)

    lookup = Lookup(fetch)
    tasks = []
    for key in range(2):
        tasks.append(asyncio.create_task(lookup.get(key)))
        for _ in range(3):
            await asyncio.sleep(0)
    go_on.set()
    tasks.append(asyncio.create_task(lookup.get(2)))
    async with asyncio.timeout(5):
        assert await asyncio.gather(*tasks) == [1, 1, 1]


@pytest.fixture
async def store(postgres_store: str) -> AsyncIterator[PostgresStore]:
    """An open store."""
    opened = await open_store(postgres_store)
    assert isinstance(opened, PostgresStore)
    yield opened
    await opened.close()


async def test_a_session_brings_its_user_and_what_he_allowed(
    store: PostgresStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A login asks for all three: it costs one statement."""
    user, session = make_user("ada", subject="alice"), make_session()
    await store.put_user(user)
    await store.begin_session(session, now=NOW)
    await store.remember_consent("alice", "app", ["openid", "profile"], now=NOW)
    await store.remember_consent("alice", "other", ["openid"], now=NOW)
    assert await store.session(session.session_id) == session

    async def none(*_: object) -> None:
        raise AssertionError("a second statement")

    with monkeypatch.context() as patched:
        patched.setattr(store._database, "read", none)
        assert await store.user("alice") == user
        assert await store.consented("alice", "app") == {"openid", "profile"}
        assert await store.consented("alice", "other") == {"openid"}
    await store.forget_consents("alice", "app")
    assert await store.consented("alice", "app") == frozenset()


async def test_who_allowed_very_much_is_asked_for_by_client(store: PostgresStore) -> None:
    """What was not read to its end is not taken for all."""
    session = make_session()
    await store.begin_session(session, now=NOW)
    scopes = [f"s{number}" for number in range(300)]
    await store.remember_consent("alice", "app", scopes, now=NOW)
    assert await store.session(session.session_id) == session
    assert await store.consented("alice", "app") == set(scopes)
