"""Purges a store every hour while a server runs; of several processes, whichever comes first."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable

from proofkey.core.errors import ProofkeyError
from proofkey.server.store.errors import StoreFailed
from proofkey.server.store.protocol import Store

log = logging.getLogger("proofkey.store")

EVERY = 3600.0  # seconds
FIRST = 60.0  # seconds after the start
LAST = "purged_at"  # the named value that tells processes of each other


class Upkeep:
    """Runs beside the requests; the store does the work in small steps between logins."""

    def __init__(
        self, store: Store, *, clock: Callable[[], float] = time.time, first: float = FIRST, every: float = EVERY
    ) -> None:
        self._store = store
        self._clock = clock
        self._first = first
        self._every = every
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin; needs a running event loop."""
        self._task = asyncio.get_running_loop().create_task(self._run())

    async def stop(self) -> None:
        """End it; call this before the store is closed."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
            self._task = None

    async def _run(self) -> None:
        await asyncio.sleep(self._first)
        while True:
            try:
                if await self._is_due():
                    removed = await self._store.purge(now=self._clock())
                    log.info("purged %d rows", removed)
            except StoreFailed:
                return
            except ProofkeyError as error:
                log.warning("purging was put off: %s", error)
            except Exception:
                log.exception("purging failed")
            await asyncio.sleep(self._every)

    async def _is_due(self) -> bool:
        """Tell whether nobody did it within this period; two who ask at once may both do it, which does no harm."""
        now, last = self._clock(), await self._store.meta(LAST)
        if last is not None and 0 <= now - float(last) < 0.9 * self._every:
            return False
        await self._store.put_meta(LAST, str(now))
        return True
