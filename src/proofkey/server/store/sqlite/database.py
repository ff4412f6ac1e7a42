"""One open SQLite database: the writer, and connections that read beside it without waiting for it."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from proofkey.core.records import ClientRecord, Grant, Session, User
from proofkey.server.store.errors import StoreFailed
from proofkey.server.store.short_memory import ShortMemory
from proofkey.server.store.sqlite.connection import connect_reader, connect_writer
from proofkey.server.store.sqlite.disk_errors import is_fatal
from proofkey.server.store.sqlite.grants import GrantTable
from proofkey.server.store.sqlite.group_commit import GroupCommit
from proofkey.server.store.sqlite.vocabulary import Vocabulary, read_words
from proofkey.server.store.sqlite.write_queue import MAX_QUEUED

T = TypeVar("T")


class Database:
    """Shared by the parts of the store."""

    def __init__(
        self,
        path: Path,
        *,
        queue_limit: int = MAX_QUEUED,
        on_failure: Callable[[BaseException], None] | None = None,
        connect: Callable[[Path], sqlite3.Connection] = connect_writer,
    ) -> None:
        self._path = path
        self._local = threading.local()
        self._readers: list[sqlite3.Connection] = []
        self._aside = ThreadPoolExecutor(2, "proofkey-reader")
        self._closed = False
        self.remembered_grants: ShortMemory[bytes, Grant] = ShortMemory()
        self.remembered_consents: ShortMemory[tuple[str, str], frozenset[str]] = ShortMemory()  # subject and client
        self.remembered_clients: ShortMemory[str, ClientRecord] = ShortMemory()
        self.remembered_users: ShortMemory[str, User] = ShortMemory()
        self.remembered_sessions: ShortMemory[bytes, Session] = ShortMemory()
        self.vocabulary = Vocabulary()
        self.grants = GrantTable(self.vocabulary, self.remembered_grants.forget)
        self.read(lambda connection: self.vocabulary.learn(read_words(connection)))
        self.writer = GroupCommit(
            lambda: connect(path), self.grants, limit=queue_limit, on_failure=on_failure, on_look=self._looked
        )

    def read(self, query: Callable[[sqlite3.Connection], T]) -> T:
        """Read at once, on the caller's thread: for a few rows by key, some microseconds from the page cache."""
        if self._closed or self.writer_failed():
            raise StoreFailed("the store is closed")
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        try:
            if connection is None:
                connection = self._local.connection = connect_reader(self._path)
                self._readers.append(connection)
            return query(connection)
        except sqlite3.Error as error:
            if is_fatal(error):
                raise StoreFailed("the store cannot be read") from error
            raise

    def look_up(self, query: Callable[[sqlite3.Connection], T | None]) -> T | None:
        """Read one thing by a name that a stranger may have chosen: a text that is no Unicode names nothing."""
        try:
            return self.read(query)
        except UnicodeEncodeError:
            return None

    def read_aside(self, query: Callable[[sqlite3.Connection], T]) -> asyncio.Future[T]:
        """Read on a thread of its own: for lists."""
        return asyncio.get_running_loop().run_in_executor(self._aside, self.read, query)

    def _looked(self, others_wrote: bool, at: float) -> None:
        for memory in (
            self.remembered_grants,
            self.remembered_consents,
            self.remembered_clients,
            self.remembered_users,
            self.remembered_sessions,
        ):
            if others_wrote:
                memory.clear()
            memory.confirm(at)

    def writer_failed(self) -> bool:
        """Tell whether the disk failed."""
        writer: GroupCommit | None = getattr(self, "writer", None)
        return writer is not None and writer.failure is not None

    def close(self) -> None:
        """Write what is queued, then close every connection. Blocks."""
        self.writer.close()
        self._aside.shutdown(wait=True)
        self._closed = True
        for connection in self._readers:
            connection.close()
        self._readers.clear()
