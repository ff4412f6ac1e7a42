"""Copies a database to a SQLite file while servers may be using it. It never holds the key file's key (decision 2)."""

from __future__ import annotations

import asyncio
import os
import sqlite3
from contextlib import closing
from pathlib import Path

from proofkey.server.store.errors import StoreUnusable
from proofkey.server.store.location import SqliteLocation, locate
from proofkey.server.store.sqlite.connection import connect_reader
from proofkey.server.store.transfer.copying import snapshot


def back_up(url: str | None, target: Path) -> None:
    """Write a consistent copy of the database to a new SQLite file that only its owner may read. Blocks.

    Raises StoreUnusable where there is no database, or the file is there already.
    """
    location = locate(url)
    if isinstance(location, SqliteLocation) and not location.path.is_file():
        raise StoreUnusable(f"there is no database {location.path}")
    try:
        os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except FileExistsError as error:
        raise StoreUnusable(f"{target} is there already; a backup overwrites nothing") from error
    except OSError as error:
        raise StoreUnusable(f"cannot write {target}: {error.strerror}") from error
    try:
        if isinstance(location, SqliteLocation):
            with closing(connect_reader(location.path)) as source, closing(sqlite3.connect(target)) as copy:
                source.backup(copy)
        else:
            asyncio.run(snapshot(location, target))
    except BaseException as error:
        target.unlink(missing_ok=True)
        if isinstance(error, sqlite3.Error):
            raise StoreUnusable(f"the backup failed: {error}") from error
        raise
