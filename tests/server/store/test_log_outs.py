"""Sessions that end with what was made with them, also where another process has not heard of it yet."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from proofkey.core.records import Grant, Session
from proofkey.server.store.log_outs import end_everything, end_session
from proofkey.server.store.protocol import POSITIVE_CACHE
from proofkey.server.store.sqlite.store import SqliteStore
from proofkey.testing.store_samples import NOW, make_grant, make_session


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqliteStore]:
    """An open store."""
    opened = await SqliteStore.open(tmp_path / "a.db")
    yield opened
    await opened.close()


def clock() -> float:
    """Give the time."""
    return NOW


async def has_ended(store: SqliteStore, grant: Grant) -> bool:
    """Tell what has become of a redeemed grant."""
    found = await store.grant(grant.grant_id)
    assert found is not None
    return found.ended_at is not None


async def begun(store: SqliteStore, subject: str) -> Session:
    """Begin a session."""
    session = make_session(subject)
    await store.begin_session(session, now=NOW)
    return session


@pytest.mark.parametrize("how", ["one session", "everything"])
async def test_what_a_session_gives_while_its_end_is_unheard_of_ends_too(store: SqliteStore, how: str) -> None:
    """A process that remembers the session for a second gives a code, and redeems it, within that second."""
    ending, others = await begun(store, "alice"), await begun(store, "bob")
    if how == "one session":
        await end_session(store, ending.session_id, clock=clock, reason="logout")
    else:
        await end_everything(store, "alice", clock=clock, reason="logout")
    late = make_grant(NOW + POSITIVE_CACHE, session_id=ending.session_id)
    anew = make_grant(NOW + 1, session_id=(await begun(store, "alice")).session_id)
    bobs = make_grant(NOW, subject="bob", session_id=others.session_id)
    for grant in (late, anew, bobs):
        await store.redeem(grant)
    assert [await has_ended(store, grant) for grant in (late, anew, bobs)] == [True, False, False]
