"""The small parts: short memory, journal budget, ring, names of endings, scope words."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proofkey.core.errors import Misuse
from proofkey.server.store.endings import all_names, whom
from proofkey.server.store.journal_budget import JournalBudget
from proofkey.server.store.protocol import POSITIVE_CACHE
from proofkey.server.store.scope_words import ScopeWords
from proofkey.server.store.short_memory import ShortMemory
from proofkey.server.store.sqlite.group_commit import LOOK_EVERY
from proofkey.server.store.sqlite.store import SqliteStore
from proofkey.testing.store_samples import NOW, make_client, make_entry, make_grant

names = st.text(max_size=6)


def test_what_is_forgotten_while_it_is_kept_stays_forgotten() -> None:
    """The writer's thread may come between the question and the keeping; a confirmation would keep it for ever."""
    memory: ShortMemory[str, int] = ShortMemory(1.0, clock=lambda: 0.0)

    def clock() -> float:
        memory.forget("a")  # as from the writer's thread, in the middle of `keep`
        return 0.0

    version = memory.version
    memory._clock = clock
    memory.keep("a", 1, version)
    memory._clock = lambda: 0.5
    memory.confirm(100.0)
    assert memory.get("a") is None


def test_a_value_is_remembered_for_its_lifetime_only() -> None:
    """At most a second: so long another process's write may go unseen."""
    now = 0.0
    memory: ShortMemory[str, int] = ShortMemory(1.0, clock=lambda: now)
    memory.keep("a", 1, memory.version)
    assert memory.get("a") == 1
    now = 0.999
    assert memory.get("a") == 1
    now = 1.0
    assert memory.get("a") is None


def test_a_confirmed_memory_lives_on_for_a_lifetime() -> None:
    """From when it was known that nobody else had written."""
    now = 0.0
    memory: ShortMemory[str, int] = ShortMemory(1.0, clock=lambda: now)
    memory.keep("a", 1, memory.version)
    memory.confirm(0.9)
    now = 1.899
    assert memory.get("a") == 1
    now = 1.9
    assert memory.get("a") is None


async def test_what_nobody_changes_is_read_once_and_others_changes_within_a_second(tmp_path: Path) -> None:
    """The writer asks the database whether others wrote; its own commits do not count."""
    store = await SqliteStore.open(tmp_path / "a.db", serving=True)
    await store.put_client(make_client("app"))
    first, last, remembered = await store.client("app"), time.monotonic(), 0.0
    while remembered < 1.6:
        await asyncio.sleep(0.1)
        await store.redeem(make_grant())
        found, now = await store.client("app"), time.monotonic()
        if now - last < POSITIVE_CACHE - LOOK_EVERY:  # the writer looked so long before it answered, at most
            assert found is first
            remembered += now - last
        else:  # the machine stood still for so long: what was remembered had to be read again
            first, remembered = found, 0.0
        last = now
    other = await SqliteStore.open(tmp_path / "a.db")
    await other.disable_client("app", disabled=True, now=NOW)
    await asyncio.sleep(POSITIVE_CACHE)
    found = await store.client("app")
    assert found is not None
    assert found.disabled
    await other.close()
    await store.close()


def test_what_was_read_before_a_write_is_not_kept_after_it() -> None:
    """The race of a reader with the writer's thread."""
    memory: ShortMemory[str, int] = ShortMemory()
    version = memory.version
    memory.forget("a")
    memory.keep("a", 1, version)
    assert memory.get("a") is None
    version = memory.version
    memory.clear()
    memory.keep("a", 1, version)
    assert memory.get("a") is None


def test_the_memory_is_bounded() -> None:
    """Whatever is asked for."""
    memory: ShortMemory[int, int] = ShortMemory(size=10)
    for number in range(100):
        memory.keep(number, number, memory.version)
    assert sum(memory.get(number) is not None for number in range(100)) <= 10
    assert memory.get(99) == 99


def test_the_journals_budget_is_per_client_and_minute() -> None:
    """Whose minute is full waits for the next one; nobody else does."""
    budget = JournalBudget(2)
    assert [budget.take("a", 60.0 + second) for second in range(4)] == [True, True, False, False]
    assert budget.take("b", 61.0)
    assert budget.take(None, 61.0)
    assert budget.take("a", 120.0)


async def test_the_journal_is_a_ring(tmp_path: Path) -> None:
    """The oldest go when new ones come."""
    store = await SqliteStore.open(tmp_path / "a.db", ring=10)
    entries = [make_entry(NOW + number) for number in range(25)]
    for entry in entries:
        store.append_journal([entry])
    assert await store.journal() == entries[:14:-1]
    await store.close()


async def test_entries_of_a_week_ago_go_with_the_next_ones(tmp_path: Path) -> None:
    """Also where nobody purges."""
    store = await SqliteStore.open(tmp_path / "a.db")
    store.append_journal([make_entry()])
    assert len(await store.journal()) == 1
    late = make_entry(NOW + 7 * 86_400 + 1)
    store.append_journal([late])
    assert await store.journal() == [late]
    await store.close()


@given(names, names, names, names)
def test_no_two_owners_share_the_name_of_an_ending(subject: str, client: str, other: str, other_client: str) -> None:
    """Names that run together, such as `a` + `bc` and `ab` + `c`, stay apart."""
    same = (subject, client) == (other, other_client)
    assert (whom(subject=subject, client_id=client) == whom(subject=other, client_id=other_client)) == same
    kinds = {whom(subject=subject), whom(client_id=subject), whom(session_id=subject.encode())}
    assert len(kinds) == 3


def test_an_ending_names_somebody() -> None:
    """Ending everybody's grants has its own, louder name."""
    with pytest.raises(Misuse):
        whom()
    with pytest.raises(Misuse):
        whom(subject="a", session_id=b"b")
    assert len(set(all_names("a", "a", b"a"))) == 5


@given(st.lists(st.integers(0, 300), unique=True, max_size=60), st.lists(names, max_size=3, unique=True))
def test_scopes_come_back_from_their_numbers(numbers: list[int], others: list[str]) -> None:
    """In their order, or in the vocabulary's where they are many."""
    words = tuple(f"w{number}" for number in range(301))
    scopes = (*(words[number] for number in numbers), *(f"?{other}" for other in others))
    back = ScopeWords(words).read(ScopeWords(words).index(scopes))
    assert back is not None
    assert sorted(back) == sorted(scopes)
    if len(scopes) < 16 or others:
        assert back == scopes


def test_numbers_beyond_the_vocabulary_are_told() -> None:
    """It must be read again."""
    newer = ScopeWords(tuple(f"w{number}" for number in range(40)))
    older = ScopeWords(("w0",))
    assert older.read(newer.index(("w1",))) is None
    assert older.read(newer.index(tuple(f"w{number}" for number in range(40)))) is None
