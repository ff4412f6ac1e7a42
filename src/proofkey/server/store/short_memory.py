"""Remembers what was read, and forgets at once what this process writes (decision 3).

What another process writes may go unseen for a second: a value lives for a second, or longer where the store confirms
again and again that no other process has written anything.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

from proofkey.server.store.protocol import POSITIVE_CACHE

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class ShortMemory(Generic[K, V]):
    """A bounded cache of found values; what was not found is never remembered. Safe between threads."""

    def __init__(
        self, lifetime: float = POSITIVE_CACHE, size: int = 10_000, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._lifetime = lifetime
        self._size = size
        self._clock = clock
        self._values: dict[K, tuple[float, V]] = {}
        self._good_until = 0.0  # by the last confirmation
        self.version = 0  # counts the writes; what was read before one must not be kept after it

    def get(self, key: K) -> V | None:
        """Give the value if it is young enough."""
        found = self._values.get(key)
        if found is not None and ((now := self._clock()) < self._good_until or now < found[0]):
            return found[1]
        return None

    def confirm(self, at: float) -> None:
        """Take note that at `at` nothing was written elsewhere since the last confirmation or `clear`."""
        self._good_until = at + self._lifetime

    def keep(self, key: K, value: V, version: int) -> None:
        """Remember a value that was read when the memory had this version."""
        if version != self.version:
            return
        if len(self._values) >= self._size:
            self._values.clear()
        self._values[key] = (self._clock() + self._lifetime, value)
        if version != self.version:  # the writer's thread forgot it in between: it would stay for as long as confirmed
            self._values.pop(key, None)

    def forget(self, key: K) -> None:
        """Forget one value: it is being written."""
        self.version += 1
        self._values.pop(key, None)

    def clear(self) -> None:
        """Forget everything: a write touched more than one value."""
        self.version += 1
        self._values.clear()
