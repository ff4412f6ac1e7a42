"""The store over one SQLite file: all parts of the protocol together."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from proofkey.server.store.errors import StoreBusy, StoreFailed
from proofkey.server.store.figures import StoreFigures
from proofkey.server.store.sqlite import housekeeping, restoring
from proofkey.server.store.sqlite.account_store import SqliteAccounts
from proofkey.server.store.sqlite.client_store import SqliteClients
from proofkey.server.store.sqlite.connection import connect_writer
from proofkey.server.store.sqlite.database import Database
from proofkey.server.store.sqlite.grant_store import SqliteGrants
from proofkey.server.store.sqlite.journal_store import RING, SqliteJournal
from proofkey.server.store.sqlite.key_store import SqliteKeys
from proofkey.server.store.sqlite.migrations import prepare
from proofkey.server.store.sqlite.server_lock import ServerLock
from proofkey.server.store.sqlite.write_queue import MAX_QUEUED


class SqliteStore(SqliteGrants, SqliteClients, SqliteAccounts, SqliteKeys, SqliteJournal):
    """A `Store` (`store/protocol.py`)."""

    def __init__(self, database: Database, lock: ServerLock | None, *, ring: int = RING) -> None:
        SqliteGrants.__init__(self, database)
        SqliteClients.__init__(self, database)
        SqliteAccounts.__init__(self, database)
        SqliteKeys.__init__(self, database)
        SqliteJournal.__init__(self, database, ring=ring)
        self._database = database
        self._lock_of_server = lock

    @staticmethod
    async def open(
        path: Path,
        *,
        serving: bool = False,
        on_failure: Callable[[BaseException], None] | None = None,
        queue_limit: int = MAX_QUEUED,
        ring: int = RING,
        connect: Callable[[Path], sqlite3.Connection] = connect_writer,
    ) -> SqliteStore:
        """Open, make or migrate a database file. Raises StoreUnusable."""

        def blocking() -> SqliteStore:
            lock = ServerLock(path) if serving else None  # first: what is being restored is not to be touched
            try:
                prepare(path)
                database = Database(path, queue_limit=queue_limit, on_failure=on_failure, connect=connect)
            except BaseException:
                if lock is not None:
                    lock.release()
                raise
            return SqliteStore(database, lock, ring=ring)

        return await asyncio.to_thread(blocking)

    async def mark_restored(self, *, now: float, through: float, keep_logins: bool) -> None:
        """Note that the data came from a backup."""
        await restoring.mark(self._database, now=now, through=through, keep_logins=keep_logins)
        self._sessions.clear()

    def figures(self) -> StoreFigures:
        """Give what the writer counted so far."""
        return self._database.writer.figures()

    async def purge(self, *, now: float) -> int:
        """Remove what is over."""
        return await housekeeping.purge(self._database, now=now)

    async def close(self) -> None:
        """Write what is queued and let go of everything."""
        with suppress(StoreFailed, StoreBusy):  # closed before, or the disk failed
            await self._catch_up()
        await asyncio.to_thread(self._database.close)
        if self._lock_of_server is not None:
            self._lock_of_server.release()
