"""Each store passes the contract; what is on a disk is sealed, and the key is not beside the sessions in a backup."""

from __future__ import annotations

import sqlite3
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from proofkey.bff import Bff, Discover, MemorySessions, SealingKeys
from proofkey.bff.key_file import VARIABLE, make_key_file, read_key_file
from proofkey.bff.postgres_sessions import PostgresSessions
from proofkey.bff.session_store import StoreUnavailable
from proofkey.bff.sqlite_sessions import SqliteSessions
from proofkey.core.errors import Misuse
from proofkey.testing.session_contract import NOW, Opening, SessionContract, make_key
from tests.bff.api_server import ApiServer
from tests.bff.visitors import CALLBACK, Visitor
from tests.client.real_server import RealServer
from tests.server.person import Clock


class TestMemorySessions(SessionContract):
    """Sessions in memory."""

    @pytest.fixture
    def open_sessions(self) -> Opening:
        """The same store each time."""
        store = MemorySessions()
        return lambda: store

    def test_the_one_unused_for_longest_gives_way(self) -> None:
        """Memory has an end."""
        store = MemorySessions(capacity=2)
        first, second, third = make_key(), make_key(), make_key()
        store.insert(first, b"x", now=NOW)
        store.insert(second, b"x", now=NOW)
        store.touch(first, now=NOW + 1)
        store.insert(third, b"x", now=NOW)
        assert [store.find(key) is not None for key in (first, second, third)] == [True, False, True]


class TestSqliteSessions(SessionContract):
    """Sessions in a SQLite file."""

    @pytest.fixture
    def open_sessions(self, tmp_path: Path) -> Opening:
        """The same file each time."""
        return lambda: SqliteSessions(tmp_path / "sessions.db")

    def test_the_file_is_its_owners_alone(self, tmp_path: Path) -> None:
        """Who logged in when is nobody else's business."""
        store = SqliteSessions(tmp_path / "sessions.db")
        store.insert(make_key(), b"x", now=NOW)
        modes = {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}
        store.close()
        assert modes == {0o600}

    def test_a_file_that_cannot_be_opened_is_said(self, tmp_path: Path) -> None:
        """As the store being unavailable, which is answered with 503."""
        (tmp_path / "sessions.db").write_bytes(b"no database" * 100)
        store = SqliteSessions(tmp_path / "sessions.db")
        with pytest.raises(StoreUnavailable):
            store.find(make_key())
        store.close()


class TestPostgresSessions(SessionContract):
    """Sessions in PostgreSQL."""

    @pytest.fixture
    def open_sessions(self, postgres: str) -> Opening:
        """The same database each time."""
        return lambda: PostgresSessions(postgres)

    def test_a_server_that_restarts_is_found_again(self, postgres: str, postgres_cluster) -> None:
        """Connections that died are not used again."""
        store = PostgresSessions(postgres)
        key = make_key()
        store.insert(key, b"x", now=NOW)
        postgres_cluster.stop("fast")
        with pytest.raises(StoreUnavailable):
            store.find(key)
        postgres_cluster.start()
        assert store.find(key) is not None
        store.close()


@pytest.mark.shows("F05", "A89")
def test_no_token_is_readable_at_rest(
    make_bff: Callable[..., Bff], visit, server: RealServer, api: ApiServer, tmp_path: Path
) -> None:
    """The file holds neither session ids nor tokens nor names; its key is in another file, its owner's alone."""
    store = SqliteSessions(tmp_path / "sessions.db")
    browser: Visitor = visit(make_bff(store=store))
    browser.log_in(server)
    assert browser.fetch("/bff/api/orders/whoami").status_code == 200
    token = api.last.headers["authorization"].removeprefix("Bearer ")
    store.close()
    written = b"".join(path.read_bytes() for path in tmp_path.glob("sessions.db*") if path.suffix != ".key")
    for secret in (token, browser.session_id() or "", "subject-ada", "ada@example.org"):
        assert secret
        assert secret.encode() not in written
    assert stat.S_IMODE((tmp_path / "sessions.db.key").stat().st_mode) == 0o600


@pytest.mark.shows("F05", "A44")
def test_a_session_sealed_with_another_key_is_none(
    make_bff: Callable[..., Bff], visit, server: RealServer, tmp_path: Path
) -> None:
    """A stolen or swapped database opens nothing, and is no error either: one logs in again (attack A44)."""
    keys = SealingKeys.ephemeral()
    store = SqliteSessions(tmp_path / "sessions.db")
    browser: Visitor = visit(make_bff(store=store, keys=keys))
    browser.log_in(server)
    session = browser.session_id()
    other: Visitor = visit(make_bff(store=store, keys=SealingKeys.ephemeral()))
    answer = other.fetch("/bff/user", headers={"cookie": f"__Host-bff_session={session}"})
    assert answer.json()["logged_in"] is False
    store.close()


@pytest.mark.shows("F05")
def test_rows_cannot_be_exchanged(make_bff: Callable[..., Bff], visit, server: RealServer, tmp_path: Path) -> None:
    """Whoever can write the database cannot give one person's session to another: contents are bound to their id."""
    store = SqliteSessions(tmp_path / "sessions.db")
    browser: Visitor = visit(make_bff(store=store, keys=SealingKeys.ephemeral()))
    browser.log_in(server)
    mallory = browser.another()
    mallory.log_in(server)
    with sqlite3.connect(tmp_path / "sessions.db") as sql:
        (one, ones), (two, twos) = sql.execute("SELECT key, contents FROM bff_sessions").fetchall()
        sql.execute("UPDATE bff_sessions SET contents = ? WHERE key = ?", (twos, one))
        sql.execute("UPDATE bff_sessions SET contents = ? WHERE key = ?", (ones, two))
    sql.close()
    assert browser.fetch("/bff/user").json()["logged_in"] is False
    assert mallory.fetch("/bff/user").json()["logged_in"] is False
    store.close()


def test_keys_are_changed_without_logging_anybody_out(
    make_bff: Callable[..., Bff], visit, server: RealServer, tmp_path: Path, clock: Clock
) -> None:
    """A new key goes to the front; the old one still opens what it sealed."""
    old, new = tmp_path / "old.key", tmp_path / "new.key"
    make_key_file(old)
    make_key_file(new)
    store = MemorySessions()
    browser: Visitor = visit(make_bff(store=store, keys=read_key_file(old)))
    browser.log_in(server)
    new.write_text(new.read_text() + old.read_text())
    later: Visitor = visit(make_bff(store=store, keys=read_key_file(new)))
    cookie = {"cookie": f"__Host-bff_session={browser.session_id()}"}
    assert later.fetch("/bff/user", headers=cookie).json()["logged_in"] is True


def test_a_key_file_that_others_may_read_is_refused(tmp_path: Path) -> None:
    """And one that is none, and a database without one."""
    path = tmp_path / "key"
    make_key_file(path)
    before = path.read_text()
    make_key_file(path)
    assert path.read_text() == before
    path.chmod(0o644)
    with pytest.raises(Misuse, match="chmod 600"):
        read_key_file(path)
    path.chmod(0o600)
    path.write_text("no key")
    with pytest.raises(Misuse, match="no file of sealing keys"):
        read_key_file(path)
    with pytest.raises(Misuse, match=VARIABLE):
        Bff(
            Discover("https://login.example", client_id="bff", redirect_uri=CALLBACK, secret="x"),
            store=PostgresSessions("postgresql://127.0.0.1:1/none"),
        )


def test_a_key_shows_nothing_of_itself() -> None:
    """Not in a repr, and a wrong length is no key."""
    key = b"k" * 32
    assert "kkk" not in repr(SealingKeys([key]))
    for keys in ([], [b"short"]):
        with pytest.raises(Misuse):
            SealingKeys(keys)
