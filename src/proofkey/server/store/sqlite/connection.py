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
    connection = _connect(path, factory)
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA fullfsync = ON")  # macOS: a sync that reaches the disk; nothing elsewhere
    connection.execute("PRAGMA checkpoint_fullfsync = ON")
    connection.execute("PRAGMA wal_autocheckpoint = 0")
    connection.execute("PRAGMA journal_size_limit = 67108864")
    return connection


def connect_reader(path: Path) -> sqlite3.Connection:
    """Open a connection that cannot write."""
    connection = _connect(path, sqlite3.Connection)
    connection.execute("PRAGMA query_only = ON")
    return connection


def _connect(path: Path, factory: type[sqlite3.Connection]) -> sqlite3.Connection:
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode=rw",
        uri=True,
        timeout=BUSY_TIMEOUT,
        isolation_level=None,
        check_same_thread=False,  # each is used by one thread; the store closes them all
        cached_statements=_STATEMENTS,
        factory=factory,
    )
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.execute("PRAGMA temp_store = MEMORY")
    return connection
