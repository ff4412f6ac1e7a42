"""Wrapped keys and named values over PostgreSQL."""

from __future__ import annotations

from proofkey.server.store.postgres.connecting import Connection
from proofkey.server.store.postgres.database import Database
from proofkey.server.store.postgres.rows import count_of
from proofkey.server.store.wrapped_key import KeyFamily, WrappedKey

_KEYS = "SELECT family, number, created_at, use_from, wrapped, public, closed_at FROM keys"


class PostgresKeys:
    """See `store/protocol.py` for what each method promises."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def keys(self) -> list[WrappedKey]:
        """List all keys."""
        rows = await self._database.read(lambda connection: connection.fetch(_KEYS))
        keys = [WrappedKey(KeyFamily(family), *rest) for family, *rest in rows]
        return sorted(keys, key=lambda key: (key.family, key.number))

    async def add_key(self, key: WrappedKey) -> bool:
        """Store a key unless its number is taken."""
        row = (key.family.value, key.number, key.created_at, key.use_from, key.wrapped, key.public, key.closed_at)

        async def work(connection: Connection) -> bool:
            status = await connection.execute(
                "INSERT INTO keys (family, number, created_at, use_from, wrapped, public, closed_at) "
                "VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (family, number) DO NOTHING",
                *row,
            )
            return count_of(status) == 1

        return await self._database.write(work)

    async def close_keys(self, family: KeyFamily, through: int, *, now: float) -> None:
        """Close the keys of a family up to a number."""
        await self._database.write(
            lambda connection: connection.execute(
                "UPDATE keys SET closed_at = $1 WHERE family = $2 AND number <= $3 AND closed_at IS NULL",
                int(now),
                family.value,
                through,
            )
        )

    async def remove_keys(self, family: KeyFamily, through: int) -> None:
        """Remove the keys of a family up to a number."""
        await self._database.write(
            lambda connection: connection.execute(
                "DELETE FROM keys WHERE family = $1 AND number <= $2", family.value, through
            )
        )

    async def meta(self, name: str) -> str | None:
        """Give a named value."""
        value: str | None = await self._database.read(
            lambda connection: connection.fetchval("SELECT value FROM meta WHERE name = $1", name)
        )
        return value

    async def put_meta(self, name: str, value: str) -> None:
        """Set a named value."""
        await self._database.write(lambda connection: put_value(connection, name, value))


async def put_value(connection: Connection, name: str, value: str) -> None:
    """Set a named value; inside a transaction."""
    await connection.execute(
        "INSERT INTO meta (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        name,
        value,
    )
