"""Looks rows up by key in groups: what is asked for while a query runs is fetched by the next one.

The reading counterpart of the group commit: under load one round trip serves many requests, alone it serves one.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

AT_ONCE = 2  # queries under way
MOST = 500  # keys of one query


class Lookup(Generic[K, V]):
    """One kind of look-up; belongs to one event loop."""

    def __init__(self, fetch: Callable[[list[K]], Awaitable[dict[K, V]]]) -> None:
        self._fetch = fetch
        self._asked: dict[K, asyncio.Future[V | None]] = {}  # not sent yet
        self._running = 0
        self._tasks: set[asyncio.Task[None]] = set()

    async def get(self, key: K) -> V | None:
        """Give what is there now: never the result of a query that began before this call."""
        future = self._asked.get(key)
        if future is None:
            future = self._asked[key] = asyncio.get_running_loop().create_future()
            if self._running < AT_ONCE:
                self._running += 1
                task = asyncio.create_task(self._run())
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)
        return await asyncio.shield(future)  # others may wait for the same

    async def _run(self) -> None:
        try:
            while self._asked:
                await self._answer_some()
        finally:  # and not in a callback, which comes later: who asks in between would wait for nobody
            self._running -= 1

    async def _answer_some(self) -> None:
        asked = self._asked
        if len(asked) > MOST:
            self._asked = dict(list(asked.items())[MOST:])
            asked = dict(list(asked.items())[:MOST])
        else:
            self._asked = {}
        try:
            found = await self._fetch(list(asked))
        except Exception as error:
            for future in asked.values():
                future.set_exception(error)
                future.exception()  # whoever waited may be gone
        else:
            for key, future in asked.items():
                future.set_result(found.get(key))
