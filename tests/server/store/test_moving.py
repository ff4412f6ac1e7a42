"""`db copy`: an installation moves with everything in it, either way, and is never open at two places."""

from __future__ import annotations

import asyncio
import os
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import asyncpg
import pytest

from proofkey.cli.main import main
from proofkey.server.store import open_store
from proofkey.server.store.backup import back_up
from proofkey.server.store.errors import StoreFailed, StoreUnusable
from proofkey.server.store.location import locate
from proofkey.server.store.moved import MOVED_TO
from proofkey.server.store.outcomes import Redeemed, Replayed, Rotated
from proofkey.server.store.postgres.migrations import TABLES as SCHEMA
from proofkey.server.store.protocol import Store
from proofkey.server.store.transfer import copying
from proofkey.server.store.transfer.sqlite_end import SqliteEnd
from proofkey.server.store.transfer.tables import TABLES
from proofkey.server.store.wrapped_key import KeyFamily, WrappedKey
from proofkey.testing.store_samples import NOW, make_client, make_entry, make_grant, make_session, make_user

GRANTS = [make_grant(NOW + 3600 * hour, scopes=("openid", f"s{hour}"), nonce="n") for hour in range(60)]
SESSION, USER, ENTRY = make_session(), make_user("Ålice", subject="alice"), make_entry()
CLIENT = make_client("any id: ü", scopes=tuple(f"s{number}" for number in range(60)))
KEY = WrappedKey(KeyFamily.REFRESH, 3, NOW, NOW, bytes(range(256)), b"public", NOW + 1)


def quietly(table: str, rows: int) -> None:
    """Hear of a table and say nothing."""


async def fill(url: str) -> None:
    """Put something into every table."""
    store = await open_store(url)
    await store.put_client(CLIENT)
    await store.put_user(USER)
    await store.remember_consent("alice", CLIENT.client_id, ["openid", "s1"], now=NOW)
    await store.add_key(KEY)
    await store.begin_session(SESSION, now=NOW)
    await asyncio.gather(*(store.redeem(grant) for grant in GRANTS))
    await store.refresh(GRANTS[1].grant_id, 0, now=NOW, refresh_key_id=9)
    await store.end_grant(GRANTS[2].grant_id, now=NOW, reason="revoked")
    await store.end_grants_of(now=NOW + 1, reason="logout", session_id=SESSION.session_id)
    await store.put_meta("colour", "grün")
    store.append_journal([ENTRY])
    await store.close()


async def check(store: Store) -> None:
    """Find all of it as it was."""
    assert await store.clients() == [CLIENT]
    assert await store.users() == [USER]
    assert await store.consented("alice", CLIENT.client_id) == {"openid", "s1"}
    assert await store.keys() == [KEY]
    assert await store.session(SESSION.session_id) == SESSION
    assert await store.grant(GRANTS[1].grant_id) == replace(GRANTS[1], generation=1, rotated_at=NOW, refresh_key_id=9)
    assert (await store.grant(GRANTS[2].grant_id)) == replace(GRANTS[2], ended_at=NOW, end_reason="revoked")
    assert await store.recent_grants(limit=50) == GRANTS[:9:-1]
    assert await store.meta("colour") == "grün"
    assert await store.journal() == [ENTRY]


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """Name a file that is not there."""
    return f"sqlite:///{tmp_path}/a.db"


async def open_moved(url: str, target: str) -> None:
    """Fail to open what has moved."""
    with pytest.raises(StoreUnusable, match="has moved to") as refusal:
        await open_store(url)
    assert locate(target).shown in str(refusal.value)


async def test_an_installation_moves_to_postgresql_and_back(sqlite_url: str, postgres: str, tmp_path: Path) -> None:
    """All tables; what was spent stays spent, what lives lives on; each place that was left says where it went."""
    await fill(sqlite_url)
    back = f"sqlite:///{tmp_path}/b.db"
    for source, target in ((sqlite_url, postgres), (postgres, back)):
        told: dict[str, int] = {}
        await copying.move(locate(source), locate(target), told.__setitem__)
        assert told["grants"] == 60
        assert set(told) == {table.name for table in TABLES}
        await open_moved(source, target)
        store = await open_store(target, serving=True)
        await check(store)
        await store.close()
    store = await open_store(back)
    assert isinstance(await store.redeem(GRANTS[5]), Replayed)
    assert isinstance(await store.refresh(GRANTS[6].grant_id, 0, now=NOW, refresh_key_id=9), Rotated)
    assert await store.redeem(late := make_grant(NOW + 999_999)) == Redeemed(late)
    await store.close()


async def test_what_travels_is_every_column_of_both_schemas(sqlite_url: str, postgres_store: str) -> None:
    """A column that is added later cannot be forgotten."""
    await (await open_store(sqlite_url)).close()
    own = {"grants": {"redemption"}, "journal": {"number"}}  # each database's own
    connection = await asyncpg.connect(postgres_store)
    with closing(sqlite3.connect(locate(sqlite_url).path)) as file:  # type: ignore[union-attr]
        assert {table.name for table in TABLES} == {*SCHEMA, "meta"}
        for table in TABLES:
            kept = {name for _, name, *_ in file.execute(f"PRAGMA table_info({table.name})")}
            query = "SELECT column_name FROM information_schema.columns WHERE table_name = $1"
            for columns in (kept, {row[0] for row in await connection.fetch(query, table.name)}):
                assert columns - own.get(table.name, set()) == set(table.columns)
    await connection.close()


async def test_a_server_on_the_source_stops_at_its_next_write(postgres: str, tmp_path: Path) -> None:
    """It was running all the time; from the moment of the move on nothing is accepted any more."""
    failed: list[BaseException] = []
    store = await open_store(postgres, on_failure=failed.append)
    assert isinstance(await store.redeem(GRANTS[0]), Redeemed)
    await copying.move(locate(postgres), locate(f"sqlite:///{tmp_path}/b.db"), quietly)
    with pytest.raises(StoreFailed):
        await store.redeem(GRANTS[1])
    assert len(failed) == 1
    with pytest.raises(StoreFailed):
        await store.put_user(USER)
    await store.close()


async def test_a_served_sqlite_database_is_not_moved(sqlite_url: str, postgres: str) -> None:
    """Its server would not notice."""
    store = await open_store(sqlite_url, serving=True)
    with pytest.raises(StoreUnusable, match="another proofkey server"):
        await copying.move(locate(sqlite_url), locate(postgres), quietly)
    assert await store.meta(MOVED_TO) is None
    await store.close()


async def test_a_target_in_use_is_left_alone(sqlite_url: str, postgres: str) -> None:
    """Nothing is overwritten, and the source stays where it is."""
    await fill(sqlite_url)
    there = await open_store(postgres)
    await there.put_client(make_client("theirs"))
    with pytest.raises(StoreUnusable, match="holds an installation already"):
        await copying.move(locate(sqlite_url), locate(postgres), quietly)
    assert [client.client_id for client in await there.clients()] == ["theirs"]
    await there.close()
    await (await open_store(sqlite_url)).close()
    with pytest.raises(StoreUnusable, match="one database"):
        await copying.move(locate(sqlite_url), locate(sqlite_url), quietly)


@pytest.fixture
async def broken_off(sqlite_url: str, postgres: str, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], object]:
    """Give a function that breaks a copy off at a step."""
    await fill(sqlite_url)

    class Break(Exception):
        pass

    async def breaking(*_: object, **__: object) -> None:
        raise Break

    async def break_off(step: str) -> None:
        from proofkey.server.store.transfer.postgres_end import PostgresEnd

        with monkeypatch.context() as patched:
            patched.setattr(SqliteEnd if step == "mark_moved" else PostgresEnd, step, breaking)
            with pytest.raises(Break):
                await copying.move(locate(sqlite_url), locate(postgres), quietly)

    return break_off


@pytest.mark.parametrize("step", ["commit", "mark_moved", "settle"])
async def test_a_copy_that_broke_off_is_taken_up_again(
    broken_off: Callable[[str], AsyncIterator[None]], sqlite_url: str, postgres: str, step: str
) -> None:
    """Wherever it stopped: never are both open, and running it again ends it."""
    await broken_off(step)  # type: ignore[misc]
    opened = 0
    for url in (sqlite_url, postgres):
        try:
            store = await open_store(url)
        except StoreUnusable:
            continue
        opened += bool(await store.clients())
        await store.close()
    assert opened == (0 if step == "settle" else 1)
    await copying.move(locate(sqlite_url), locate(postgres), quietly)
    await open_moved(sqlite_url, postgres)
    store = await open_store(postgres)
    await check(store)
    await store.close()
    with pytest.raises(StoreUnusable, match="has moved to"):
        await copying.move(locate(sqlite_url), locate(postgres), quietly)


async def test_a_backup_of_postgresql_is_a_sqlite_file_of_one_moment(postgres: str, tmp_path: Path) -> None:
    """Made beside a running server; it opens as a store, and nothing beside the file is left."""
    await fill(postgres)
    serving = await open_store(postgres, serving=True)
    file = tmp_path / "backup.db"
    await asyncio.to_thread(back_up, postgres, file)
    assert file.stat().st_mode & 0o777 == 0o600
    assert os.listdir(tmp_path) == ["backup.db"]
    assert isinstance(await serving.redeem(make_grant()), Redeemed)
    await serving.close()
    copy = await open_store(f"sqlite:///{file}")
    await check(copy)
    assert isinstance(await copy.redeem(GRANTS[4]), Replayed)
    await copy.close()
    with pytest.raises(StoreUnusable, match="overwrites nothing"):
        back_up(postgres, file)


def test_the_command_says_what_moved_and_what_is_needed_now(
    sqlite_url: str, postgres: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Counts, both addresses, the key file; and no password."""
    asyncio.run(fill(sqlite_url))
    with_password = postgres.replace("postgres@", "postgres:hunter2@")
    assert main(["db", "copy", "--from", sqlite_url, "--to", with_password]) == 0
    said = capsys.readouterr()
    assert "grants: 60" in said.out
    assert "a.db.key" in said.out
    assert "PROOFKEY_KEY_FILE" in said.out
    assert main(["clients", "list", "--database", sqlite_url]) == 2
    refused = capsys.readouterr()
    assert "has moved to postgresql://postgres@/" in refused.err
    assert "hunter2" not in said.out + said.err + refused.err
    assert main(["clients", "list", "--database", with_password]) == 0
    assert "any id: ü" in capsys.readouterr().out
    assert os.environ.get("PROOFKEY_KEY_FILE") is None
