"""Tells processes of each other's changes: who changes a client, a user, a session or a consent marks a bucket.

Each process looks at the marks some times a second. While a mark is as it was, what was read of its bucket before is
still true, so it may be remembered for a second from the start of that look (decision 14): a look that is late or fails
makes memories shorter, never longer. A mark is a random number and part of the change's transaction: it cannot come
without the change, nor be mistaken for another one after a failover that lost the last commits.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
import time
from collections.abc import Awaitable, Callable, Mapping
from zlib import crc32

from proofkey.core.errors import ProofkeyError
from proofkey.server.store.errors import StoreFailed
from proofkey.server.store.postgres.connecting import Connection
from proofkey.server.store.protocol import POSITIVE_CACHE

log = logging.getLogger("proofkey.store")

EVERY = 0.25  # seconds between two looks: some may be late and nothing is forgotten
BUCKETS = 1024  # two changes in one bucket at once wait for each other's commit
EVERYTHING = 0  # the bucket of changes that concern many

_LOOK = "SELECT array_agg(bucket), array_agg(mark) FROM change_marks"
_MARK = (
    "INSERT INTO change_marks (bucket, mark) VALUES ($1, $2) ON CONFLICT (bucket) DO UPDATE SET mark = excluded.mark"
)

Marks = Mapping[int, int]


def bucket_of(name: str) -> int:
    """Give the bucket of a subject or a client id, the same in every process."""
    return 1 + crc32(name.encode()) % (BUCKETS - 1)


async def mark_changed(connection: Connection, bucket: int) -> None:
    """Mark a change. The last statement of its transaction, and one a transaction: so no two wait in a circle."""
    await connection.execute(_MARK, bucket, secrets.randbits(63))


async def read_marks(connection: Connection) -> Marks:
    """Read all marks."""
    buckets, marks = await connection.fetchrow(_LOOK)
    return dict(zip(buckets or (), marks or (), strict=True))


class Changes:
    """What one process has seen of the marks. Values read while a bucket was at a turn are of that turn."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        self.turns = [0] * BUCKETS
        self.version = 0  # counts what was seen; what was read before must not be kept after it
        self.good_until = 0.0  # whatever is of its bucket's turn
        self.asked = False  # whether anything was looked up since the last look
        self._marks: Marks | None = None

    def see(self, marks: Marks, at: float) -> None:
        """Take note of what a look found that began `at`."""
        before = self._marks
        changed = [] if before is None else [bucket for bucket, mark in marks.items() if before.get(bucket) != mark]
        if before is None or EVERYTHING in changed or len(marks) < len(before):
            self.doubt()
        elif changed:
            self.version += 1
            for bucket in changed:
                self.turns[bucket] += 1
        self._marks = marks
        self.good_until = at + POSITIVE_CACHE

    def doubt(self) -> None:
        """Forget everything, and what the marks were."""
        self.version += 1
        self.turns = [turn + 1 for turn in self.turns]
        self._marks = None


class Watch:
    """Looks at the marks while the store is in use."""

    def __init__(self, changes: Changes, look: Callable[[], Awaitable[Marks]], every: float = EVERY) -> None:
        self._changes = changes
        self._look = look
        self._every = every
        self._task = asyncio.get_running_loop().create_task(self._run())

    async def stop(self) -> None:
        """End it."""
        self._task.cancel()
        await asyncio.wait([self._task])

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(self._every)
            if not self._changes.asked:  # nobody is there: nothing need be known
                continue
            self._changes.asked = False
            at = self._changes.clock()
            try:
                marks = await self._look()
            except StoreFailed:
                return
            except ProofkeyError:
                self._changes.doubt()
            except Exception:
                log.exception("the marks of changes could not be read")
                self._changes.doubt()
            else:
                self._changes.see(marks, at)
