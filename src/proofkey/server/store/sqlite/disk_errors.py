"""What a SQLite error says about the disk: whether the process may go on (decision 3)."""

from __future__ import annotations

import sqlite3

# Extended codes of SQLITE_IOERR that tell of memory and locks, not of the disk.
_HARMLESS_IOERR = frozenset({sqlite3.SQLITE_IOERR_NOMEM, sqlite3.SQLITE_IOERR_BLOCKED, sqlite3.SQLITE_IOERR_LOCK})
_FATAL = frozenset({sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_READONLY})
_UNDONE = frozenset({sqlite3.SQLITE_FULL, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
_OF_THE_BATCH = _UNDONE | {sqlite3.SQLITE_NOMEM}


def is_fatal(error: sqlite3.Error) -> bool:
    """Tell whether the store must close for good.

    After a failed fsync the kernel may have dropped the very pages and report success the next time, so trying
    again would lie.
    """
    code = getattr(error, "sqlite_errorcode", None)
    return code is not None and code not in _HARMLESS_IOERR and code & 0xFF in _FATAL


def is_of_the_row(error: sqlite3.Error) -> bool:
    """Tell whether one row was refused, so that the others of its batch may go on."""
    code = getattr(error, "sqlite_errorcode", None)
    return code is None or (not is_fatal(error) and code & 0xFF not in _OF_THE_BATCH)


def is_undone(error: sqlite3.Error) -> bool:
    """Tell of an error of a statement that commits itself whether it certainly did not.

    No lock, no room: it never came to a commit. Out of memory may also mean just after it.
    """
    code = getattr(error, "sqlite_errorcode", None)
    return code is not None and code & 0xFF in _UNDONE
