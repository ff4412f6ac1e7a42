"""One PostgreSQL database in use: a pool for reads and small writes, which outlives a failover.

A write whose commit got no answer is done again on a new connection; every write here may be done twice. Cancelling a
caller does not cancel his write.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, TypeVar

from proofkey.core.records import Grant
from proofkey.server.store.errors import StoreBusy, StoreFailed, StoreRolledBack, StoreUnreachable
from proofkey.server.store.figures import StoreFigures
from proofkey.server.store.location import PostgresLocation
from proofkey.server.store.postgres.changes import Changes, Watch, read_marks
from proofkey.server.store.postgres.connecting import Connection, make_pool
from proofkey.server.store.postgres.memory import MarkedMemory
from proofkey.server.store.postgres.trouble import FAILURES, Trouble, describe, judge
from proofkey.server.store.postgres.vocabulary import Vocabulary
from proofkey.server.store.short_memory import ShortMemory

log = logging.getLogger("proofkey.store")

T = TypeVar("T")

PATIENCE = 10.0  # seconds a request may wait for a database that went away
MAX_QUEUED = 4096  # small writes
_PAUSES = (0.02, 0.05, 0.1, 0.2, 0.5)  # seconds between attempts; the last one repeats
FINISHING = 15.0  # seconds that writes under way may take when the store is closed


class Database:
    """Shared by the parts of the store; belongs to one event loop."""

    def __init__(
        self,
        location: PostgresLocation,
        *,
        patience: float = PATIENCE,
        on_failure: Callable[[BaseException], None] | None = None,
    ) -> None:
        self.location = location
        self.patience = patience
        self.figures = StoreFigures()
        self.vocabulary = Vocabulary()
        self.remembered_grants: ShortMemory[bytes, Grant] = ShortMemory()
        self.changes = Changes()
        self.remembered_consents: MarkedMemory[tuple[str, str], frozenset[str]] = MarkedMemory(
            self.changes, lambda pair, _: pair[0]
        )
        self._watch: Watch | None = None
        self._on_failure = on_failure
        self._pool = make_pool(location)
        self._writing: set[asyncio.Task[Any]] = set()
        self.closed = False

    async def open(self) -> None:
        """Make the pool ready; connects to nothing yet."""
        await self._pool
        self._watch = Watch(self.changes, lambda: self.read(read_marks))

    async def read(self, query: Callable[[Connection], Awaitable[T]]) -> T:
        """Run a query. Raises StoreUnreachable where the database stays away."""
        if asyncio.current_task() is None:  # a request's first steps (`http1/answering.py`): asyncpg asks for it
            return await asyncio.create_task(self.read(query))
        attempts = Attempts(self)
        while True:
            try:
                async with self._connection() as connection:
                    return await query(connection)
            except FAILURES as error:
                await attempts.next(error)

    async def write(self, work: Callable[[Connection], Awaitable[T]], after: Callable[[], None] | None = None) -> T:
        """Run statements in a transaction, on disk when it returns; `after` runs before anybody is answered."""
        if len(self._writing) >= MAX_QUEUED:
            self.figures.turned_away += 1
            raise StoreBusy("the queue of writes is full")
        if self.closed:
            raise StoreFailed("the store is closed")
        task = asyncio.create_task(self._write(work, after))
        self._writing.add(task)
        task.add_done_callback(self._written)
        return await asyncio.shield(task)

    def waiting(self) -> int:
        """Count the writes under way."""
        return len(self._writing)

    def fail(self, error: BaseException) -> StoreFailed:
        """Give the store up for good: the installation has moved away."""
        if not self.closed:
            self.closed = True
            log.critical("this database has moved: nothing is written here any more")
            if self._on_failure is not None:
                self._on_failure(error)
        return StoreFailed("the database has moved")

    async def close(self) -> None:
        """Finish the writes under way and let go of every connection."""
        self.closed = True
        if self._watch is not None:
            await self._watch.stop()
        if self._writing:
            await asyncio.wait(set(self._writing), timeout=FINISHING)
        try:
            async with asyncio.timeout(FINISHING):
                await self._pool.close()
        except TimeoutError:
            self._pool.terminate()

    @contextlib.asynccontextmanager
    async def _connection(self) -> AsyncIterator[Connection]:
        async with asyncio.timeout(self.patience):  # the pool's own would cost a task, here and at the release
            connection = await self._pool.acquire()
        try:
            yield connection
        except FAILURES as error:
            if judge(error) is Trouble.GONE:  # after a timeout, or on a standby, the socket alone looks good
                connection.terminate()
            raise
        finally:
            await self._pool.release(connection)

    async def _write(self, work: Callable[[Connection], Awaitable[T]], after: Callable[[], None] | None) -> T:
        attempts = Attempts(self)
        began = time.perf_counter()
        results: list[T] = []  # of attempts whose commit got no answer
        try:
            while True:
                result: list[T] = []
                try:
                    async with self._connection() as connection, connection.transaction():
                        result.append(await work(connection))
                    self.figures.committed(0, time.perf_counter() - began)
                    return result[0] or (results[0] if results else result[0])
                except FAILURES as error:
                    if results and judge(error) is Trouble.ROW:  # it met itself
                        return results[0]
                    if result and judge(error) is Trouble.GONE:
                        results.extend(result)
                    await attempts.next(error, doubtful=bool(results), writing=True)
        finally:
            if after is not None:
                after()

    def _written(self, task: asyncio.Task[Any]) -> None:
        self._writing.discard(task)
        if not task.cancelled():
            task.exception()  # its caller may be gone


class Attempts:
    """Decides after a failed attempt: wait and try again, or raise what is known."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._until = time.monotonic() + database.patience
        self._count = 0

    async def next(self, error: BaseException, *, doubtful: bool = False, writing: bool = False) -> None:
        """Return when it is time for another attempt.

        Raises StoreFailed, StoreRolledBack or StoreUnreachable; `doubtful`: an attempt may have been committed.
        """
        trouble = judge(error)
        if trouble is Trouble.MOVED:
            raise self._database.fail(error) from None
        if self._database.closed and not writing:
            raise StoreFailed("the store is closed") from None
        again = trouble in (Trouble.GONE, Trouble.AGAIN) and time.monotonic() < self._until
        if not again:
            log.warning("the database refused or did not answer: %s", describe(error))
            self._database.figures.rolled_back += writing
            if writing and not doubtful:
                raise StoreRolledBack("the write did not happen") from None
            raise StoreUnreachable("the database does not answer") from None
        if self._count == 0 and trouble is Trouble.GONE:
            log.warning("the connection to the database broke, trying again: %s", describe(error))
        await asyncio.sleep(_PAUSES[min(self._count, len(_PAUSES) - 1)])
        self._count += 1
