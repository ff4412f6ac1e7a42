"""A SQLite file at either end of a copy."""
# ruff: noqa: S608  # names of tables and columns come from `tables.py`

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Any

from proofkey.server.store.errors import StoreUnusable
from proofkey.server.store.location import SqliteLocation
from proofkey.server.store.moved import ARRIVING, COPY, MOVED_TO
from proofkey.server.store.sqlite.connection import connect_writer
from proofkey.server.store.sqlite.migrations import prepare
from proofkey.server.store.sqlite.server_lock import ServerLock
from proofkey.server.store.transfer.tables import AT_ONCE, STAYING, TABLES, Rows, Table

_PUT = "INSERT INTO meta (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value"


class SqliteEnd:
    """Blocks while it works, for nothing else runs beside a copy. No server may run on the file meanwhile."""

    def __init__(self, location: SqliteLocation, *, must_exist: bool) -> None:
        if must_exist and not location.path.is_file():
            raise StoreUnusable(f"there is no database {location.path}")
        prepare(location.path)
        self._lock = ServerLock(location.path)
        self._connection = connect_writer(location.path)

    async def hold(self) -> None:
        """Keep every other writer out."""
        self._connection.execute("BEGIN IMMEDIATE")

    async def value(self, name: str) -> str | None:
        """Give a named value."""
        row = self._connection.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
        return None if row is None else str(row[0])

    async def count(self, table: Table) -> int:
        """Count rows."""
        (count,) = self._connection.execute(f"SELECT count(*) FROM {table.name}{_where(table)}").fetchone()
        return int(count)

    async def times_of_grants(self) -> Rows:
        """Give the beginnings of grant ids."""
        return self._connection.execute("SELECT DISTINCT substr(grant_id, 1, 3) FROM grants").fetchall()

    async def rows(self, table: Table) -> AsyncIterator[Rows]:
        """Read a table."""
        query = f"SELECT {', '.join(table.columns)} FROM {table.name}{_where(table)} ORDER BY {table.order}"
        cursor = self._connection.execute(query)
        while rows := cursor.fetchmany(AT_ONCE):
            yield rows

    async def mark_moved(self, target: str, number: str) -> None:
        """Note where it went."""
        self._connection.executemany(_PUT, [(MOVED_TO, target), (COPY, number)])
        self._connection.execute("COMMIT")

    async def receive(self, times_of_grants: Rows) -> None:
        """Begin to write."""
        self._connection.execute("BEGIN IMMEDIATE")
        for table in TABLES:
            if await self.value(ARRIVING) is not None:
                self._connection.execute(f"DELETE FROM {table.name}{_where(table)}")
            elif await self.count(table):
                raise StoreUnusable("the target holds an installation already: copy into an empty database")

    async def write(self, table: Table, rows: Sequence[tuple[Any, ...]]) -> None:
        """Write a part of a table."""
        places = ", ".join("?" * len(table.columns))
        statement = f"INSERT INTO {table.name} ({', '.join(table.columns)}) VALUES ({places})"
        self._connection.executemany(statement, rows)

    async def commit(self, arriving: str | None) -> None:
        """Put it on disk, in the file itself: a backup is one file."""
        if arriving is not None:
            self._connection.execute(_PUT, (ARRIVING, arriving))
        self._connection.execute("COMMIT")
        self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()

    async def settle(self) -> None:
        """Let it be opened."""
        self._connection.execute("DELETE FROM meta WHERE name = ?", (ARRIVING,))

    async def close(self) -> None:
        """Let go."""
        if self._connection.in_transaction:
            self._connection.execute("ROLLBACK")
        self._connection.close()
        self._lock.release()


def _where(table: Table) -> str:
    if table.name != "meta":
        return ""
    return f" WHERE name NOT IN ({', '.join(repr(name) for name in STAYING)})"
