"""One holder at a time among threads and processes: a lock on a file beside what it protects. The file stays."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from proofkey.client.errors import NotKept


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the lock. It is freed when the process dies, however it dies. Raises NotKept."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_CREAT | os.O_RDWR, 0o600)
    except OSError as error:
        raise NotKept(f"cannot open the lock {path}: {error.strerror}") from error
    try:
        try:
            _lock(descriptor)
        except OSError as error:  # a file system without locks, as some in a network are
            raise NotKept(f"cannot lock {path}: {error.strerror}") from error
        try:
            yield
        finally:
            _unlock(descriptor)  # closing would not do where a child was forked meanwhile: it holds the file, too
    finally:
        os.close(descriptor)


if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int) -> None:
        while True:
            try:
                msvcrt.locking(descriptor, msvcrt.LK_LOCK, 1)  # tries for ten seconds
                return
            except OSError:
                continue

    def _unlock(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX)

    def _unlock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_UN)
