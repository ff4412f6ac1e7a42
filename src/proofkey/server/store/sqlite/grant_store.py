"""Grants over SQLite: the `GrantStore` half of the protocol."""

from __future__ import annotations

import asyncio
import sqlite3

from proofkey.core.records import Grant
from proofkey.server.sealing.grant_id import last_issued_until
from proofkey.server.store.endings import EVERYBODY, whom
from proofkey.server.store.outcomes import Redemption, Refreshing
from proofkey.server.store.protocol import REFRESH_GRACE
from proofkey.server.store.sqlite.database import Database
from proofkey.server.store.sqlite.grants import SELECTED

_LOOKED_THROUGH = 10_000  # rows of a filtered list


class SqliteGrants:
    """See `store/protocol.py` for what each method promises."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def redeem(self, grant: Grant) -> asyncio.Future[Redemption]:
        """Insert the grant, or find the code replayed."""
        return self._database.writer.redeem(self._database.grants.row(grant), grant)

    async def refresh(
        self, grant_id: bytes, presented: int, *, now: float, refresh_key_id: int, grace: int = REFRESH_GRACE
    ) -> Refreshing:
        """Present a generation of a grant's refresh token."""
        database = self._database
        return await database.writer.write(
            lambda connection: database.grants.refresh(connection, grant_id, presented, now, refresh_key_id, grace),
            lambda: database.remembered_grants.forget(grant_id),
        )

    async def grant(self, grant_id: bytes) -> Grant | None:
        """Look a grant up."""
        database = self._database
        memory = database.remembered_grants
        if (known := memory.get(grant_id)) is not None:
            return known
        version = memory.version
        found = database.read(lambda connection: database.grants.find(connection, grant_id))
        if found is not None:
            memory.keep(grant_id, found, version)
        return found

    async def recent_grants(
        self, *, client_id: str | None = None, subject: str | None = None, limit: int = 100
    ) -> list[Grant]:
        """List grants, newest first."""
        grants = self._database.grants

        def query(connection: sqlite3.Connection) -> list[Grant]:
            rows = connection.execute(
                f"SELECT {SELECTED} FROM (SELECT * FROM grants ORDER BY grant_id DESC LIMIT {_LOOKED_THROUGH}) "  # noqa: S608
                "WHERE (:client_id IS NULL OR client_id = :client_id) AND (:subject IS NULL OR subject = :subject) "
                "ORDER BY grant_id DESC LIMIT :limit",
                {"client_id": client_id, "subject": subject, "limit": limit},
            ).fetchall()
            return [grants.read(connection, row) for row in rows]

        return await self._database.read_aside(query)

    async def end_grant(self, grant_id: bytes, *, now: float, reason: str) -> Grant | None:
        """End one grant."""
        database = self._database
        return await database.writer.write(
            lambda connection: database.grants.end(connection, grant_id, now, reason),
            lambda: database.remembered_grants.forget(grant_id),
        )

    async def end_grants_of(
        self,
        *,
        now: float,
        reason: str,
        subject: str | None = None,
        client_id: str | None = None,
        session_id: bytes | None = None,
    ) -> None:
        """End the grants of a subject, a client, both, or a session."""
        name = whom(subject=subject, client_id=client_id, session_id=session_id)
        await self._write_ending(name, now, reason)

    async def end_all_grants(self, *, now: float, reason: str) -> None:
        """End every grant."""
        await self._write_ending(EVERYBODY, now, reason)

    async def _write_ending(self, name: bytes, now: float, reason: str) -> None:
        await self._database.writer.write(
            lambda connection: insert_ending(connection, name, now, reason), self._database.remembered_grants.clear
        )


def insert_ending(connection: sqlite3.Connection, name: bytes, now: float, reason: str) -> None:
    """End the grants of a name (`store/endings.py`) that were issued until now; inside a transaction."""
    connection.execute(
        "INSERT INTO endings (whom, through, ended_at, reason) VALUES (?, ?, ?, ?) "
        "ON CONFLICT (whom, through) DO NOTHING",
        (name, last_issued_until(now), int(now), reason),
    )
