"""Marks a PostgreSQL store as restored: the mark, and the end of what was in force, in one transaction."""

from __future__ import annotations

from proofkey.server.sealing.grant_id import last_issued_until
from proofkey.server.store.endings import EVERYBODY
from proofkey.server.store.postgres.changes import EVERYTHING, mark_changed
from proofkey.server.store.postgres.connecting import Connection
from proofkey.server.store.postgres.database import Database
from proofkey.server.store.restored import NAME, REASON, write_mark

_MARK = """
INSERT INTO meta (name, value) VALUES ($1, $2)
ON CONFLICT (name) DO UPDATE SET value = excluded.value WHERE excluded.value::bigint > meta.value::bigint
"""
_ENDING = """
INSERT INTO endings (whom, through, ended_at, reason) VALUES ($1, $2, $3, $4) ON CONFLICT (whom, through) DO NOTHING
"""


async def mark(database: Database, *, now: float, through: float, keep_logins: bool) -> None:
    """See `Store.mark_restored`."""

    async def work(connection: Connection) -> None:
        await connection.execute(_MARK, NAME, write_mark(through))
        if not keep_logins:
            await connection.execute(_ENDING, EVERYBODY, last_issued_until(through), int(now), REASON)
            await connection.execute("UPDATE sessions SET ended_at = $1 WHERE ended_at IS NULL", int(now))
            await mark_changed(connection, EVERYTHING)

    await database.write(work, database.remembered_grants.clear)
