"""The journal over SQLite: a ring, written behind the logins (decision 12)."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterator, Sequence

from proofkey.core.records import JournalEntry
from proofkey.server.store.documents import read_entry, write
from proofkey.server.store.journal_budget import JournalBudget
from proofkey.server.store.padded_rows import MOST_AT_ONCE
from proofkey.server.store.sqlite.database import Database
from proofkey.server.store.sqlite.many_rows import ManyRows, Row

RING = 10_000  # entries
DAYS = 7 * 86_400  # seconds an entry is kept
_WAITING = 2_000  # entries
# Both ends of what goes are found from the oldest entry on: to look at them all took 4 ms, twenty times a second.
_CUT = """
DELETE FROM journal WHERE number < max(
    (SELECT max(number) FROM journal) - ? + 1,
    (SELECT number FROM journal WHERE at >= ? ORDER BY number LIMIT 1)
)"""
_ROWS = ManyRows("journal", ("at", "request_id", "client_id", "fault", "record"))


class SqliteJournal:
    """See `store/protocol.py` for what each method promises."""

    def __init__(self, database: Database, *, ring: int = RING) -> None:
        self._database = database
        self._ring = ring
        self._budget = JournalBudget()
        self._waiting: list[JournalEntry] = []
        self._lock = threading.Lock()
        self._queued = False
        self._in_hand = False  # the last step took entries, and may still be about to commit them

    def append_journal(self, entries: Sequence[JournalEntry]) -> None:
        """Queue entries for the writer."""
        with self._lock:
            for entry in entries:
                if len(self._waiting) < _WAITING and self._budget.take(entry.client_id, entry.at):
                    self._waiting.append(entry)
            self._queue_step()

    async def journal(
        self,
        *,
        client_id: str | None = None,
        among: Sequence[str] | None = None,
        faults_only: bool = False,
        before: float | None = None,
        limit: int = 100,
    ) -> list[JournalEntry]:
        """Give entries, newest first."""
        await self._catch_up()
        return await self._database.read_aside(
            lambda connection: _read(
                connection,
                "SELECT record FROM journal WHERE (:client_id IS NULL OR client_id = :client_id) "
                "AND (NOT :faults_only OR fault IS NOT NULL) "
                "AND (:among IS NULL OR client_id IN (SELECT value FROM json_each(:among))) "
                "AND (:before IS NULL OR at < :before) ORDER BY number DESC LIMIT :limit",
                {
                    "client_id": client_id,
                    "faults_only": faults_only,
                    "among": None if among is None else json.dumps(list(among)),
                    "before": before,
                    "limit": limit,
                },
            )
        )

    async def journal_of_request(self, request_id: str) -> list[JournalEntry]:
        """Give the entries of one request."""
        await self._catch_up()
        return await self._database.read_aside(
            lambda connection: _read(
                connection, "SELECT record FROM journal WHERE request_id = ? ORDER BY number LIMIT 100", (request_id,)
            )
        )

    async def _catch_up(self) -> None:
        while self._waiting or self._in_hand:
            await self._database.writer.write_later(self._step)
            if not self._waiting:
                return  # steps come one after the other: whatever was taken before is committed

    def _queue_step(self) -> None:
        if self._waiting and not self._queued:
            self._queued = self._database.writer.write_unawaited(self._step)

    def _step(self, connection: sqlite3.Connection) -> None:
        entries = self._take()
        while entries:
            _ROWS.insert(connection, list(_rows(entries)))
            connection.execute(_CUT, (self._ring, entries[-1].at - DAYS))
            # Where no further step could be queued, the store is being closed: this one writes the rest.
            entries = [] if self._queued else self._take(in_hand=True)

    def _take(self, *, in_hand: bool = False) -> list[JournalEntry]:
        with self._lock:
            self._in_hand = in_hand or bool(self._waiting)
            entries, self._waiting = self._waiting[:MOST_AT_ONCE], self._waiting[MOST_AT_ONCE:]
            self._queued = False
            self._queue_step()
            return entries


def _rows(entries: Sequence[JournalEntry]) -> Iterator[Row]:
    for entry in entries:
        try:
            record = write(entry)
        except UnicodeEncodeError:  # a text that is no Unicode: this entry is lost, no other
            continue
        yield entry.at, entry.request_id, entry.client_id, entry.fault, record


def _read(
    connection: sqlite3.Connection, query: str, parameters: tuple[object, ...] | dict[str, object]
) -> list[JournalEntry]:
    return [read_entry(record) for (record,) in connection.execute(query, parameters).fetchall()]
