"""Removes what is over, in steps small enough to run between logins; whole days of grants at once."""
# ruff: noqa: S608  # names of partitions are made by `partitions.py`

from __future__ import annotations

import asyncpg

from proofkey.server.sealing.grant_id import last_issued_until
from proofkey.server.store.postgres.connecting import Connection
from proofkey.server.store.postgres.database import Database
from proofkey.server.store.postgres.journal_store import DAYS
from proofkey.server.store.postgres.partitions import (
    DAY,
    Partition,
    is_partitioned,
    list_partitions,
    make_partitions,
)
from proofkey.server.store.postgres.rows import count_of

MARGIN = 86_400  # seconds; a code must not outlive its grant's row, whatever a clock does
SOON = 2 * DAY  # a partition that will be dropped so soon is not emptied row by row
_ROWS = 500  # of one step
_LOOKED_AT = 10_000  # grants of one step
_GREATEST_ID = b"\xff" * 16

_SESSIONS = """
DELETE FROM sessions WHERE session_id IN (
    SELECT session_id FROM sessions WHERE expires_at < $1 LIMIT $2
)"""
# An ending is needed while a grant from before it is there, or a code from before it may still come.
_ENDINGS = """
DELETE FROM endings WHERE (whom, through) IN (
    SELECT whom, through FROM endings
    WHERE ended_at < $1
    AND through < coalesce((SELECT grant_id FROM grants ORDER BY grant_id LIMIT 1), $3)
    LIMIT $2
)"""
_JOURNAL = "DELETE FROM journal WHERE number IN (SELECT number FROM journal WHERE at < $1 LIMIT $2)"
# One step through the ids of a table, in their order: what ran out goes, and the step ends at `last`.
_GRANTS = """
WITH looked_at AS (
    SELECT grant_id, expires_at FROM {table} WHERE grant_id > $1 AND grant_id <= $2 ORDER BY grant_id LIMIT $4
), gone AS (
    DELETE FROM {table} WHERE grant_id IN (SELECT grant_id FROM looked_at WHERE expires_at < $3) RETURNING 1
)
SELECT (SELECT count(*) FROM gone), (SELECT grant_id FROM looked_at ORDER BY grant_id DESC LIMIT 1)
"""


async def purge(database: Database, *, now: float) -> int:
    """Remove grants and sessions that ran out a day ago, endings nothing needs, old journal entries."""
    before = int(now) - MARGIN
    removed = 0
    if await database.read(is_partitioned):
        await database.read(lambda connection: make_partitions(connection, now))
        for partition in await database.read(list_partitions):
            removed += await _purge_partition(database, partition, before)
        removed += await _purge_rows(database, "grants_of_other_days", before)
    else:
        removed += await _purge_rows(database, "grants", before)
    removed += await _repeat(database, _SESSIONS, before, _ROWS)
    removed += await _repeat(database, _ENDINGS, before, _ROWS, _GREATEST_ID)
    removed += await _repeat(database, _JOURNAL, now - DAYS, _ROWS)
    return removed


async def _purge_partition(database: Database, partition: Partition, before: int) -> int:
    if (partition.day + 1) * DAY > before:
        return await _purge_rows(database, partition.name, before)
    greatest = await database.read(
        lambda connection: connection.fetchval(f"SELECT max(expires_at) FROM {partition.name}", timeout=600)
    )
    if greatest is not None and greatest >= before + SOON:
        return await _purge_rows(database, partition.name, before)
    if greatest is not None and greatest >= before:
        return 0
    return await database.write(lambda connection: _drop(connection, partition))


async def _drop(connection: Connection, partition: Partition) -> int:
    await connection.execute("SET LOCAL lock_timeout = '1s'")  # no login waits for longer; the next round tries again
    rows: int = await connection.fetchval(f"SELECT count(*) FROM {partition.name}", timeout=600)
    try:
        async with connection.transaction():
            await connection.execute(f"ALTER TABLE grants DETACH PARTITION {partition.name}")
            await connection.execute(f"DROP TABLE {partition.name}")
    except (asyncpg.LockNotAvailableError, asyncpg.UndefinedTableError):
        return 0
    return rows


async def _purge_rows(database: Database, table: str, before: int) -> int:
    removed, last, until = 0, b"", last_issued_until(before)
    statement = _GRANTS.format(table=table)
    while True:

        async def step(connection: Connection, last: bytes = last) -> tuple[int, bytes | None]:
            gone, at = await connection.fetchrow(statement, last, until, before, _LOOKED_AT)
            return gone, at

        gone, at = await database.write(step)
        removed += gone
        if at is None:
            return removed
        last = at


async def _repeat(database: Database, statement: str, *parameters: object) -> int:
    async def step(connection: Connection) -> int:
        return count_of(await connection.execute(statement, *parameters))

    removed = 0
    while count := await database.write(step):
        removed += count
    return removed
