"""How a SQLite connection of ours is set up: WAL, every commit synced, nothing implicit (decision 3)."""

from __future__ import annotations

import sqlite3
from pathlib import Path

BUSY_TIMEOUT = 5.0  # seconds to wait for another process's write
_STATEMENTS = 256

# Python's module asks every bytes and None that it binds, in vain, how it wants to be stored; that takes longer than to
# store it. These two are told beforehand that they stay as they are.
sqlite3.register_adapter(bytes, bytes)
sqlite3.register_adapter(type(None), lambda nothing: nothing)


def connect_writer(path: Path, factory: type[sqlite3.Connection] = sqlite3.Connection) -> sqlite3.Connection:
    """Open a connection for writing; its transactions begin and end by SQL alone.

    No automatic checkpoint: SQLite swallows its errors, and a failed fsync must be seen (`group_commit.py`).
    """
    return _connect(
        path,
        factory,
        "synchronous = FULL",
        "fullfsync = ON",  # macOS: a sync that reaches the disk; nothing elsewhere
        "checkpoint_fullfsync = ON",
        "wal_autocheckpoint = 0",
        "journal_size_limit = 67108864",
    )


def connect_reader(path: Path) -> sqlite3.Connection:
    """Open a connection that cannot write."""
    return _connect(path, sqlite3.Connection, "query_only = ON")


def _connect(path: Path, factory: type[sqlite3.Connection], *settings: str) -> sqlite3.Connection:
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode=rw",
        uri=True,
        timeout=BUSY_TIMEOUT,
        isolation_level=None,
        check_same_thread=False,  # each is used by one thread; the store closes them all
        cached_statements=_STATEMENTS,
        factory=factory,
    )
    try:
        for setting in ("trusted_schema = OFF", "temp_store = MEMORY", *settings):
            connection.execute(f"PRAGMA {setting}")
    except BaseException:  # no database, or one that cannot be read
        connection.close()
        raise
    return connection
