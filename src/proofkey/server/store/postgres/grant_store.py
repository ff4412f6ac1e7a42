"""Grants over PostgreSQL: the `GrantStore` half of the protocol."""
# ruff: noqa: S608  # statements are put together from constants

from __future__ import annotations

from proofkey.core.records import Grant
from proofkey.server.sealing.grant_id import last_issued_until
from proofkey.server.store.endings import EVERYBODY, whom
from proofkey.server.store.errors import StoreRolledBack
from proofkey.server.store.outcomes import CODE_REPLAYED, Redemption, Refreshing, Replayed
from proofkey.server.store.postgres.connecting import Connection
from proofkey.server.store.postgres.database import MAX_QUEUED, Database
from proofkey.server.store.postgres.grants import WITH_ENDINGS, GrantTable
from proofkey.server.store.postgres.group_commit import GroupCommit
from proofkey.server.store.postgres.lookup import Lookup
from proofkey.server.store.postgres.trouble import is_storable
from proofkey.server.store.protocol import REFRESH_GRACE

_LOOKED_THROUGH = 10_000  # rows of a filtered list
_RECENT = (
    WITH_ENDINGS.format(
        source=f"""(
    SELECT * FROM (SELECT * FROM grants ORDER BY grant_id DESC LIMIT {_LOOKED_THROUGH}) newest
    WHERE ($1::text IS NULL OR client_id = $1) AND ($2::text IS NULL OR subject = $2)
    ORDER BY grant_id DESC LIMIT $3
)"""
    )
    + "ORDER BY g.grant_id DESC"
)


class PostgresGrants:
    """See `store/protocol.py` for what each method promises."""

    def __init__(self, database: Database, *, queue_limit: int = MAX_QUEUED) -> None:
        self._database = database
        self._grants = GrantTable(database.vocabulary)
        self._writer = GroupCommit(database, self._end_replayed, limit=queue_limit)
        self._grants_by_id: Lookup[bytes, Grant] = Lookup(self._fetch_grants)

    async def redeem(self, grant: Grant) -> Redemption:
        """Insert the grant, or find the code replayed."""
        if not all(map(is_storable, (grant.client_id, grant.subject, grant.resource, grant.nonce))):
            raise StoreRolledBack("the store refused the grant")  # here: it would cost its whole batch another round
        return await self._writer.redeem(self._grants.row(grant), grant)

    async def refresh(
        self, grant_id: bytes, presented: int, *, now: float, refresh_key_id: int, grace: int = REFRESH_GRACE
    ) -> Refreshing:
        """Present a generation of a grant's refresh token."""
        return await self._database.write(
            lambda connection: self._grants.refresh(connection, grant_id, presented, now, refresh_key_id, grace),
            lambda: self._database.remembered_grants.forget(grant_id),
        )

    async def grant(self, grant_id: bytes) -> Grant | None:
        """Look a grant up."""
        memory = self._database.remembered_grants
        if (known := memory.get(grant_id)) is not None:
            return known
        version = memory.version
        found = await self._grants_by_id.get(grant_id)
        if found is not None:
            memory.keep(grant_id, found, version)
        return found

    async def recent_grants(
        self, *, client_id: str | None = None, subject: str | None = None, limit: int = 100
    ) -> list[Grant]:
        """List grants, newest first."""
        if not (is_storable(client_id) and is_storable(subject)):
            return []

        async def query(connection: Connection) -> list[Grant]:
            rows = await connection.fetch(_RECENT, client_id, subject, limit)
            return [await self._grants.read(connection, row) for row in rows]

        return await self._database.read(query)

    async def end_grant(self, grant_id: bytes, *, now: float, reason: str) -> Grant | None:
        """End one grant."""
        return await self._database.write(
            lambda connection: self._grants.end(connection, grant_id, now, reason),
            lambda: self._database.remembered_grants.forget(grant_id),
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
        await self._write_ending(whom(subject=subject, client_id=client_id, session_id=session_id), now, reason)

    async def end_all_grants(self, *, now: float, reason: str) -> None:
        """End every grant."""
        await self._write_ending(EVERYBODY, now, reason)

    async def _write_ending(self, name: bytes, now: float, reason: str) -> None:
        await self._database.write(
            lambda connection: insert_ending(connection, name, now, reason), self._database.remembered_grants.clear
        )

    async def _end_replayed(self, grant: Grant) -> Redemption:
        ended = await self.end_grant(grant.grant_id, now=grant.redeemed_at, reason=CODE_REPLAYED)
        return Replayed(ended or grant)

    async def _fetch_grants(self, grant_ids: list[bytes]) -> dict[bytes, Grant]:
        return await self._database.read(lambda connection: self._grants.find_all(connection, grant_ids))


async def insert_ending(connection: Connection, name: bytes, now: float, reason: str) -> None:
    """End the grants of a name (`store/endings.py`) that were issued until now; inside a transaction."""
    await connection.execute(
        "INSERT INTO endings (whom, through, ended_at, reason) VALUES ($1, $2, $3, $4) "
        "ON CONFLICT (whom, through) DO NOTHING",
        name,
        last_issued_until(now),
        int(now),
        reason,
    )
