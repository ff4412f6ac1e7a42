"""The one writer of redemptions: takes what queued while the last batch was committed, and sends it as one statement.

It sends when the loop has nothing else to do, or after some milliseconds: a commit costs more than an insert.

Nobody is answered before the commit that covers him is on disk (decision 3). Every batch carries a number of its own
into its rows: when a connection breaks before the answer came, the batch is sent again under the same number, and what
the first attempt did is told from what another process did.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import secrets
import time
from collections.abc import Awaitable, Callable, Sequence

import msgspec

from proofkey.core.records import Grant
from proofkey.server.store.errors import StoreBusy, StoreFailed, StoreRolledBack
from proofkey.server.store.grant_rows import Row
from proofkey.server.store.outcomes import Redeemed, Redemption
from proofkey.server.store.padded_rows import MOST_AT_ONCE
from proofkey.server.store.postgres.connecting import connect
from proofkey.server.store.postgres.database import MAX_QUEUED, Attempts, Database
from proofkey.server.store.postgres.grants import OURS
from proofkey.server.store.postgres.insertion import Insertion
from proofkey.server.store.postgres.trouble import FAILURES, Trouble, judge

log = logging.getLogger("proofkey.store")

BUSY = 0.000_1  # seconds; a turn of the loop that takes less had no request in it
LONGEST = 0.010  # seconds that a batch waits for a busy loop
FINISHING = 15.0  # seconds that queued redemptions may take when the store is closed


class Queued(msgspec.Struct, frozen=True):
    """A grant to insert."""

    row: Row
    grant: Grant
    future: asyncio.Future[Redemption]


class GroupCommit:
    """A task with a connection of its own. `replayed` is given a grant whose id was there before; it ends it."""

    def __init__(
        self, database: Database, replayed: Callable[[Grant], Awaitable[Redemption]], *, limit: int = MAX_QUEUED
    ) -> None:
        self._database = database
        self._replayed = replayed
        self._limit = limit
        self._queue: list[Queued] = []
        self._wake = asyncio.Event()
        self._insertion: Insertion | None = None  # on a connection of its own
        self._endings: set[asyncio.Task[None]] = set()
        self._closed = False
        self._task = asyncio.get_running_loop().create_task(self._run())

    def redeem(self, row: Row, grant: Grant) -> asyncio.Future[Redemption]:
        """Queue a grant. Raises StoreBusy with nothing queued, StoreFailed once the store is closed."""
        if self._closed or self._database.closed:
            raise StoreFailed("the store is closed")
        if len(self._queue) >= self._limit:
            self._database.figures.turned_away += 1
            raise StoreBusy("the queue of writes is full")
        future: asyncio.Future[Redemption] = asyncio.get_running_loop().create_future()
        self._queue.append(Queued(row, grant, future))
        self._wake.set()
        return future

    def waiting(self) -> int:
        """Count what is queued."""
        return len(self._queue)

    async def close(self) -> None:
        """Take nothing new, write what is queued, end."""
        self._closed = True
        self._wake.set()
        try:
            async with asyncio.timeout(FINISHING):
                await asyncio.shield(self._task)
                while self._endings:
                    await asyncio.wait(set(self._endings))
        except TimeoutError:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
        self._answer(self._queue, StoreFailed("the store is closed"))
        self._drop_connection()

    async def _run(self) -> None:
        while True:
            while not self._queue:
                if self._closed:
                    return
                self._wake.clear()
                await self._wake.wait()
            await _let_others_come()
            batch, self._queue = self._queue[:MOST_AT_ONCE], self._queue[MOST_AT_ONCE:]
            try:
                await self._commit(batch)
            except BaseException as error:  # whatever it was, nobody may wait for ever
                self._answer(batch, StoreFailed("the store failed"))
                if not isinstance(error, Exception):
                    raise
                log.exception("a batch of redemptions failed")

    async def _commit(self, batch: Sequence[Queued]) -> None:
        number = secrets.randbits(63)
        rows = [entry.row for entry in batch]
        ids = [entry.grant.grant_id for entry in batch]
        began = time.perf_counter()
        attempts, sent = Attempts(self._database), False  # sent: an attempt may have been committed
        while True:
            before = sent
            try:
                insertion = await self._connected()
                sent = True
                inserted = set(ids)
                if await insertion.insert(rows, number) < len(rows):  # replays, or an attempt before was committed
                    inserted = {row[0] for row in await insertion.connection.fetch(OURS, ids, number)}
                break
            except FAILURES as error:
                trouble = judge(error)
                if trouble is Trouble.ROW and len(batch) > 1:  # somewhere in it; the others shall not suffer
                    for half in (batch[: len(batch) // 2], batch[len(batch) // 2 :]):
                        await self._commit(half)
                    return
                if trouble is Trouble.GONE:
                    self._drop_connection()
                else:  # undone for certain
                    sent = before
                try:
                    await attempts.next(error, doubtful=sent, writing=True)
                except Exception as known:
                    self._answer(batch, known)
                    return
        self._database.figures.committed(len(inserted), time.perf_counter() - began)
        self._tell(batch, inserted)

    def _tell(self, batch: Sequence[Queued], inserted: set[bytes]) -> None:
        for entry in batch:
            if entry.grant.grant_id in inserted:
                inserted.discard(entry.grant.grant_id)  # the first of a batch wins, a second one is a replay
                if not entry.future.done():  # its caller may be gone; it was written all the same
                    entry.future.set_result(Redeemed(entry.grant))
            else:  # not in the writer's way: somebody who replays his own codes holds nobody up
                task = asyncio.create_task(self._end_replayed(entry))
                self._endings.add(task)
                task.add_done_callback(self._endings.discard)

    async def _end_replayed(self, entry: Queued) -> None:
        try:
            outcome = await self._replayed(entry.grant)
        except Exception as error:
            self._answer([entry], error)
        else:
            if not entry.future.done():
                entry.future.set_result(outcome)

    async def _connected(self) -> Insertion:
        if self._insertion is None or self._insertion.connection.is_closed():
            self._insertion = Insertion(await connect(self._database.location))
        return self._insertion

    def _drop_connection(self) -> None:
        if self._insertion is not None:
            self._insertion.connection.terminate()
            self._insertion = None

    def _answer(self, batch: Sequence[Queued], error: Exception) -> None:
        for entry in batch:
            if not entry.future.done():
                entry.future.set_exception(error)
                entry.future.exception()  # nobody may be there to hear it
        if isinstance(error, StoreRolledBack):
            log.warning("%d redemptions were rolled back", len(batch))


async def _let_others_come() -> None:
    """Return once the requests that have arrived have come as far as they can, so that they share the next commit.

    No timer: a loop that has nothing to do turns at once.
    """
    began = before = time.perf_counter()
    while before < began + LONGEST:
        await asyncio.sleep(0)
        now = time.perf_counter()
        if now < before + BUSY:
            return
        before = now
