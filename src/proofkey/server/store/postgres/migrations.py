"""Applies `schema/NNNN_name.sql` once each, in order, in one transaction that only one process at a time can be in."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from importlib.resources import files

import asyncpg

from proofkey.server.store.errors import StoreUnusable
from proofkey.server.store.location import PostgresLocation
from proofkey.server.store.postgres.connecting import Connection
from proofkey.server.store.postgres.partitions import PARTITIONED, PLAIN, partition_clause
from proofkey.server.store.postgres.trouble import FAILURES, describe

TABLES = ("grants", "endings", "clients", "scope_words", "consents", "users", "sessions", "keys", "journal")
_META = """
CREATE TABLE IF NOT EXISTS meta (
    name  TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
)"""
_ATTEMPTS = 20
_OTHER_PROGRAM = "{} holds another program's tables; give proofkey a database, or a search_path, of its own"


async def migrate(connection: Connection, location: PostgresLocation, *, partitions: bool = True) -> None:
    """Bring the schema up to date. Raises StoreUnusable where that cannot be.

    An engine that knows no declarative partitions gets the same table in one piece; so does `partitions=False`.
    """
    try:
        version = await _version(connection, location)
        known = list(_scripts())
        if version == len(known):
            return
        if version > len(known):
            raise StoreUnusable(
                f"{location.shown} was written by a newer proofkey (schema {version}, this one knows {len(known)})"
            )
        await _begin(connection)
        try:
            await _apply(connection, location, known, partitions=partitions)
        except (asyncpg.SyntaxOrAccessError, asyncpg.FeatureNotSupportedError) as error:
            if not partitions or isinstance(error, asyncpg.InsufficientPrivilegeError):
                raise
            await _apply(connection, location, known, partitions=False)
    except FAILURES as error:
        raise StoreUnusable(f"cannot use the database {location.shown}: {describe(error)}") from None


async def _version(connection: Connection, location: PostgresLocation) -> int:
    tables = {
        row[0]
        for row in await connection.fetch(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = current_schema()"
        )
    }
    if "meta" not in tables:
        if tables & set(TABLES):
            raise StoreUnusable(_OTHER_PROGRAM.format(location.shown))
        return 0
    try:
        version = await connection.fetchval("SELECT value FROM meta WHERE name = 'schema'")
    except asyncpg.UndefinedColumnError:
        raise StoreUnusable(_OTHER_PROGRAM.format(location.shown)) from None
    if version is None and tables & set(TABLES):
        raise StoreUnusable(_OTHER_PROGRAM.format(location.shown))
    return int(version or 0)


async def _begin(connection: Connection) -> None:
    """Make the row that migrations lock. Two processes may do so at once: one of them is told so, and tries again."""
    for _ in range(_ATTEMPTS):
        try:
            await connection.execute(_META)
            await connection.execute("INSERT INTO meta (name, value) VALUES ('schema', '0') ON CONFLICT DO NOTHING")
            return
        except (asyncpg.UniqueViolationError, asyncpg.DuplicateTableError, asyncpg.DuplicateObjectError):
            await asyncio.sleep(0.05)
    raise StoreUnusable("the schema could not be made: other processes are at it")


async def _apply(
    connection: Connection, location: PostgresLocation, scripts: list[tuple[int, str]], *, partitions: bool
) -> None:
    async with connection.transaction():
        locked = await connection.fetchval("SELECT value FROM meta WHERE name = 'schema' FOR UPDATE")
        for number, script in scripts[int(locked) :]:  # another process may have been faster
            for statement in _statements(script, partitions=partitions):
                await connection.execute(statement)
            if number == 1:
                kind = PARTITIONED if partitions else PLAIN
                await connection.execute("INSERT INTO meta (name, value) VALUES ('grants', $1)", kind)
            await connection.execute("UPDATE meta SET value = $1 WHERE name = 'schema'", str(number))


def _scripts() -> Iterator[tuple[int, str]]:
    folder = files("proofkey.server.store.postgres") / "schema"
    for file in sorted(folder.iterdir(), key=lambda file: file.name):
        if file.name.endswith(".sql"):
            yield int(file.name.partition("_")[0]), file.read_text("utf-8")


def _statements(script: str, *, partitions: bool) -> Iterator[str]:
    text = script.replace("/* partitioned */", partition_clause() if partitions else "")
    plain = re.sub(r"--[^\n]*", "", text)  # no statement of ours has a string with two dashes or a semicolon
    yield from (statement for statement in plain.split(";") if statement.strip())
