"""Remembers what was read for a second, and for longer while the marks say that nobody changed it (`changes.py`)."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Generic, TypeAlias, TypeVar

from proofkey.server.store.postgres.changes import Changes, bucket_of
from proofkey.server.store.protocol import POSITIVE_CACHE

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

Moment: TypeAlias = tuple[int, float]  # writes and changes known of, and the time

# Seconds; then it is read again, marked or not: a row that somebody changed by hand has no mark.
LONGEST = 60.0


class MarkedMemory(Generic[K, V]):
    """A bounded cache of found values, each of somebody's bucket; what was not found is never remembered."""

    def __init__(self, changes: Changes, whose: Callable[[K, V], str], size: int = 10_000) -> None:
        self._changes = changes
        self._whose = whose
        self._size = size
        self._values: dict[K, tuple[V, float, float, int, int]] = {}  # value, fresh until, at most until, bucket, turn
        self._version = 0

    def moment(self) -> Moment:
        """Say when a read begins: what is written or seen to be changed later, it may not know of."""
        return self._version + self._changes.version, self._changes.clock()

    def get(self, key: K) -> V | None:
        """Give the value if it is young enough, or unchanged."""
        changes = self._changes
        changes.asked = True
        found = self._values.get(key)
        if found is None:
            return None
        value, fresh_until, last, bucket, turn = found
        if changes.turns[bucket] != turn:
            return None
        now = changes.clock()
        return value if now < fresh_until or now < min(changes.good_until, last) else None

    def keep(self, key: K, value: V, since: Moment) -> None:
        """Remember a value of a read that began at a moment."""
        version, began = since
        if version != self._version + self._changes.version:
            return
        if len(self._values) >= self._size:
            self._values.clear()
        bucket = bucket_of(self._whose(key, value))
        turn = self._changes.turns[bucket]
        self._values[key] = value, began + POSITIVE_CACHE, began + LONGEST, bucket, turn

    def forget(self, key: K) -> None:
        """Forget one value: it is being written."""
        self._version += 1
        self._values.pop(key, None)

    def clear(self) -> None:
        """Forget everything: a write touched more than one value."""
        self._version += 1
        self._values.clear()
