"""A backup in a database's place: what may be spent is refused, what was there is kept, damaged ones are not taken."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest

from proofkey.core.errors import Misuse
from proofkey.core.records import Grant
from proofkey.server.store import open_store
from proofkey.server.store.backup import back_up
from proofkey.server.store.errors import StoreUnusable
from proofkey.server.store.outcomes import Ended, Redeemed, Refreshing
from proofkey.server.store.restore import SKEW, mark, restore
from proofkey.server.store.restored import restored_through
from proofkey.testing.store_samples import NOW, make_client, make_grant, make_session


def backed_up(folder: Path, *grants: Grant) -> tuple[str, Path]:
    """Make a database with these grants, and its backup."""
    url, backup = f"sqlite:///{folder}/a.db", folder / "backup.db"

    async def fill() -> None:
        store = await open_store(url)
        await store.put_client(make_client())
        for grant in grants:
            await store.redeem(grant)
        await store.close()

    asyncio.run(fill())
    back_up(url, backup)
    return url, backup


def refreshed(url: str, grant: Grant) -> Refreshing:
    """Present a grant's first refresh token."""

    async def present() -> Refreshing:
        store = await open_store(url)
        try:
            return await store.refresh(grant.grant_id, 0, now=NOW + 200, refresh_key_id=1)
        finally:
            await store.close()

    return asyncio.run(present())


def test_a_restore_ends_logins_and_keeps_what_was_there(tmp_path: Path) -> None:
    """The clients are those of the backup, the old database is aside, readable by its owner alone."""
    grant = make_grant()
    url, backup = backed_up(tmp_path, grant)
    aside = restore(url, backup, replace=True, keep_logins=False, now=NOW + 100)
    assert aside is not None
    assert aside.name == "a.db.before-20251009T085500Z"
    assert isinstance(refreshed(url, grant), Ended)
    assert isinstance(refreshed(f"sqlite:///{aside}", grant), type(refreshed(f"sqlite:///{backup}", grant)))
    assert stat.S_IMODE((tmp_path / "a.db").stat().st_mode) == 0o600

    async def look() -> None:
        store = await open_store(url)
        assert await store.client("app") == make_client()
        assert await restored_through(store) == NOW + 100 + SKEW
        await store.close()

    asyncio.run(look())


def log_with(grant: Grant, url: str, file: Path) -> bytes:
    """Redeem a grant, and give the write-ahead log that a crash would leave."""
    with closing(sqlite3.connect(file, isolation_level=None)) as keeps_the_log:
        keeps_the_log.execute("PRAGMA wal_autocheckpoint = 0")
        keeps_the_log.execute("BEGIN").execute("SELECT count(*) FROM grants").fetchone()

        async def redeem() -> None:
            store = await open_store(url)
            await store.redeem(grant)
            await store.close()

        asyncio.run(redeem())
        log = file.with_name(f"{file.name}-wal").read_bytes()
    assert log
    return log


def test_the_log_of_the_old_database_does_not_flow_into_the_restored_one(tmp_path: Path) -> None:
    """As after a crash: a write-ahead log that was never checkpointed lies beside the old file."""
    url, backup = backed_up(tmp_path)
    lost = make_grant()
    crashed = tmp_path / "a.db"
    log = log_with(lost, url, crashed)
    crashed.with_name("a.db-wal").write_bytes(log)
    restore(url, backup, replace=True, keep_logins=True, now=NOW + 100)

    async def look() -> None:
        store = await open_store(url)
        assert await store.recent_grants() == []
        assert isinstance(
            await store.redeem(lost), Redeemed
        )  # the store knows nothing of it: the server's mark refuses it
        await store.close()

    asyncio.run(look())


def test_a_log_that_was_left_alone_does_not_flow_into_the_restored_one(tmp_path: Path) -> None:
    """As where somebody removed the broken database's file and left its log: SQLite would take it for the new one's."""
    url, backup = backed_up(tmp_path)
    crashed, lost = tmp_path / "a.db", make_grant()
    log = log_with(lost, url, crashed)
    crashed.unlink()
    crashed.with_name("a.db-wal").write_bytes(log)
    restore(url, backup, replace=False, keep_logins=False, now=NOW + 100)
    assert [each.read_bytes() for each in tmp_path.glob("a.db.before-*-wal")] == [log]

    async def look() -> None:
        store = await open_store(url)
        assert await store.recent_grants() == []
        assert await restored_through(store) == NOW + 100 + SKEW
        await store.close()

    asyncio.run(look())


def test_logins_go_on_only_where_the_operator_says_so(tmp_path: Path) -> None:
    """Codes are refused all the same."""
    grant = make_grant()
    url, backup = backed_up(tmp_path, grant)
    restore(url, backup, replace=True, keep_logins=True, now=NOW + 100)
    assert not isinstance(refreshed(url, grant), Ended)


def test_what_cannot_be_restored_changes_nothing(tmp_path: Path) -> None:
    """No backup, a damaged one, another program's, a newer schema, the database itself, one that is there already."""
    url, backup = backed_up(tmp_path)
    before = (tmp_path / "a.db").read_bytes()
    names = sorted(os.listdir(tmp_path))
    damaged, foreign, newer = (tmp_path / f"{name}.db" for name in ("damaged", "foreign", "newer"))
    raw = bytearray(backup.read_bytes())
    raw[4096:8192] = bytes(4096)
    damaged.write_bytes(raw)
    with closing(sqlite3.connect(foreign)) as other:
        other.execute("CREATE TABLE mine (x)")
    newer.write_bytes(backup.read_bytes())
    with closing(sqlite3.connect(newer, isolation_level=None)) as other:
        other.execute("PRAGMA user_version = 99")
    for file, words in (
        (tmp_path / "absent.db", "no backup"),
        (damaged, "damaged|malformed"),
        (foreign, "another program's"),
        (newer, "newer proofkey"),
        (tmp_path / "a.db", "the database itself"),
    ):
        with pytest.raises(StoreUnusable, match=words):
            restore(url, file, replace=True, keep_logins=False, now=NOW)
    with pytest.raises(StoreUnusable, match="--replace"):
        restore(url, backup, replace=False, keep_logins=False, now=NOW)
    assert (tmp_path / "a.db").read_bytes() == before
    new = set(os.listdir(tmp_path)) - set(names)
    assert {name for name in new if not name.startswith(("damaged", "foreign", "newer"))} <= {"a.db.lock"}


def test_a_served_database_is_not_replaced(tmp_path: Path) -> None:
    """The server holds it."""
    url, backup = backed_up(tmp_path)

    async def serve() -> None:
        store = await open_store(url, serving=True)
        with pytest.raises(StoreUnusable, match="another proofkey server runs"):
            await asyncio.to_thread(restore, url, backup, replace=True, keep_logins=False, now=float(NOW))
        await store.close()

    asyncio.run(serve())


def test_a_clock_behind_the_backup_is_set_right_first(tmp_path: Path) -> None:
    """A mark in the past would let codes through that were issued after it."""
    url, backup = backed_up(tmp_path, make_grant(NOW + 3600))
    with pytest.raises(Misuse, match="set the clock right"):
        restore(url, backup, replace=True, keep_logins=False, now=NOW)


def test_a_session_of_the_backup_is_over(tmp_path: Path) -> None:
    """It may have been logged out since."""
    url, session = f"sqlite:///{tmp_path}/a.db", make_session()

    async def work(first: bool) -> int | None:
        store = await open_store(url)
        if first:
            await store.begin_session(session, now=NOW)
        found = await store.session(session.session_id)
        await store.close()
        assert found is not None
        return found.ended_at

    assert asyncio.run(work(first=True)) is None
    back_up(url, tmp_path / "backup.db")
    restore(url, tmp_path / "backup.db", replace=True, keep_logins=False, now=NOW + 9)
    assert asyncio.run(work(first=False)) == NOW + 9


def test_postgresql_gets_its_backup_back(tmp_path: Path, postgres_store: str) -> None:
    """Into an empty database, marked like any other; a snapshot that other means restored is marked in place."""
    grant = make_grant()
    _, backup = backed_up(tmp_path, grant)
    assert restore(postgres_store, backup, replace=False, keep_logins=False, now=NOW + 100) is None

    async def look() -> None:
        store = await open_store(postgres_store)
        assert await store.client("app") == make_client()
        assert isinstance(await store.refresh(grant.grant_id, 0, now=NOW + 200, refresh_key_id=1), Ended)
        assert await restored_through(store) == NOW + 100 + SKEW
        await mark(store, keep_logins=False, now=NOW + 300)
        assert await restored_through(store) == NOW + 300 + SKEW
        await store.close()

    asyncio.run(look())
    with pytest.raises(StoreUnusable):
        restore(postgres_store, backup, replace=True, keep_logins=False, now=NOW + 400)
