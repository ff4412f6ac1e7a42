"""The journal over SQLite is written behind the logins; who reads it sees all that was noted before."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Sequence
from pathlib import Path

import pytest

from proofkey.server.store.padded_rows import MOST_AT_ONCE
from proofkey.server.store.sqlite import journal_store
from proofkey.server.store.sqlite.many_rows import ManyRows, Row
from proofkey.server.store.sqlite.store import SqliteStore
from proofkey.testing.store_samples import make_entry


class Held(ManyRows):
    """Rows whose insertion says that it has begun, and waits."""

    def __init__(self) -> None:
        super().__init__("journal", ("at", "request_id", "client_id", "fault", "record"))
        self.begun, self.may_go_on = threading.Event(), threading.Event()

    def insert(self, connection: sqlite3.Connection, rows: Sequence[Row]) -> None:
        """Insert them late."""
        self.begun.set()
        assert self.may_go_on.wait(60)
        super().insert(connection, rows)


async def test_who_reads_while_entries_are_being_written_waits_for_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are no longer queued, and not yet committed."""
    rows = Held()
    monkeypatch.setattr(journal_store, "_ROWS", rows)
    store = await SqliteStore.open(tmp_path / "a.db")
    entry = make_entry()
    store.append_journal([entry])
    assert await asyncio.to_thread(rows.begun.wait, 60)
    reading = asyncio.create_task(store.journal())
    by_id = asyncio.create_task(store.journal_of_request(entry.request_id))
    async with asyncio.timeout(60):
        while store.figures().waiting < 2 and not (reading.done() and by_id.done()):  # noqa: ASYNC110  # a queue tells nobody
            await asyncio.sleep(0.01)
    rows.may_go_on.set()
    assert await reading == [entry]
    assert await by_id == [entry]
    await store.close()


async def test_a_graceful_end_writes_all_that_was_noted(tmp_path: Path) -> None:
    """More than one step writes at once."""
    store = await SqliteStore.open(tmp_path / "a.db")
    entries = [make_entry(client_id=f"app {number}") for number in range(2 * MOST_AT_ONCE + 1)]
    store.append_journal(entries)
    await store.close()
    again = await SqliteStore.open(tmp_path / "a.db")
    assert len(await again.journal(limit=2 * len(entries))) == len(entries)
    await again.close()
