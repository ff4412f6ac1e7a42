"""Sessions in PostgreSQL, for processes on several machines (`pip install 'proofkey[bff-postgres]'`).

Statements are single and short, each its own transaction, so that any pooler between will do. Where sealing keys are
kept has to be said: PROOFKEY_BFF_KEY_FILE.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, LiteralString

try:
    import psycopg
except ModuleNotFoundError as error:
    raise ModuleNotFoundError(
        "PostgresSessions needs psycopg: pip install 'proofkey[bff-postgres]'", name=error.name
    ) from None

from proofkey.bff.session_store import Stored, StoreUnavailable

_SCHEMA = """
CREATE TABLE IF NOT EXISTS bff_sessions (
    key bytea PRIMARY KEY,
    contents bytea NOT NULL,
    created_at double precision NOT NULL,
    seen_at double precision NOT NULL,
    holder bytea,
    leased_until double precision NOT NULL DEFAULT 0
)
"""
_LOCK = "SELECT pg_advisory_xact_lock(6214318)"  # two processes that make the table at once would collide
_AT_A_TIME = 8  # connections of one process
_PATIENCE = 10.0  # seconds for a connection, and for a statement
_IDLE = 5.0  # seconds after which a connection is tried before it is used


class PostgresSessions:
    """A few connections a process, made when they are needed, so that a server may fork before. `url`: postgresql://"""

    is_durable = True
    key_file: Path | None = None

    def __init__(self, url: str) -> None:
        self._url = url
        self._places = threading.BoundedSemaphore(_AT_A_TIME)
        self._mutex = threading.Lock()
        self._idle: list[tuple[float, psycopg.Connection[Any]]] = []
        self._of_process, self._is_ready = os.getpid(), False

    def insert(self, key: bytes, contents: bytes, *, now: float) -> None:
        """Keep a new session."""
        self._execute(
            "INSERT INTO bff_sessions (key, contents, created_at, seen_at) VALUES (%s, %s, %s, %s)"
            " ON CONFLICT DO NOTHING",
            (key, contents, now, now),
        )

    def find(self, key: bytes) -> Stored | None:
        """Give a session."""
        return _stored(self._execute("SELECT contents, created_at, seen_at FROM bff_sessions WHERE key = %s", (key,)))

    def touch(self, key: bytes, *, now: float) -> None:
        """Note that a session is in use."""
        self._execute("UPDATE bff_sessions SET seen_at = %s WHERE key = %s AND seen_at < %s", (now, key, now))

    def take_lease(self, key: bytes, holder: bytes, *, now: float, until: float) -> Stored | None:
        """Give the session to one holder, in one statement."""
        return _stored(
            self._execute(
                "UPDATE bff_sessions SET holder = %s, leased_until = %s"
                " WHERE key = %s AND (holder IS NULL OR leased_until <= %s)"
                " RETURNING contents, created_at, seen_at",
                (holder, until, key, now),
            )
        )

    def replace(self, key: bytes, holder: bytes, contents: bytes) -> bool:
        """Write new contents and give the lease back."""
        return bool(
            self._execute(
                "UPDATE bff_sessions SET contents = %s, holder = NULL"
                " WHERE key = %s AND (holder = %s OR (holder IS NULL AND contents = %s)) RETURNING 1",
                (contents, key, holder, contents),
            )
        )

    def release(self, key: bytes, holder: bytes) -> None:
        """Give the lease back."""
        self._execute("UPDATE bff_sessions SET holder = NULL WHERE key = %s AND holder = %s", (key, holder))

    def delete(self, key: bytes) -> bool:
        """End a session."""
        return bool(self._execute("DELETE FROM bff_sessions WHERE key = %s RETURNING 1", (key,)))

    def purge(self, *, created_before: float, seen_before: float) -> int:
        """Delete the sessions that are over."""
        gone = self._execute(
            "DELETE FROM bff_sessions WHERE created_at < %s OR seen_at < %s RETURNING 1", (created_before, seen_before)
        )
        return len(gone)

    def close(self) -> None:
        """Close this process's connections."""
        with self._mutex:
            idle, self._idle = self._idle, []
            if self._of_process == os.getpid():
                for _, connection in idle:
                    connection.close()

    def _execute(self, statement: LiteralString, values: Sequence[object]) -> list[Any]:
        with self._connection() as connection:
            cursor = connection.execute(statement, values)
            return cursor.fetchall() if cursor.description else []

    @contextmanager
    def _connection(self) -> Iterator[psycopg.Connection[Any]]:
        self._notice_fork()
        if not self._places.acquire(timeout=_PATIENCE):
            raise StoreUnavailable("all connections to PostgreSQL are in use")
        connection: psycopg.Connection[Any] | None = None
        try:
            connection = self._take_idle() or self._connect()
            yield connection
        except psycopg.Error as error:
            if connection is not None:
                connection.close()
            raise StoreUnavailable(f"{type(error).__name__}: {str(error).partition(chr(10))[0]}") from error
        except BaseException:
            if connection is not None:
                connection.close()
            raise
        else:
            with self._mutex:
                self._idle.append((time.monotonic(), connection))
        finally:
            self._places.release()

    def _take_idle(self) -> psycopg.Connection[Any] | None:
        while True:
            with self._mutex:
                if not self._idle:
                    return None
                since, connection = self._idle.pop()
            if time.monotonic() < since + _IDLE:
                return connection
            with suppress(psycopg.Error):
                connection.execute("SELECT 1")
                return connection
            connection.close()

    def _connect(self) -> psycopg.Connection[Any]:
        connection = psycopg.connect(
            self._url,
            autocommit=True,
            connect_timeout=int(_PATIENCE),
            prepare_threshold=None,
            application_name="proofkey bff",
        )
        try:
            connection.execute(f"SET statement_timeout = {int(_PATIENCE * 1000)}")
            if not self._is_ready:
                with connection.transaction():
                    connection.execute(_LOCK)
                    connection.execute(_SCHEMA)
                self._is_ready = True
        except BaseException:
            connection.close()
            raise
        return connection

    def _notice_fork(self) -> None:
        with self._mutex:
            if self._of_process != os.getpid():
                # The parent's connections are the parent's: not even closing them is ours.
                self._idle, self._of_process = [], os.getpid()
                self._places = threading.BoundedSemaphore(_AT_A_TIME)


def _stored(rows: list[Any]) -> Stored | None:
    return Stored(bytes(rows[0][0]), rows[0][1], rows[0][2]) if rows else None
