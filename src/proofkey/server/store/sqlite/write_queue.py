"""What waits for the writer: two bounded queues that any thread may fill."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Any, TypeAlias

import msgspec

from proofkey.core.records import Grant
from proofkey.server.store.errors import StoreBusy, StoreFailed
from proofkey.server.store.outcomes import Redemption
from proofkey.server.store.sqlite.many_rows import Row

Work: TypeAlias = Callable[[sqlite3.Connection], Any]

MAX_QUEUED = 4096
MAX_LATER = 256
LATER_AT_LEAST_EVERY = 0.5  # seconds
IDLE = 0.5  # seconds after which the writer looks around though nothing is queued
LATER_PAUSE = 0.05  # seconds between two of them at least, so that what comes singly is written together


class Queued(msgspec.Struct, frozen=True):
    """A grant to insert: what redeeming a code comes down to."""

    row: Row
    grant: Grant
    future: asyncio.Future[Redemption]


class Job(msgspec.Struct, frozen=True):
    """Any other write."""

    work: Work
    future: asyncio.Future[Any] | None = None  # None: nobody waits
    after: Callable[[], None] | None = None  # runs once it is committed, before the answer


class Batch(msgspec.Struct):
    """What one turn of the writer takes."""

    redemptions: list[Queued] = msgspec.field(default_factory=list)
    jobs: list[Job] = msgspec.field(default_factory=list)
    later: list[Job] = msgspec.field(default_factory=list)  # one at most

    def futures(self) -> list[asyncio.Future[Any]]:
        """Give all that wait for this batch."""
        waiting: list[asyncio.Future[Any]] = [entry.future for entry in self.redemptions]
        waiting.extend(job.future for job in (*self.jobs, *self.later) if job.future is not None)
        return waiting


class WriteQueue:
    """Logins and what people wait for; and, behind them, the journal and housekeeping."""

    def __init__(self, limit: int = MAX_QUEUED, clock: Callable[[], float] = time.monotonic) -> None:
        self._limit = limit
        self._clock = clock
        self._redemptions: list[Queued] = []
        self._jobs: list[Job] = []
        self._later: deque[Job] = deque()
        self._last_later = clock()
        self._lock = threading.Lock()
        self._wake = threading.Condition(self._lock)
        self._idle = False
        self._closed = False
        self.turned_away = 0

    def waiting(self) -> int:
        """Count the writes that wait; without the lock, so about."""
        return len(self._redemptions) + len(self._jobs) + len(self._later)

    def put_redemption(self, entry: Queued) -> bool:
        """Queue a redemption; tell whether somebody must `wake` the writer for it and for those that follow.

        Raises StoreBusy with nothing queued, StoreFailed once the store is closed.
        """
        with self._lock:
            queued = len(self._redemptions)
            if queued >= self._limit or self._closed:
                self._admit(queued, self._limit)
            self._redemptions.append(entry)
            return self._idle and not queued

    def wake(self) -> None:
        """Let the writer look."""
        with self._wake:
            self._wake.notify()

    def put(self, job: Job) -> None:
        """Queue another write that somebody waits for."""
        with self._wake:
            self._admit(len(self._jobs), self._limit)
            self._jobs.append(job)
            if self._idle:
                self._wake.notify()

    def put_later(self, job: Job) -> None:
        """Queue a write that makes way for all others."""
        with self._wake:
            self._admit(len(self._later), MAX_LATER)
            self._later.append(job)
            if self._idle:
                self._wake.notify()

    def take(self) -> Batch | None:
        """Wait for something and take all of it, of the later ones one at most; None: closed and empty.

        The batch is empty where nothing came for half a second.
        """
        with self._wake:
            waited = True
            while waited and not (self._redemptions or self._jobs or self._closed) and (pause := self._pause()):
                self._idle = True
                waited = self._wake.wait(pause)
            self._idle = False
            batch = Batch(self._redemptions, self._jobs)
            self._redemptions, self._jobs = [], []
            urgent = bool(batch.redemptions or batch.jobs)
            now = self._clock()
            if self._later and (not urgent or now - self._last_later >= LATER_AT_LEAST_EVERY):
                self._last_later = now
                batch.later.append(self._later.popleft())
            return batch if urgent or batch.later or not self._closed else None

    def _pause(self) -> float:
        """Give the seconds until one of the later writes is due, or the writer should look around."""
        return max(0.0, self._last_later + LATER_PAUSE - self._clock()) if self._later else IDLE

    def close(self) -> None:
        """Take nothing new; what is queued will still be taken."""
        with self._wake:
            self._closed = True
            self._wake.notify()

    def drop(self) -> Batch:
        """Close and empty the queue: give what will never be written."""
        with self._wake:
            self._closed = True
            dropped = Batch(self._redemptions, self._jobs, list(self._later))
            self._redemptions, self._jobs = [], []
            self._later.clear()
            return dropped

    def _admit(self, queued: int, limit: int) -> None:
        if self._closed:
            raise StoreFailed("the store is closed")
        if queued >= limit:
            self.turned_away += 1
            raise StoreBusy("the queue of writes is full")
