"""Puts a backup in a database's place, so that nothing spent, rotated or revoked since it was taken is good again.

Decision 13. A backup knows nothing of what came after it; so no code issued until the restore is accepted, and every
login ends, save where the operator says that nothing can have changed since. The database that was there is kept.
"""

from __future__ import annotations

import asyncio
import os
import secrets
import sqlite3
import tempfile
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from proofkey.core.errors import Misuse
from proofkey.server.sealing.grant_id import issued_at
from proofkey.server.store import open_store
from proofkey.server.store.errors import StoreUnusable
from proofkey.server.store.location import SqliteLocation, locate
from proofkey.server.store.protocol import Store
from proofkey.server.store.sqlite.connection import connect_reader, connect_writer
from proofkey.server.store.sqlite.server_lock import ServerLock
from proofkey.server.store.transfer.copying import move

SKEW = 5.0  # seconds; so far may the clock of whoever issued codes last be ahead of this one


def restore(url: str | None, backup: Path, *, replace: bool, keep_logins: bool, now: float) -> Path | None:
    """Restore a backup; give where the database that was there is now. Blocks.

    `replace` allows that there is one. Raises StoreUnusable, Misuse; nothing has changed then.
    """
    location = locate(url)
    if not backup.is_file():
        raise StoreUnusable(f"there is no backup {backup}")
    if isinstance(location, SqliteLocation):
        return _into_file(location.path.resolve(), backup, replace=replace, keep_logins=keep_logins, now=now)
    with tempfile.TemporaryDirectory(prefix="proofkey-") as folder:  # its owner's alone
        copy = Path(folder) / "restored.db"
        _prepare(backup, copy, keep_logins=keep_logins, now=now)
        asyncio.run(move(SqliteLocation(copy), location, lambda table, rows: None))
    return None


async def mark(store: Store, *, keep_logins: bool, now: float) -> None:
    """Mark a database that other means restored: a snapshot, a copied file, PostgreSQL's own recovery.

    Raises Misuse where this machine's clock is behind what the database holds.
    """
    newest = max((issued_at(grant.grant_id) for grant in await store.recent_grants(limit=1)), default=0.0)
    if newest > now + SKEW:
        raise Misuse(
            f"this machine's clock says {_moment(now)}, but the database holds a login of {_moment(newest)}: "
            "set the clock right first"
        )
    await store.mark_restored(now=now, through=now + SKEW, keep_logins=keep_logins)


def _into_file(path: Path, backup: Path, *, replace: bool, keep_logins: bool, now: float) -> Path | None:
    if path.exists() and backup.samefile(path):
        raise StoreUnusable("the backup is the database itself")
    if path.exists() and not replace:
        raise StoreUnusable(f"{path} is there already; --replace puts it aside and the backup in its place")
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = ServerLock(path)  # no server runs on it, and none starts meanwhile
    copy = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        _prepare(backup, copy, keep_logins=keep_logins, now=now)
        is_there = path.exists()
        aside = _put_aside(path, now)
        copy.rename(path)
        _sync(path.parent)
        return aside if is_there else None
    finally:
        for leftover in path.parent.glob(f"{copy.name}*"):
            leftover.unlink()
        lock.release()


def _prepare(backup: Path, copy: Path, *, keep_logins: bool, now: float) -> None:
    """Copy the backup, check it, bring it to this version's schema, mark it, and put it on disk as one file."""
    os.close(os.open(copy, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    try:
        with closing(connect_reader(backup)) as source, closing(sqlite3.connect(copy)) as target:
            source.backup(target)
            (sound,) = target.execute("PRAGMA integrity_check(1)").fetchone()
    except sqlite3.Error as error:
        raise StoreUnusable(f"{backup} cannot be read: {error}") from error
    if sound != "ok":
        raise StoreUnusable(f"{backup} is damaged: {sound}")

    url = f"sqlite:///{copy.absolute()}"

    async def work() -> None:
        store = await open_store(url)
        try:
            await mark(store, keep_logins=keep_logins, now=now)
        finally:
            await store.close()

    asyncio.run(work())
    with closing(connect_writer(copy)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    with copy.open("rb") as file:
        os.fsync(file.fileno())


def _put_aside(path: Path, now: float) -> Path:
    """Rename a database and its log, or what is left of them.

    The log goes first: beside another database it would be taken for that one's.
    """
    aside = path.with_name(f"{path.name}.before-{datetime.fromtimestamp(now, UTC):%Y%m%dT%H%M%SZ}")
    if aside.exists():
        raise StoreUnusable(f"{aside} is there already")
    for suffix in ("-wal", "-shm", ""):
        part = path.with_name(path.name + suffix)
        if part.exists():
            part.rename(aside.with_name(aside.name + suffix))
    return aside


def _sync(folder: Path) -> None:
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _moment(seconds: float) -> str:
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M:%S} UTC"
