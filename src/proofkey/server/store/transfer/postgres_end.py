"""A PostgreSQL database at either end of a copy."""
# ruff: noqa: S608  # names of tables and columns come from `tables.py`

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Sequence
from typing import Any

from proofkey.server.store.errors import StoreUnusable
from proofkey.server.store.location import PostgresLocation
from proofkey.server.store.moved import ARRIVING, COPY, MOVED_TO
from proofkey.server.store.postgres.connecting import Connection, connect_or_refuse
from proofkey.server.store.postgres.key_store import put_value
from proofkey.server.store.postgres.migrations import migrate
from proofkey.server.store.postgres.partitions import is_partitioned, make_partitions, partition_of
from proofkey.server.store.postgres.trouble import MOVED
from proofkey.server.store.transfer.tables import AT_ONCE, STAYING, TABLES, Rows, Table

_STEP = 2**24 / 1000  # seconds between two such times
MOST_DAYS = 400  # partitions; older grants go to the default one
_WRITTEN = [table.name for table in TABLES if table.name not in ("meta", "journal")]


class PostgresEnd:
    """`moving`: writers of the source are kept out while it is read; else it is a snapshot beside them."""

    def __init__(self, connection: Connection, *, moving: bool) -> None:
        self._connection = connection
        self._moving = moving
        self._transaction: Any = None

    @classmethod
    async def open(cls, location: PostgresLocation, *, moving: bool = True) -> PostgresEnd:
        """Connect and bring the schema up to date. Raises StoreUnusable."""
        connection = await connect_or_refuse(location, patience=None)
        try:
            await migrate(connection, location)
        except BaseException:
            await connection.close()
            raise
        return cls(connection, moving=moving)

    async def hold(self) -> None:
        """Begin to read one state."""
        if self._moving:
            await self._begin()
            await self._connection.execute("SET LOCAL lock_timeout = '20s'")
            await self._connection.execute(f"LOCK TABLE {', '.join(_WRITTEN)}, meta IN SHARE ROW EXCLUSIVE MODE")
        else:
            await self._begin(isolation="repeatable_read", readonly=True)

    async def value(self, name: str) -> str | None:
        """Give a named value."""
        value: str | None = await self._connection.fetchval("SELECT value FROM meta WHERE name = $1", name)
        return value

    async def count(self, table: Table) -> int:
        """Count rows."""
        return int(await self._connection.fetchval(f"SELECT count(*) FROM {table.name}{_where(table)}"))

    async def times_of_grants(self) -> Rows:
        """Give the beginnings of grant ids."""
        return [
            tuple(row) for row in await self._connection.fetch("SELECT DISTINCT substring(grant_id, 1, 3) FROM grants")
        ]

    async def rows(self, table: Table) -> AsyncIterator[Rows]:
        """Read a table."""
        query = f"SELECT {', '.join(table.columns)} FROM {table.name}{_where(table)} ORDER BY {table.order}"
        cursor = f"read_{table.name}"  # closed by name: a table that a cursor is open on cannot be altered
        await self._connection.execute(f"DECLARE {cursor} NO SCROLL CURSOR FOR {query}")
        while rows := await self._connection.fetch(f"FETCH {AT_ONCE} FROM {cursor}"):
            yield [tuple(row) for row in rows]
        await self._connection.execute(f"CLOSE {cursor}")

    async def mark_moved(self, target: str, number: str) -> None:
        """Note where it went, and refuse every later write, also of a server that runs on it."""
        for name in _WRITTEN:
            await self._connection.execute(f"ALTER TABLE {name} ADD CONSTRAINT {MOVED} CHECK (false) NOT VALID")
        await put_value(self._connection, MOVED_TO, target)
        await put_value(self._connection, COPY, number)
        await self._end()

    async def receive(self, times_of_grants: Rows) -> None:
        """Begin to write."""
        if await is_partitioned(self._connection):
            beginnings = [int.from_bytes(row[0] + bytes(3), "big") / 1000 for row in times_of_grants]
            days = {partition_of(since + late).day for since in beginnings for late in (0, _STEP)}
            await make_partitions(self._connection, time.time(), also=sorted(days)[-MOST_DAYS:])
        await self._begin()
        arriving = await self.value(ARRIVING)
        for table in TABLES:
            if arriving is not None:
                await self._connection.execute(f"DELETE FROM {table.name}{_where(table)}")
            elif await self.count(table):
                raise StoreUnusable("the target holds an installation already: copy into an empty database")

    async def write(self, table: Table, rows: Sequence[tuple[Any, ...]]) -> None:
        """Write a part of a table."""
        await self._connection.copy_records_to_table(table.name, records=rows, columns=table.columns)

    async def commit(self, arriving: str | None) -> None:
        """Put it on disk."""
        if arriving is not None:
            await put_value(self._connection, ARRIVING, arriving)
        await self._end()
        await self._connection.execute("ANALYZE")

    async def settle(self) -> None:
        """Let it be opened."""
        await self._connection.execute("DELETE FROM meta WHERE name = $1", ARRIVING)

    async def close(self) -> None:
        """Let go; the server undoes what was not committed."""
        await self._connection.close()

    async def _begin(self, **options: Any) -> None:
        self._transaction = self._connection.transaction(**options)
        await self._transaction.start()

    async def _end(self) -> None:
        await self._transaction.commit()


def _where(table: Table) -> str:
    return f" WHERE name NOT IN ({', '.join(repr(name) for name in STAYING)})" if table.name == "meta" else ""
