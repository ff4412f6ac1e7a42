"""Copies a database while a server may be using it. The copy never holds the key file's key (decision 2)."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from proofkey.server.store.errors import StoreUnusable
from proofkey.server.store.location import PostgresLocation, locate
from proofkey.server.store.sqlite.connection import connect_reader


def back_up(url: str | None, target: Path) -> None:
    """Write a consistent copy of the database to a new file that only its owner may read. Blocks.

    Raises StoreUnusable where there is no database, or the file is there already.
    """
    location = locate(url)
    if isinstance(location, PostgresLocation):
        raise StoreUnusable(f"{location.shown} is copied with: proofkey db copy")
    path = location.path
    if not path.is_file():
        raise StoreUnusable(f"there is no database {path}")
    try:
        os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except FileExistsError as error:
        raise StoreUnusable(f"{target} is there already; a backup overwrites nothing") from error
    except OSError as error:
        raise StoreUnusable(f"cannot write {target}: {error.strerror}") from error
    try:
        with closing(connect_reader(path)) as source, closing(sqlite3.connect(target)) as copy:
            source.backup(copy)
    except sqlite3.Error as error:
        target.unlink(missing_ok=True)
        raise StoreUnusable(f"the backup failed: {error}") from error
