"""Opening a PostgreSQL store: what is refused, in words that hold no password, and what many may do at once."""

from __future__ import annotations

import asyncio
import logging
import traceback

import asyncpg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from proofkey.server.keys.key_file import KeyFileUnusable, key_file_path
from proofkey.server.store import open_store
from proofkey.server.store.endings import all_names
from proofkey.server.store.errors import StoreUnreachable, StoreUnusable
from proofkey.server.store.location import PostgresLocation, locate
from proofkey.server.store.postgres.trouble import is_storable
from proofkey.testing.store_samples import make_client, make_grant
from tests.postgres import Cluster

PASSWORD = "hunter2:with/odd%40signs"
WRITTEN = "hunter2%3Awith%2Fodd%2540signs"


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgresql://u:secret@db.example:5433/pk?sslmode=require", "postgresql://u@db.example:5433/pk"),
        ("postgres://db.example/pk", "postgresql://db.example/pk"),
        ("postgresql://u:secret@a:1,b:2/pk?target_session_attrs=primary", "postgresql://u@a:1,b:2/pk"),
        ("postgresql:///pk?host=/run/postgresql&password=secret", "postgresql:///pk?host=/run/postgresql"),
        ("postgresql://[::1]:5432/pk", "postgresql://[::1]:5432/pk"),
    ],
)
def test_an_address_is_shown_without_its_password(url: str, shown: str) -> None:
    """Also by repr, which ends up in tracebacks."""
    location = locate(url)
    assert isinstance(location, PostgresLocation)
    assert location.shown == shown
    assert location.url == url
    assert "secret" not in repr(location) + str(location)


@given(st.text(max_size=30))
def test_no_address_repeats_what_may_be_a_password(text: str) -> None:
    """Whatever is typed: it is read, or refused without being quoted."""
    marked = f"SECRET{text}SECRET"
    told = ""
    try:
        location = locate(f"postgresql://u:{marked}@host/db")
    except StoreUnusable as refusal:
        told = str(refusal)
    else:
        assert isinstance(location, PostgresLocation)
        told = location.shown + repr(location)
    assert "SECRET" not in told


def test_the_key_file_must_be_named() -> None:
    """There is no file beside a PostgreSQL database."""
    with pytest.raises(KeyFileUnusable, match="PROOFKEY_KEY_FILE"):
        key_file_path("postgresql://u:secret@host/db", {})


@pytest.fixture
def with_password(postgres_cluster: Cluster) -> str:
    """Give the address of a database over the network, with a user that needs a password."""
    name = postgres_cluster.new_database()
    postgres_cluster.execute(f"CREATE ROLE \"{name}\" LOGIN PASSWORD '{PASSWORD}'")
    postgres_cluster.execute(f'ALTER DATABASE "{name}" OWNER TO "{name}"')
    postgres_cluster.execute(f'GRANT ALL ON SCHEMA public TO "{name}"', name)
    return f"postgresql://{name}:{WRITTEN}@127.0.0.1:{postgres_cluster.port}/{name}"


async def test_a_password_is_in_no_log_and_no_error(with_password: str, caplog: pytest.LogCaptureFixture) -> None:
    """A good one, a wrong one, another database, a server that is not there, a failing statement."""
    caplog.set_level(logging.DEBUG)
    store = await open_store(with_password)
    await store.put_client(make_client())
    told = [repr(store), repr(vars(store))]
    store._writer._drop_connection()  # type: ignore[attr-defined]
    await store.redeem(make_grant())
    await store.close()
    port = with_password.rpartition(":")[2].partition("/")[0]
    for url in (
        with_password.replace("hunter2", "hunter2wrong"),
        with_password + "x",
        with_password.replace(f":{port}/", ":1/"),
        with_password + "?sslmode=hunter2",
        with_password + "?nonsense=hunter2",
    ):
        with pytest.raises((StoreUnusable, StoreUnreachable)) as refusal:
            await open_store(url)
        told += ["".join(traceback.format_exception(refusal.value)).partition("raise kind(")[2]]
        told += [str(refusal.value)]
    assert "hunter2" not in "".join(told) + caplog.text


async def test_many_processes_may_make_the_same_schema(postgres: str) -> None:
    """Each migration is applied once."""
    stores = await asyncio.gather(*(open_store(postgres) for _ in range(6)))
    await stores[0].put_client(make_client())
    assert [await store.client("app") for store in stores] == [make_client()] * 6
    for store in stores:
        await store.close()


async def run(url: str, *statements: str) -> None:
    """Run statements behind proofkey's back."""
    connection = await asyncpg.connect(url)
    for statement in statements:
        await connection.execute(statement)
    await connection.close()


@pytest.mark.parametrize("theirs", ["CREATE TABLE clients (id int)", "CREATE TABLE meta (id int)"])
async def test_another_programs_tables_are_left_alone(postgres: str, theirs: str) -> None:
    """Nothing is created among them; a schema of one's own in the same database will do."""
    await run(postgres, theirs)
    with pytest.raises(StoreUnusable, match="another program's"):
        await open_store(postgres)
    await run(postgres, "CREATE SCHEMA proofkey")
    store = await open_store(f"{postgres}&search_path=proofkey")
    await store.put_client(make_client())
    await store.close()


async def test_a_schema_of_a_newer_proofkey_is_refused(postgres: str) -> None:
    """An older program would not understand it."""
    await (await open_store(postgres)).close()
    await run(postgres, "UPDATE meta SET value = '999' WHERE name = 'schema'")
    with pytest.raises(StoreUnusable, match="newer proofkey"):
        await open_store(postgres)


async def test_names_of_endings_are_the_same_in_sql(postgres_store: str) -> None:
    """The statement that reads a grant writes the names of `store/endings.py` anew."""
    connection = await asyncpg.connect(postgres_store)
    for subject, client_id, session_id in (("a", "b", b"c"), ("ü" * 40, "p1:%", bytes(32)), ("", "", b"")):
        from proofkey.server.store.postgres.grants import _NAMES

        row = await connection.fetchrow(
            f"SELECT {_NAMES} FROM (SELECT $1::text AS subject, $2::text AS client_id, $3::bytea AS session_id) g",  # noqa: S608
            subject,
            client_id,
            session_id,
        )
        assert tuple(row) == all_names(subject, client_id, session_id)
    await connection.close()


@given(st.text(st.characters(), max_size=8))
def test_what_postgresql_cannot_keep_is_known_before_it_is_sent(text: str) -> None:
    """NUL and halves of surrogate pairs, nothing else."""
    try:
        encodable = b"\0" not in text.encode()
    except UnicodeEncodeError:
        encodable = False
    assert is_storable(text) == encodable
