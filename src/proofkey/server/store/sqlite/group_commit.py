"""The one writer: takes what queued while the last commit ran, and commits it together (decision 3).

Nobody is answered before the commit that covers him is on disk. A row that fails alone leaves its batch alone. An
error of the disk ends the writer for good: after a failed fsync a second one may succeed and have kept nothing.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any, Protocol, TypeVar

from proofkey.core.errors import ProofkeyError
from proofkey.core.records import Grant
from proofkey.server.store.errors import StoreBusy, StoreFailed, StoreRolledBack, StoreUnreachable
from proofkey.server.store.figures import StoreFigures
from proofkey.server.store.outcomes import Redeemed, Redemption
from proofkey.server.store.padded_rows import MOST_AT_ONCE
from proofkey.server.store.sqlite.answers import Answer, answer
from proofkey.server.store.sqlite.disk_errors import is_fatal, is_of_the_row, is_undone
from proofkey.server.store.sqlite.many_rows import Row
from proofkey.server.store.sqlite.write_queue import MAX_QUEUED, Batch, Job, Queued, Work, WriteQueue

log = logging.getLogger("proofkey.store")

T = TypeVar("T")

CHECKPOINT_PAGES = 1000
LOOK_EVERY = 0.2  # seconds


class GrantWriting(Protocol):
    """What the writer asks of the module that knows the grants' table."""

    def insert_at_once(self, connection: sqlite3.Connection, entries: Sequence[Queued]) -> bool:
        """Insert and commit grants with one statement, or do nothing and tell so."""
        ...

    def insert(self, connection: sqlite3.Connection, entries: Sequence[Queued]) -> list[Redemption | Exception]:
        """Insert grants inside the transaction; one outcome each."""
        ...

    def inserted(self, connection: sqlite3.Connection, outcomes: Sequence[Redemption | Exception]) -> bool | None:
        """Tell whether a grant that these outcomes call inserted is there; None where they call none so."""
        ...

    def committed(self, outcomes: Sequence[Redemption | Exception]) -> None:
        """Take note that these outcomes are on disk."""
        ...


class _RolledBack(Exception):
    """The transaction is gone, with everything in it."""


class GroupCommit:
    """A thread with a connection of its own."""

    def __init__(
        self,
        connect: Callable[[], sqlite3.Connection],
        grants: GrantWriting,
        *,
        limit: int = MAX_QUEUED,
        on_failure: Callable[[BaseException], None] | None = None,
        on_look: Callable[[bool, float], None] = lambda others_wrote, at: None,
    ) -> None:
        self._connect = connect
        self._connection = connect()
        self._grants = grants
        self._on_failure = on_failure
        self._on_look = on_look  # told whether other processes wrote since it was told last, at a monotonic time
        self._seen: tuple[object, ...] = ()  # the database's version when it was
        self._looked_at = 0.0
        self._queue = WriteQueue(limit)
        self._pages = 0  # written since the last checkpoint, about
        self._figures = StoreFigures()
        self._began = 0.0  # the batch in hand; monotonic seconds
        self.failure: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="proofkey-writer", daemon=True)
        self._thread.start()

    def redeem(self, row: Row, grant: Grant) -> asyncio.Future[Redemption]:
        """Queue the insertion of a grant."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Redemption] = loop.create_future()
        if self._queue.put_redemption(Queued(row, grant, future)):
            # An idle writer is woken when the requests that this turn of the loop has in hand are through: together
            # they make one commit, where each alone would make the next wait for it.
            loop.call_soon(loop.call_soon, self._queue.wake)
        return future

    def write(
        self, work: Callable[[sqlite3.Connection], T], after: Callable[[], None] | None = None
    ) -> asyncio.Future[T]:
        """Queue a function of the connection, to be run inside a transaction."""
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._queue.put(Job(work, future, after))
        return future

    def write_later(self, work: Callable[[sqlite3.Connection], T]) -> asyncio.Future[T]:
        """Queue a small write that makes way for all others."""
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._queue.put_later(Job(work, future))
        return future

    def write_unawaited(self, work: Work) -> bool:
        """Queue such a write with nobody to tell how it went; False where there is no room."""
        try:
            self._queue.put_later(Job(work))
        except (StoreBusy, StoreFailed):
            return False
        return True

    @property
    def commits(self) -> int:
        """How many batches were committed."""
        return self._figures.commits

    def figures(self) -> StoreFigures:
        """Give what was counted so far."""
        self._figures.waiting, self._figures.turned_away = self._queue.waiting(), self._queue.turned_away
        return self._figures

    def close(self) -> None:
        """Write what is queued and end the thread. Blocks."""
        self._queue.close()
        self._thread.join()

    # From here on, in the writer's thread.

    def _run(self) -> None:
        batch: Batch | None = None
        try:
            while (batch := self._queue.take()) is not None:
                self._look_around()
                self._began = time.perf_counter()
                if batch.jobs or (batch.redemptions and not self._commit_at_once(batch.redemptions)):
                    self._commit(batch.redemptions, batch.jobs)
                for job in batch.later:
                    self._commit_later(job)
                if self._pages >= CHECKPOINT_PAGES:
                    self._checkpoint()
            self._connection.close()
        except BaseException as error:  # whatever it was, nothing is written any more, and nobody may wait for it
            self._fail(error, batch or Batch())  # the connection stays as it is: closing it would write and sync

    def _look_around(self) -> None:
        """Ask a few times a second whether another process wrote: the number changes by commits of others only."""
        now = time.monotonic()
        if now - self._looked_at >= LOOK_EVERY:
            self._looked_at = now
            try:
                version: tuple[object, ...] = self._connection.execute("PRAGMA data_version").fetchone()
            except sqlite3.Error as error:
                if is_fatal(error):
                    raise
                return
            self._on_look(version != self._seen, now)
            self._seen = version

    def _commit_at_once(self, redemptions: list[Queued]) -> bool:
        """Commit what logins mostly are: new grants and nothing else, in one statement that is its own transaction.

        False: it was not possible, and nothing happened.
        """
        if len(redemptions) > MOST_AT_ONCE:
            return False
        try:
            if not self._grants.insert_at_once(self._connection, redemptions):
                return False
        except sqlite3.Error as error:
            if not is_undone(error):
                raise
            self._refuse([entry.future for entry in redemptions], [], error)
            return True
        self._committed(redemptions, [Redeemed(entry.grant) for entry in redemptions])
        return True

    def _commit(self, redemptions: list[Queued], jobs: list[Job]) -> None:
        connection = self._connection
        redeemed: list[Redemption | Exception] = []
        results: list[object] = []
        committing = False
        try:
            connection.execute("BEGIN IMMEDIATE")
            if redemptions:
                redeemed = self._grants.insert(connection, redemptions)
            for job in jobs:
                results.append(self._attempt(job))
            committing = True
            connection.execute("COMMIT")
        except (sqlite3.Error, _RolledBack) as error:
            in_doubt = self._roll_back(error) and committing
            is_there = self._is_there(redeemed) if in_doubt else False
            if not is_there:
                self._refuse([entry.future for entry in redemptions], jobs, error, in_doubt=is_there is None)
                return
        for job in jobs:
            if job.after is not None:
                job.after()
        self._committed(redemptions, redeemed, [(job.future, done) for job, done in zip(jobs, results, strict=True)])

    def _committed(
        self,
        redemptions: list[Queued],
        redeemed: Sequence[Redemption | Exception],
        others: Sequence[tuple[asyncio.Future[Any] | None, object]] = (),
    ) -> None:
        self._figures.committed(len(redemptions), time.perf_counter() - self._began)
        self._pages += 4 + len(redemptions) // 8 + len(others)
        self._grants.committed(redeemed)
        answers: list[Answer] = [(entry.future, done) for entry, done in zip(redemptions, redeemed, strict=True)]
        answers.extend((future, done) for future, done in others if future is not None)
        answer(answers)

    def _commit_later(self, job: Job) -> None:
        # Not synced on its own: the next login's commit covers it, and a power cut may take the journal's end.
        self._connection.execute("PRAGMA synchronous = NORMAL")
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            result = self._attempt(job)
            self._connection.execute("COMMIT")
        except (sqlite3.Error, _RolledBack) as error:
            self._roll_back(error)
            self._refuse([], [job], error)
        else:
            self._pages += 4
            if job.future is not None:
                answer([(job.future, result)])
        self._connection.execute("PRAGMA synchronous = FULL")

    def _attempt(self, job: Job) -> object:
        """Run one job so that its failing leaves the others alone."""
        connection = self._connection
        connection.execute("SAVEPOINT job")
        try:
            result: object = job.work(connection)
        except sqlite3.Error as error:
            if not connection.in_transaction:
                raise _RolledBack from error
            if not is_of_the_row(error):
                raise
            result = StoreRolledBack("the store refused the write")
            result.__cause__ = error
        except Exception as error:  # also a text or number that SQLite cannot hold: its sender's matter alone
            if not isinstance(error, ProofkeyError):
                log.warning("a write was given up: %s", type(error).__name__)
            result = error
        if isinstance(result, Exception):
            connection.execute("ROLLBACK TO job")
        connection.execute("RELEASE job")
        return result

    def _roll_back(self, error: Exception) -> bool:
        """Leave the transaction; tell whether SQLite had left it before, so that what became of it is in doubt."""
        if isinstance(error, sqlite3.Error) and is_fatal(error):
            raise error
        if self._connection.in_transaction:
            self._connection.execute("ROLLBACK")
            return False
        return True

    def _is_there(self, redeemed: list[Redemption | Exception]) -> bool | None:
        """Look on a new connection whether a transaction in doubt was committed: all of it is there, or nothing.

        None: it inserted no grant to look for.
        """
        self._connection.close()
        self._connection = self._connect()
        self._seen = ()  # its versions are counted anew
        return self._grants.inserted(self._connection, redeemed)

    def _refuse(
        self, futures: list[asyncio.Future[Redemption]], jobs: list[Job], error: Exception, *, in_doubt: bool = False
    ) -> None:
        self._figures.rolled_back += 1
        waiting = [*futures, *(job.future for job in jobs if job.future is not None)]
        kind, became = (StoreUnreachable, "in doubt") if in_doubt else (StoreRolledBack, "rolled back")
        log.warning("a batch of writes is %s, %d waited for it: %s", became, len(waiting), error)
        answer([(future, kind(f"the write is {became}")) for future in waiting])

    def _checkpoint(self) -> None:
        self._pages = 0
        try:
            self._connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
        except sqlite3.Error as error:
            if is_fatal(error):
                raise
            log.warning("a checkpoint failed: %s", error)

    def _fail(self, error: BaseException, in_hand: Batch) -> None:
        self.failure = error
        log.critical("the store failed and is closed for good: %s: %s", type(error).__name__, error)
        waiting = [*in_hand.futures(), *self._queue.drop().futures()]
        try:
            if self._on_failure is not None:
                self._on_failure(error)
        finally:
            answer([(future, StoreFailed("the store failed")) for future in waiting])
