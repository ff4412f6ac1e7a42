"""When a refusal is diagnosed (decision 12).

Development diagnoses at once and shows it. In production the answer goes out first: the search runs behind it in one
low-priority thread, once per code and five times a minute per client; beyond that the journal keeps the judgement's
own fault and says that nothing was searched.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import sys
import threading
import time
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from proofkey.server.diagnosis import Diagnosis, Refusal, explain
from proofkey.server.journal import Journal
from proofkey.server.logs import event
from proofkey.server.observing import Observing
from proofkey.server.settings import Settings

K = TypeVar("K")
V = TypeVar("V")

log = logging.getLogger("proofkey.diagnosis")

WAITING = 256  # refusals
PER_MINUTE = 5  # searches for one client
REMEMBERED = 10_000  # codes and clients
REST = 19  # times what a search took
LONGEST_REST = 5.0  # seconds; the first search loads what it needs, and may take long on a busy machine
_NICENESS = 15


class Diagnosing:
    """Diagnoses refusals and writes them into the journal."""

    def __init__(self, settings: Settings, journal: Journal, observing: Observing) -> None:
        self._settings = settings
        self._journal = journal
        self._observing = observing
        self._queue: asyncio.Queue[Refusal] = asyncio.Queue(WAITING)
        self._searched: OrderedDict[bytes, None] = OrderedDict()
        self._minutes: OrderedDict[str, tuple[int, int]] = OrderedDict()  # client -> minute, searches in it
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="diagnosis", initializer=_be_nice)
        self._task: asyncio.Task[None] | None = None

    def note(self, refusal: Refusal, *, search: bool = True) -> Diagnosis | None:
        """Note a refusal; in development give its diagnosis, for the answer."""
        step = refusal.request.step
        if step is not None:
            step.refused(refusal.fault, refusal.error.error, refusal.client)
        if self._settings.development and search:
            found = self._explain(refusal)
            self._note(refusal, found)
            if step is not None and found is not None:
                step.fault = found.fault
            return found
        if self._settings.development or not search or not self._may_search(refusal):
            self._note(refusal, None, searched=False)
            return None
        self._queue.put_nowait(refusal)
        return None

    def _explain(self, refusal: Refusal) -> Diagnosis | None:
        try:
            return explain(self._settings, refusal)
        except Exception:  # whatever is wrong with the diagnosis, the refusal is right and must be answered
            event(log, logging.ERROR, "diagnosis-failed", traceback=True, request_id=refusal.request.id)
            return None

    def _note(self, refusal: Refusal, found: Diagnosis | None, *, searched: bool = True) -> None:
        if self._journal.has_room(refusal):
            self._journal.refused(refusal, found, searched=searched)
        self._observing.refused(refusal, found)

    def waiting(self) -> int:
        """Count the refusals that wait for their search."""
        return self._queue.qsize()

    def start(self) -> None:
        """Begin searching beside the requests."""
        self._task = asyncio.get_running_loop().create_task(self._search())

    async def stop(self) -> None:
        """Note what still waits, unsearched, and end."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
            self._task = None
        while not self._queue.empty():
            self._note(self._queue.get_nowait(), None, searched=False)
        self._pool.shutdown(wait=False, cancel_futures=True)

    async def _search(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            refusal = await self._queue.get()
            began, ticks = time.time_ns(), time.monotonic()  # spans want the wall clock, which may be set meanwhile
            try:
                found = await loop.run_in_executor(self._pool, self._explain, refusal)
            except asyncio.CancelledError:  # the server ends: what it was about to explain is noted all the same
                self._note(refusal, None, searched=False)
                raise
            self._note(refusal, found)
            if refusal.request.step is not None and found is not None:
                refusal.request.step.diagnosed(found.fault, began)
            if not self._queue.empty():  # others are searched for in a twentieth of the time; logins need the rest
                await asyncio.sleep(min(LONGEST_REST, REST * (time.monotonic() - ticks)))

    def _may_search(self, refusal: Refusal) -> bool:
        if self._queue.full():
            return False
        if refusal.code is not None:
            if refusal.code.grant_id in self._searched:
                return False
            _remember(self._searched, refusal.code.grant_id, None)
        client = refusal.client.client_id if refusal.client else ""
        minute = int(refusal.request.arrived_at // 60)
        last, count = self._minutes.get(client, (minute, 0))
        count = count + 1 if last == minute else 1
        _remember(self._minutes, client, (minute, count))
        return count <= PER_MINUTE


def _remember(known: OrderedDict[K, V], key: K, value: V) -> None:
    known[key] = value
    if len(known) > REMEMBERED:
        known.popitem(last=False)


def _be_nice() -> None:
    if sys.platform == "linux":  # there a thread has a priority of its own
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICENESS)
