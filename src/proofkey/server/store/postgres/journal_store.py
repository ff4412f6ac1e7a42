"""The journal over PostgreSQL: a ring, written behind the logins (decision 12)."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Iterator, Sequence
from functools import partial
from typing import TypeAlias

from proofkey.core.errors import ProofkeyError
from proofkey.core.records import JournalEntry
from proofkey.server.store.documents import read_entry, write
from proofkey.server.store.journal_budget import JournalBudget
from proofkey.server.store.postgres.connecting import Connection
from proofkey.server.store.postgres.database import Database
from proofkey.server.store.postgres.trouble import is_storable

log = logging.getLogger("proofkey.store")

RING = 10_000  # entries
DAYS = 7 * 86_400  # seconds an entry is kept
_WAITING = 2_000  # entries
_AT_ONCE = 500  # entries of one step
_PAUSE = 0.05  # seconds; a flood of refusals costs twenty small writes a second

Row: TypeAlias = tuple[float, str, str | None, str | None, str]

_APPEND = """
INSERT INTO journal (at, request_id, client_id, fault, record)
SELECT at, request_id, client_id, fault, record
FROM unnest($1::double precision[], $2::text[], $3::text[], $4::text[], $5::text[])
     WITH ORDINALITY AS entry (at, request_id, client_id, fault, record, place)
ORDER BY place
"""
# What goes is found from the oldest entry on, so that no step looks at them all.
_CUT = """
DELETE FROM journal WHERE number = ANY (ARRAY(
    SELECT number FROM journal WHERE number < greatest(
        (SELECT max(number) FROM journal) - $1 + 1,
        (SELECT number FROM journal WHERE at >= $2 ORDER BY number LIMIT 1)
    ) ORDER BY number LIMIT $3
))"""
_READ = """
SELECT record FROM journal
WHERE ($1::text IS NULL OR client_id = $1) AND (NOT $2::boolean OR fault IS NOT NULL)
AND ($3::text[] IS NULL OR client_id = ANY($3)) AND ($4::double precision IS NULL OR at < $4)
ORDER BY number DESC LIMIT $5
"""


class PostgresJournal:
    """See `store/protocol.py` for what each method promises."""

    def __init__(self, database: Database, *, ring: int = RING) -> None:
        self._database = database
        self._ring = ring
        self._budget = JournalBudget()
        self._waiting: list[JournalEntry] = []
        self._loop = asyncio.get_running_loop()
        self._flush: asyncio.Task[None] | None = None
        self._writing = asyncio.Lock()  # entries keep their order, and who reads sees what was queued before

    def append_journal(self, entries: Sequence[JournalEntry]) -> None:
        """Queue entries to be written in a moment."""
        for entry in entries:
            if len(self._waiting) < _WAITING and self._budget.take(entry.client_id, entry.at):
                self._waiting.append(entry)
        if self._waiting and not self._database.closed:
            with contextlib.suppress(RuntimeError):  # the loop has ended
                self._loop.call_soon_threadsafe(self._begin)

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
        if not is_storable(client_id):
            return []
        of = None if among is None else [one for one in among if is_storable(one)]
        await self._write_waiting()
        rows = await self._database.read(
            lambda connection: connection.fetch(_READ, client_id, faults_only, of, before, limit)
        )
        return [read_entry(row[0]) for row in rows]

    async def journal_of_request(self, request_id: str) -> list[JournalEntry]:
        """Give the entries of one request."""
        if not is_storable(request_id):
            return []
        await self._write_waiting()
        rows = await self._database.read(
            lambda connection: connection.fetch(
                "SELECT record FROM journal WHERE request_id = $1 ORDER BY number LIMIT 100", request_id
            )
        )
        return [read_entry(row[0]) for row in rows]

    async def finish_journal(self) -> None:
        """Write what waits, at the end; what cannot be written is lost."""
        if self._flush is not None:
            self._flush.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._flush
        try:
            await self._write_waiting()
        except ProofkeyError as error:
            log.warning("the end of the journal was not written: %s", error)

    def _begin(self) -> None:
        if self._flush is None or self._flush.done():
            self._flush = self._loop.create_task(self._write_behind())

    async def _write_behind(self) -> None:
        while self._waiting:
            await asyncio.sleep(_PAUSE)
            try:
                await self._write_waiting()
            except ProofkeyError as error:
                log.warning("journal entries were not written: %s", error)
                return

    async def _write_waiting(self) -> None:
        async with self._writing:
            while self._waiting:
                entries, self._waiting = self._waiting[:_AT_ONCE], self._waiting[_AT_ONCE:]
                if rows := list(_rows(entries)):
                    await self._database.write(partial(self._step, rows=rows))

    async def _step(self, connection: Connection, rows: list[Row]) -> None:
        # Not synced on its own: the next login's commit covers it, and a crash may take the journal's end.
        await connection.execute("SET LOCAL synchronous_commit = off")
        await connection.execute(_APPEND, *zip(*rows, strict=True))
        await connection.execute(_CUT, self._ring, rows[-1][0] - DAYS, 2 * _AT_ONCE)


def _rows(entries: Sequence[JournalEntry]) -> Iterator[Row]:
    for entry in entries:
        with contextlib.suppress(UnicodeEncodeError):  # a text that is no Unicode: this entry is lost, no other
            row = entry.at, entry.request_id, entry.client_id, entry.fault, write(entry)
            if all(is_storable(one) for one in row if isinstance(one, str)):
                yield row
