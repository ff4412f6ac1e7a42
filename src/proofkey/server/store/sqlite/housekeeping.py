"""Removes what is over, in steps small enough to run between logins."""

from __future__ import annotations

import sqlite3
from functools import partial

from proofkey.server.sealing.grant_id import last_issued_until
from proofkey.server.store.sqlite.database import Database
from proofkey.server.store.sqlite.journal_store import DAYS

MARGIN = 86_400  # seconds; a code must not outlive its grant's row, whatever a clock does
_ROWS = 500  # of one step


_SESSIONS = "DELETE FROM sessions WHERE session_id IN (SELECT session_id FROM sessions WHERE expires_at < ? LIMIT ?)"
# An ending is needed while a grant from before it is there, or a code from before it may still come.
_ENDINGS = """
DELETE FROM endings WHERE (whom, through) IN (
    SELECT whom, through FROM endings
    WHERE ended_at < ? AND through < ifnull((SELECT min(grant_id) FROM grants), x'ffffffffffffffffffffffffffffffff')
    LIMIT ?
)"""
_JOURNAL = "DELETE FROM journal WHERE number IN (SELECT number FROM journal WHERE at < ? LIMIT ?)"
_GRANTS = (
    "SELECT grant_id FROM grants WHERE grant_id > ? AND grant_id <= ? AND expires_at < ? ORDER BY grant_id LIMIT ?"
)


async def purge(database: Database, *, now: float) -> int:
    """Remove grants and sessions that ran out a day ago, endings nothing needs, old journal entries."""
    before = int(now) - MARGIN
    removed = await _purge_grants(database, before)
    removed += await _repeat(database, _SESSIONS, (before, _ROWS))
    database.remembered_grants.clear()
    database.remembered_sessions.clear()
    removed += await _repeat(database, _ENDINGS, (before, _ROWS))
    removed += await _repeat(database, _JOURNAL, (now - DAYS, _ROWS))
    return removed


async def _purge_grants(database: Database, before: int) -> int:
    removed, last, until = 0, b"", last_issued_until(before)
    while True:
        # Looking for them is the long part, so a reader does it.
        found = partial(_read, parameters=(last, until, before, _ROWS))
        ids = await database.read_aside(found)
        if not ids:
            return removed
        last = ids[-1][0]
        removed += await database.writer.write_later(partial(_delete, ids=ids))


def _read(connection: sqlite3.Connection, parameters: tuple[object, ...]) -> list[tuple[bytes]]:
    return connection.execute(_GRANTS, parameters).fetchall()


def _delete(connection: sqlite3.Connection, ids: list[tuple[bytes]]) -> int:
    return connection.executemany("DELETE FROM grants WHERE grant_id = ?", ids).rowcount


async def _repeat(database: Database, statement: str, parameters: tuple[object, ...]) -> int:
    def step(connection: sqlite3.Connection) -> int:
        return connection.execute(statement, parameters).rowcount

    removed = 0
    while count := await database.writer.write_later(step):
        removed += count
    return removed
