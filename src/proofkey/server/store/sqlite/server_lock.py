"""One server process per SQLite database: its caches and its writer count on being alone (decision 3)."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from proofkey.server.store.errors import StoreUnusable


class ServerLock:
    """Held from the start of a server until it closes or dies. The file stays; the lock on it counts."""

    def __init__(self, database: Path) -> None:
        file = database.resolve()  # one lock by whichever of its names somebody calls it
        try:
            file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._descriptor = os.open(file.with_name(file.name + ".lock"), os.O_CREAT | os.O_RDWR, 0o600)
        except OSError as error:
            raise StoreUnusable(f"cannot open the database {database}: {error.strerror}") from error
        try:
            _lock(self._descriptor)
        except OSError as error:
            os.close(self._descriptor)
            raise StoreUnusable(
                f"another proofkey server runs on {database}, and one process serves a SQLite database: end it, or "
                "name another database (--database; in the demo --data); PostgreSQL takes several"
            ) from error

    def release(self) -> None:
        """Let the next server in."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1


if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
