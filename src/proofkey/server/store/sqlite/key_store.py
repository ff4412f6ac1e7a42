"""Wrapped keys and named values over SQLite."""

from __future__ import annotations

import sqlite3

from proofkey.server.store.sqlite.database import Database
from proofkey.server.store.wrapped_key import KeyFamily, WrappedKey


class SqliteKeys:
    """See `store/protocol.py` for what each method promises."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def keys(self) -> list[WrappedKey]:
        """List all keys."""

        def query(connection: sqlite3.Connection) -> list[WrappedKey]:
            rows = connection.execute(
                "SELECT family, number, created_at, use_from, wrapped, public, closed_at FROM keys "
                "ORDER BY family, number"
            )
            return [WrappedKey(KeyFamily(family), *rest) for family, *rest in rows]

        return self._database.read(query)

    async def add_key(self, key: WrappedKey) -> bool:
        """Store a key unless its number is taken."""
        row = (key.family, key.number, key.created_at, key.use_from, key.wrapped, key.public, key.closed_at)

        def work(connection: sqlite3.Connection) -> bool:
            inserted = connection.execute(
                "INSERT INTO keys (family, number, created_at, use_from, wrapped, public, closed_at) "
                "VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (family, number) DO NOTHING",
                row,
            ).rowcount
            return inserted == 1

        return await self._database.writer.write(work)

    async def close_keys(self, family: KeyFamily, through: int, *, now: float) -> None:
        """Close the keys of a family up to a number."""

        def work(connection: sqlite3.Connection) -> None:
            connection.execute(
                "UPDATE keys SET closed_at = ? WHERE family = ? AND number <= ? AND closed_at IS NULL",
                (int(now), family, through),
            )

        await self._database.writer.write(work)

    async def remove_keys(self, family: KeyFamily, through: int) -> None:
        """Remove the keys of a family up to a number."""

        def work(connection: sqlite3.Connection) -> None:
            connection.execute("DELETE FROM keys WHERE family = ? AND number <= ?", (family, through))

        await self._database.writer.write(work)

    async def meta(self, name: str) -> str | None:
        """Give a named value."""
        row = self._database.read(
            lambda connection: connection.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
        )
        return str(row[0]) if row is not None else None

    async def put_meta(self, name: str, value: str) -> None:
        """Set a named value."""

        def work(connection: sqlite3.Connection) -> None:
            connection.execute(
                "INSERT INTO meta (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                (name, value),
            )

        await self._database.writer.write(work)
