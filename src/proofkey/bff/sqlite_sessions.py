"""Sessions in a SQLite file, for the processes of one machine. Every change is on disk when it returns."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from proofkey.bff.session_store import Stored, StoreUnavailable

_SCHEMA = """
CREATE TABLE IF NOT EXISTS bff_sessions (
    key BLOB PRIMARY KEY,
    contents BLOB NOT NULL,
    created_at REAL NOT NULL,
    seen_at REAL NOT NULL,
    holder BLOB,
    leased_until REAL NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID
"""
_BUSY = 10.0  # seconds to wait for another process's write


class SqliteSessions:
    """One connection a process, made when it is first needed, so that a server may fork before."""

    is_durable = True

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path)
        self.key_file: Path | None = self.path.with_name(f"{self.path.name}.key")
        self._mutex = threading.Lock()
        self._opened: tuple[int, sqlite3.Connection] | None = None

    def insert(self, key: bytes, contents: bytes, *, now: float) -> None:
        """Keep a new session."""
        with self._connection() as sql:
            sql.execute(
                "INSERT INTO bff_sessions (key, contents, created_at, seen_at) VALUES (?, ?, ?, ?)",
                (key, contents, now, now),
            )

    def find(self, key: bytes) -> Stored | None:
        """Give a session."""
        with self._connection() as sql:
            row = sql.execute("SELECT contents, created_at, seen_at FROM bff_sessions WHERE key = ?", (key,)).fetchone()
        return Stored(*row) if row else None

    def touch(self, key: bytes, *, now: float) -> None:
        """Note that a session is in use."""
        with self._connection() as sql:
            sql.execute("UPDATE bff_sessions SET seen_at = ? WHERE key = ? AND seen_at < ?", (now, key, now))

    def take_lease(self, key: bytes, holder: bytes, *, now: float, until: float) -> Stored | None:
        """Give the session to one holder, in one statement."""
        with self._connection() as sql:
            row = sql.execute(
                "UPDATE bff_sessions SET holder = ?, leased_until = ?"
                " WHERE key = ? AND (holder IS NULL OR leased_until <= ?)"
                " RETURNING contents, created_at, seen_at",
                (holder, until, key, now),
            ).fetchall()
        return Stored(*row[0]) if row else None

    def replace(self, key: bytes, holder: bytes, contents: bytes) -> bool:
        """Write new contents and give the lease back."""
        with self._connection() as sql:
            done = sql.execute(
                "UPDATE bff_sessions SET contents = ?, holder = NULL"
                " WHERE key = ? AND (holder = ? OR (holder IS NULL AND contents = ?))",
                (contents, key, holder, contents),
            )
            return done.rowcount == 1

    def release(self, key: bytes, holder: bytes) -> None:
        """Give the lease back."""
        with self._connection() as sql:
            sql.execute("UPDATE bff_sessions SET holder = NULL WHERE key = ? AND holder = ?", (key, holder))

    def delete(self, key: bytes) -> bool:
        """End a session."""
        with self._connection() as sql:
            return sql.execute("DELETE FROM bff_sessions WHERE key = ?", (key,)).rowcount == 1

    def purge(self, *, created_before: float, seen_before: float) -> int:
        """Delete the sessions that are over."""
        with self._connection() as sql:
            return sql.execute(
                "DELETE FROM bff_sessions WHERE created_at < ? OR seen_at < ?", (created_before, seen_before)
            ).rowcount

    def close(self) -> None:
        """Close this process's connection."""
        with self._mutex:
            if self._opened is not None and self._opened[0] == os.getpid():
                self._opened[1].close()
            self._opened = None

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        with self._mutex:
            try:
                if self._opened is None or self._opened[0] != os.getpid():
                    self._opened = (os.getpid(), self._connect())
                yield self._opened[1]
            except sqlite3.Error as error:
                raise StoreUnavailable(f"{type(error).__name__}: {error}") from error

    def _connect(self) -> sqlite3.Connection:
        try:
            # Ids and tokens are not in it, but who logged in when is nobody else's business either.
            os.close(os.open(self.path, os.O_CREAT | os.O_RDWR, 0o600))
        except OSError as error:
            raise StoreUnavailable(f"cannot open {self.path}: {error.strerror}") from error
        connection = sqlite3.connect(self.path, timeout=_BUSY, isolation_level=None, check_same_thread=False)
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA fullfsync = ON")  # macOS: a sync that reaches the disk
            connection.execute("PRAGMA trusted_schema = OFF")
            connection.execute("PRAGMA secure_delete = ON")
            connection.execute(_SCHEMA)
        except sqlite3.Error:
            connection.close()
            raise
        return connection
