"""The store over PostgreSQL: all parts of the protocol together."""

from __future__ import annotations

import time
from collections.abc import Callable

from proofkey.server.store.figures import StoreFigures
from proofkey.server.store.location import PostgresLocation
from proofkey.server.store.postgres import housekeeping, restoring
from proofkey.server.store.postgres.account_store import PostgresAccounts
from proofkey.server.store.postgres.client_store import PostgresClients
from proofkey.server.store.postgres.connecting import connect_or_refuse
from proofkey.server.store.postgres.database import MAX_QUEUED, PATIENCE, Database
from proofkey.server.store.postgres.grant_store import PostgresGrants
from proofkey.server.store.postgres.journal_store import RING, PostgresJournal
from proofkey.server.store.postgres.key_store import PostgresKeys
from proofkey.server.store.postgres.migrations import migrate
from proofkey.server.store.postgres.partitions import is_partitioned, make_partitions


class PostgresStore(PostgresGrants, PostgresClients, PostgresAccounts, PostgresKeys, PostgresJournal):
    """A `Store` (`store/protocol.py`), used on the event loop that opened it."""

    def __init__(self, database: Database, *, queue_limit: int = MAX_QUEUED, ring: int = RING) -> None:
        PostgresGrants.__init__(self, database, queue_limit=queue_limit)
        PostgresClients.__init__(self, database)
        PostgresAccounts.__init__(self, database)
        PostgresKeys.__init__(self, database)
        PostgresJournal.__init__(self, database, ring=ring)
        self._database = database

    @staticmethod
    async def open(
        location: PostgresLocation,
        *,
        on_failure: Callable[[BaseException], None] | None = None,
        queue_limit: int = MAX_QUEUED,
        ring: int = RING,
        patience: float = PATIENCE,
        partitions: bool = True,
        clock: Callable[[], float] = time.time,
    ) -> PostgresStore:
        """Open or migrate a database; `clock` tells which partitions will be needed. Raises StoreUnusable."""
        connection = await connect_or_refuse(location)
        try:
            await migrate(connection, location, partitions=partitions)
            if await is_partitioned(connection):
                await make_partitions(connection, clock())
        finally:
            await connection.close()
        database = Database(location, patience=patience, on_failure=on_failure)
        await database.open()
        return PostgresStore(database, queue_limit=queue_limit, ring=ring)

    async def mark_restored(self, *, now: float, through: float, keep_logins: bool) -> None:
        """Note that the data came from a backup."""
        await restoring.mark(self._database, now=now, through=through, keep_logins=keep_logins)
        self._sessions.clear()

    def figures(self) -> StoreFigures:
        """Give what the writers counted so far."""
        figures = self._database.figures
        figures.waiting = self._writer.waiting() + self._database.waiting()
        return figures

    async def purge(self, *, now: float) -> int:
        """Remove what is over."""
        return await housekeeping.purge(self._database, now=now)

    async def close(self) -> None:
        """Write what is queued and let go of everything."""
        if not self._database.closed:
            await self.finish_journal()
        await self._writer.close()
        await self._database.close()
