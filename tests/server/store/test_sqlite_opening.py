"""Opening a SQLite store: where, for whom, and what is refused."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import stat
from pathlib import Path

import pytest

from proofkey.server.store import open_store
from proofkey.server.store.errors import StoreUnusable
from proofkey.server.store.location import locate
from proofkey.server.store.sqlite.server_lock import ServerLock
from proofkey.testing.store_samples import make_client


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("sqlite:////var/lib/proofkey.db", "/var/lib/proofkey.db"),
        ("sqlite:///data/a.db", "data/a.db"),
        ("sqlite:////tmp/a%20b.db", "/tmp/a b.db"),  # noqa: S108  # only read
    ],
)
def test_an_address_names_a_file(url: str, path: str) -> None:
    """Three slashes and a relative path, four and an absolute one."""
    assert locate(url).path == Path(path)


def test_the_default_is_in_the_platforms_data_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """And the key file is beside the database."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    location = locate(None)
    assert location.path.name == "proofkey.db"
    assert location.key_file == location.path.with_name("proofkey.db.key")


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("proofkey.db", "no database address"),
        ("sqlite://data/a.db", "three slashes"),
        ("sqlite:///", "names a file"),
        ("sqlite:///:memory:", "names a file"),
        ("postgresql://user:secret@host", "names a database"),
        ("postgresql://user:se@secret@host/db", "%40"),
        ("postgresql://user:se#secret@host/db", "%23"),
        ("postgresql://user:secret@host:port/db", "cannot be read"),
        ("mysql://host/db", "no kind of database"),
    ],
)
async def test_other_addresses_are_refused_in_plain_words(url: str, says: str) -> None:
    """And without repeating a password."""
    with pytest.raises(StoreUnusable, match=says) as refusal:
        await open_store(url)
    assert "secret" not in str(refusal.value)


async def test_a_new_database_is_its_owners_alone(tmp_path: Path) -> None:
    """Folder, file and write-ahead log."""
    path = tmp_path / "new" / "a.db"
    store = await open_store(f"sqlite:///{path}", serving=True)
    await store.put_client(make_client())
    for file in (path, path.with_name("a.db-wal"), path.with_name("a.db.lock")):
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    await store.close()


async def test_a_second_server_is_refused_and_the_command_line_is_not(tmp_path: Path) -> None:
    """Until the first one closes."""
    url = f"sqlite:///{tmp_path}/a.db"
    serving = await open_store(url, serving=True)
    with pytest.raises(StoreUnusable, match="another proofkey server"):
        await open_store(url, serving=True)
    command = await open_store(url)
    await command.put_client(make_client())
    await command.close()
    assert await serving.client("app") == make_client()
    await serving.close()
    await (await open_store(url, serving=True)).close()


async def test_many_processes_may_make_the_same_database(tmp_path: Path) -> None:
    """Each migration is applied once."""
    stores = await asyncio.gather(*(open_store(f"sqlite:///{tmp_path}/a.db") for _ in range(8)))
    await stores[0].put_client(make_client())
    assert [await store.client("app") for store in stores] == [make_client()] * 8
    for store in stores:
        await store.close()


def _sqlite_file(path: Path, *statements: str) -> str:
    connection = sqlite3.connect(path)
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()
    return f"sqlite:///{path}"


async def test_another_programs_database_is_left_alone(tmp_path: Path) -> None:
    """Nothing is created in it."""
    url = _sqlite_file(tmp_path / "other.db", "CREATE TABLE theirs (x)")
    with pytest.raises(StoreUnusable, match="another program's"):
        await open_store(url)
    connection = sqlite3.connect(tmp_path / "other.db")
    assert connection.execute("SELECT name FROM sqlite_schema").fetchall() == [("theirs",)]
    connection.close()


async def test_a_database_of_a_newer_proofkey_is_refused(tmp_path: Path) -> None:
    """An older program would not understand it."""
    await (await open_store(f"sqlite:///{tmp_path}/a.db")).close()
    url = _sqlite_file(tmp_path / "a.db", "PRAGMA user_version = 999")
    with pytest.raises(StoreUnusable, match="newer proofkey"):
        await open_store(url)


def test_a_python_with_an_old_sqlite_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rather than a syntax error out of a schema."""
    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 34, 1))
    with pytest.raises(StoreUnusable, match=r"needs 3\.37"):
        asyncio.run(open_store(f"sqlite:///{tmp_path}/a.db"))
    assert list(tmp_path.iterdir()) == []


async def test_what_is_no_database_is_refused(tmp_path: Path) -> None:
    """A text file, a folder."""
    (tmp_path / "text.db").write_text("This is not a database. " * 100)
    for name in ("text.db", "."):
        with pytest.raises(StoreUnusable, match="cannot"):
            await open_store(f"sqlite:///{tmp_path}/{name}")


async def test_a_path_with_signs_of_a_uri_is_taken_as_it_is(tmp_path: Path) -> None:
    """SQLite opens by URI inside; that must not show."""
    path = tmp_path / "a b#c%41.db"
    store = await open_store("sqlite:///" + str(path).replace("%", "%25").replace("#", "%23"))
    await store.close()
    assert path.exists()


async def test_a_database_by_another_name_is_the_same_one(tmp_path: Path) -> None:
    """A link to the file or to its folder leads no second server, and no restore, past the lock."""
    store = await open_store(f"sqlite:///{tmp_path}/a/a.db", serving=True)
    (tmp_path / "link.db").symlink_to(tmp_path / "a" / "a.db")
    (tmp_path / "folder").symlink_to(tmp_path / "a")
    for name in ("link.db", "folder/a.db"):
        with pytest.raises(StoreUnusable, match="another proofkey server"):
            await open_store(f"sqlite:///{tmp_path}/{name}", serving=True)
    await store.close()


async def test_a_server_that_is_refused_has_not_touched_the_file(tmp_path: Path) -> None:
    """It may be one that is being put in place: a server that starts meanwhile must not open it."""
    lock = ServerLock(tmp_path / "a.db")
    with pytest.raises(StoreUnusable, match="another proofkey server"):
        await open_store(f"sqlite:///{tmp_path}/a.db", serving=True)
    lock.release()
    assert os.listdir(tmp_path) == ["a.db.lock"]


async def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    """By a server as by the command line."""
    (tmp_path / "file").touch()
    for serving in (True, False):
        with pytest.raises(StoreUnusable, match="cannot open the database"):
            await open_store(f"sqlite:///{tmp_path}/file/a.db", serving=serving)
