"""Sessions in this process's memory: for one process, for development, for tests. All are gone when it ends."""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from pathlib import Path

from proofkey.bff.session_store import Stored


@dataclass(slots=True)
class _Row:
    stored: Stored
    holder: bytes | None = None
    until: float = 0.0


class MemorySessions:
    """At most `capacity` sessions; the one unused for longest gives way."""

    is_durable = False
    key_file: Path | None = None

    def __init__(self, capacity: int = 100_000) -> None:
        self._rows: dict[bytes, _Row] = {}  # the one used last is last
        self._capacity = capacity
        self._mutex = threading.Lock()

    def insert(self, key: bytes, contents: bytes, *, now: float) -> None:
        """Keep a new session."""
        with self._mutex:
            while len(self._rows) >= self._capacity:
                del self._rows[next(iter(self._rows))]
            self._rows[key] = _Row(Stored(contents, now, now))

    def find(self, key: bytes) -> Stored | None:
        """Give a session."""
        with self._mutex:
            row = self._rows.get(key)
            return row.stored if row else None

    def touch(self, key: bytes, *, now: float) -> None:
        """Note that a session is in use."""
        with self._mutex:
            if (row := self._rows.pop(key, None)) is not None:
                row.stored = replace(row.stored, seen_at=max(now, row.stored.seen_at))
                self._rows[key] = row

    def take_lease(self, key: bytes, holder: bytes, *, now: float, until: float) -> Stored | None:
        """Give the session to one holder."""
        with self._mutex:
            row = self._rows.get(key)
            if row is None or (row.holder is not None and row.until > now):
                return None
            row.holder, row.until = holder, until
            return row.stored

    def replace(self, key: bytes, holder: bytes, contents: bytes) -> bool:
        """Write new contents and give the lease back."""
        with self._mutex:
            row = self._rows.get(key)
            if row is None or not (row.holder == holder or (row.holder is None and row.stored.contents == contents)):
                return False
            row.stored, row.holder = replace(row.stored, contents=contents), None
            return True

    def release(self, key: bytes, holder: bytes) -> None:
        """Give the lease back."""
        with self._mutex:
            row = self._rows.get(key)
            if row is not None and row.holder == holder:
                row.holder = None

    def delete(self, key: bytes) -> bool:
        """End a session."""
        with self._mutex:
            return self._rows.pop(key, None) is not None

    def purge(self, *, created_before: float, seen_before: float) -> int:
        """Delete the sessions that are over."""
        with self._mutex:
            over = [
                key
                for key, row in self._rows.items()
                if row.stored.created_at < created_before or row.stored.seen_at < seen_before
            ]
            for key in over:
                del self._rows[key]
            return len(over)

    def close(self) -> None:
        """Forget all."""
        with self._mutex:
            self._rows.clear()
