"""Marks a SQLite store as restored: the mark, and the end of what was in force, in one transaction."""

from __future__ import annotations

import sqlite3

from proofkey.server.sealing.grant_id import last_issued_until
from proofkey.server.store.endings import EVERYBODY
from proofkey.server.store.restored import NAME, REASON, write_mark
from proofkey.server.store.sqlite.database import Database

_MARK = (
    "INSERT INTO meta (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value "
    "WHERE CAST(excluded.value AS INTEGER) > CAST(value AS INTEGER)"
)
_ENDING = (
    "INSERT INTO endings (whom, through, ended_at, reason) VALUES (?, ?, ?, ?) ON CONFLICT (whom, through) DO NOTHING"
)


async def mark(database: Database, *, now: float, through: float, keep_logins: bool) -> None:
    """See `Store.mark_restored`."""

    def work(connection: sqlite3.Connection) -> None:
        connection.execute(_MARK, (NAME, write_mark(through)))
        if not keep_logins:
            connection.execute(_ENDING, (EVERYBODY, last_issued_until(through), int(now), REASON))
            connection.execute("UPDATE sessions SET ended_at = ? WHERE ended_at IS NULL", (int(now),))

    await database.writer.write(work, database.remembered_grants.clear)
