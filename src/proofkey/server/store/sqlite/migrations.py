"""Makes a database file and applies `schema/NNNN_name.sql` once each, in order, a transaction per file."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from proofkey.server.store.errors import StoreUnusable
from proofkey.server.store.sqlite.connection import connect_writer

OLDEST_SQLITE = (3, 37)  # STRICT tables
APPLICATION_ID = 0x706B6579  # "pkey": tells our files from others


def prepare(path: Path) -> None:
    """Make the file where there is none (only its owner may read it) and bring its schema up to date.

    Raises StoreUnusable where the file is no database, another program's, or made by a newer proofkey.
    """
    if sqlite3.sqlite_version_info < OLDEST_SQLITE:
        raise StoreUnusable(f"this Python has SQLite {sqlite3.sqlite_version}; proofkey needs 3.37 or newer")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as error:
        raise StoreUnusable(f"cannot open the database {path}: {error.strerror}") from error
    try:
        connection = connect_writer(path)
    except sqlite3.Error as error:
        raise StoreUnusable(f"cannot open the database {path}: {error}") from error
    try:
        _migrate(connection, path)
    except sqlite3.Error as error:
        raise StoreUnusable(f"cannot use the database {path}: {error}") from error
    finally:
        connection.close()


def _migrate(connection: sqlite3.Connection, path: Path) -> None:
    (mode,) = connection.execute("PRAGMA journal_mode = WAL").fetchone()
    if mode != "wal":
        raise StoreUnusable(f"{path} is where SQLite's write-ahead log does not work, such as a network drive")
    scripts = list(_scripts())
    if _applied(connection, path, len(scripts)) == len(scripts):
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        # Another process may have been faster: the version is read again under the lock.
        for number, script in scripts[_applied(connection, path, len(scripts)) :]:
            for statement in _statements(script):
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {number}")
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _applied(connection: sqlite3.Connection, path: Path, known: int) -> int:
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    if application != APPLICATION_ID and (tables or version or application):
        raise StoreUnusable(f"{path} is another program's database")
    if version > known:
        raise StoreUnusable(
            f"{path} was written by a newer proofkey (schema {version}, this one knows {known}); install that one, or "
            "restore a backup from before: proofkey db restore"
        )
    return int(version)


def _scripts() -> Iterator[tuple[int, str]]:
    for file in sorted((Path(__file__).parent / "schema").glob("*.sql")):
        yield int(file.name.partition("_")[0]), file.read_text("utf-8")


def _statements(script: str) -> Iterator[str]:
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
