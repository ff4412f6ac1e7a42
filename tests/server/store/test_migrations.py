"""Forward from every schema that was released: the data stays, a login goes on; a newer schema is refused."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from importlib.resources import files
from pathlib import Path

import pytest

from proofkey.server.opening import open_server
from proofkey.server.settings import Settings
from proofkey.server.store import open_store
from proofkey.server.store.errors import StoreUnusable
from tests.server.person import ISSUER, Attempt, Clock, Person, code_for
from tests.server.store.released import NOW, Released, read_released

RELEASED = read_released()


def schema(path: Path) -> set[str]:
    """Give the statements that made a database's tables and indexes."""
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%'")
        return {sql for (sql,) in rows}


def scripts() -> list[int]:
    """Give the numbers of the schema's scripts."""
    folder = files("proofkey.server.store.sqlite") / "schema"
    return sorted(int(file.name.partition("_")[0]) for file in folder.iterdir() if file.name.endswith(".sql"))


def test_every_schema_has_its_database_here() -> None:
    """Scripts are numbered without a gap, and of each there is a database that this code must open."""
    assert scripts() == list(range(1, len(scripts()) + 1))
    assert [released.number for released in RELEASED] == scripts()


@pytest.mark.parametrize("released", RELEASED, ids=lambda released: f"schema {released.number}")
async def test_a_released_database_becomes_one_of_today(tmp_path: Path, released: Released) -> None:
    """Its tables are those of a new database: a script that was released is never changed."""
    released.unpack(tmp_path)
    await (await open_store(f"sqlite:///{tmp_path}/proofkey.db")).close()
    await (await open_store(f"sqlite:///{tmp_path}/new.db")).close()
    assert schema(tmp_path / "proofkey.db") == schema(tmp_path / "new.db")


@pytest.mark.parametrize("released", RELEASED, ids=lambda released: f"schema {released.number}")
async def test_a_login_of_a_released_version_goes_on(tmp_path: Path, released: Released) -> None:
    """Its session is known, its refresh token is good, its code stays spent; clients and people can log in."""
    released.unpack(tmp_path)
    settings = Settings(issuer=ISSUER, development=True)
    server = await open_server(settings, f"sqlite:///{tmp_path}/proofkey.db", asyncio.Event())
    server.clock = Clock(NOW + 30)
    kept = released.kept
    async with Person(server) as ada:
        page = await ada.http.get(Attempt().url(), headers={"cookie": kept["cookie"]})
        assert page.is_redirect, "the session and the consent are known"
        form = {"grant_type": "refresh_token", "refresh_token": kept["refresh token"], "client_id": "spa"}
        assert (await ada.token(**form)).status_code == 200
        again = await ada.token(**Attempt(verifier=kept["verifier"]).form(kept["code"]))
        assert again.json()["error_uri"].endswith("/code-redeemed-twice")
        attempt = Attempt()
        assert (await ada.token(**attempt.form(await code_for(ada, attempt)))).status_code == 200
    await server.close()


async def test_a_schema_of_the_future_is_refused_and_left_alone(tmp_path: Path) -> None:
    """A server that was put back to an older version says so, and writes nothing."""
    path = tmp_path / "proofkey.db"
    await (await open_store(f"sqlite:///{path}")).close()
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute(f"PRAGMA user_version = {len(scripts()) + 1}")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    before = path.read_bytes()
    with pytest.raises(StoreUnusable, match=f"newer proofkey .schema {len(scripts()) + 1}, this one knows"):
        await open_store(f"sqlite:///{path}")
    assert path.read_bytes() == before
