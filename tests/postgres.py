"""A real PostgreSQL for tests: one cluster for each pytest process that asks for it, one database for each test.

Use the fixture `postgres` (an address of an empty database) or `postgres_cluster` (to stop and start the server
itself). PostgreSQL refuses to run as root: then another user of the machine runs it, or a user namespace does.
"""

from __future__ import annotations

import asyncio
import functools
import itertools
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.ports import held_port

_SETTINGS = {
    "fsync": "off",  # a killed server keeps what the kernel has; only a power cut would not
    "full_page_writes": "off",
    "shared_buffers": "16MB",
    "max_connections": "200",
    "max_wal_size": "128MB",
    "autovacuum": "off",
    "log_min_messages": "fatal",
    "timezone": "UTC",
    "max_prepared_transactions": "0",
}
_LOCALE = {"LC_ALL": "C", "LANG": "C"}


@dataclass
class Cluster:
    """A running PostgreSQL server on loopback and on a socket in its own folder."""

    programs: Path
    folder: Path
    port: int
    as_user: dict[str, Any]
    prefix: Sequence[str]
    numbers: Iterator[int] = field(default_factory=itertools.count)
    _server: subprocess.Popen[bytes] | None = None

    @classmethod
    def make(cls, programs: Path, folder: Path, port: int) -> Cluster:
        """Make a cluster in an empty folder and start it."""
        as_user, prefix = _unprivileged(programs)
        if "user" in as_user:
            os.chown(folder, as_user["user"], as_user["group"])
        cluster = cls(programs, folder, port, as_user, prefix)
        cluster._run("initdb", "-D", str(cluster.data), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync")
        # Who comes over the network needs the password; the tests come by the socket.
        (cluster.data / "pg_hba.conf").write_text(
            "local all all trust\nhost all postgres 127.0.0.1/32 trust\nhost all all 127.0.0.1/32 scram-sha-256\n"
        )
        with (cluster.data / "postgresql.conf").open("a") as file:
            file.writelines(f"{name} = '{value}'\n" for name, value in _SETTINGS.items())
            file.write(f"unix_socket_directories = '{folder}'\nlisten_addresses = '127.0.0.1'\n")
            file.write(f"port = {cluster.port}\n")
        cluster.start()
        return cluster

    @property
    def data(self) -> Path:
        """The cluster's files."""
        return self.folder / "data"

    def start(self) -> None:
        """Start the server and wait until it answers; as a child of ours, so that it ends with the run in any case."""
        with (self.folder / "log").open("a") as log:
            self._server = subprocess.Popen(
                [*self.prefix, str(self.programs / "postgres"), "-D", str(self.data)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=os.environ | _LOCALE,
                cwd=self.folder,
                **self.as_user,
            )
        until = time.monotonic() + 60
        while not self._is_ready():
            if self._server.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"PostgreSQL does not start: {(self.folder / 'log').read_text()[-2000:]}")
            time.sleep(0.02)

    def stop(self, mode: str = "immediate") -> None:
        """Stop the server; `immediate` is a crash, `fast` ends every connection first."""
        if self._server is not None and self._server.poll() is None:
            self._server.send_signal({"immediate": signal.SIGQUIT, "fast": signal.SIGINT}[mode])
            self._server.wait(60)

    def _is_ready(self) -> bool:
        """Ask it: its files may say so before it is so, or say it of the one before."""
        import asyncpg

        async def ask() -> None:
            await (await asyncpg.connect(self.url("postgres"), timeout=30)).close()

        try:
            asyncio.run(ask())
        except (OSError, asyncpg.PostgresError):
            return False
        return True

    def url(self, database: str) -> str:
        """Give the address of a database, over the socket."""
        return f"postgresql://postgres@/{database}?host={self.folder}&port={self.port}"

    def new_database(self, template: str = "template1") -> str:
        """Make a database and give its name."""
        name = f"test_{os.getpid()}_{next(self.numbers)}"
        self.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return name

    def drop_database(self, name: str) -> None:
        """Remove a database, whoever is connected to it."""
        self.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def execute(self, statement: str, database: str = "postgres") -> list[Any]:
        """Run a statement as the owner of everything."""

        import asyncpg  # not for the many tests that need no database

        async def once() -> list[Any]:
            connection = await asyncpg.connect(self.url(database))
            try:
                return list(await connection.fetch(statement))
            finally:
                await connection.close()

        return asyncio.run(once())

    def _run(self, program: str, *arguments: str) -> None:
        command = [*self.prefix, str(self.programs / program), *arguments]
        with (self.folder / "output").open("w+") as output:  # a pipe would be held open by the server
            ended = subprocess.run(
                command, stdout=output, stderr=output, env=os.environ | _LOCALE, cwd=self.folder, **self.as_user
            )
            output.seek(0)
            if ended.returncode != 0:
                raise RuntimeError(f"{program} failed: {output.read()[-2000:]}")


def _unprivileged(programs: Path) -> tuple[dict[str, Any], Sequence[str]]:
    """Say how to run PostgreSQL's programs: as we are, as another user, or in a namespace where we are not root."""
    if os.geteuid() != 0:
        return {}, ()
    for name in ("postgres", "nobody"):
        try:
            found = pwd.getpwnam(name)
        except KeyError:
            continue
        as_user = {"user": found.pw_uid, "group": found.pw_gid, "extra_groups": []}
        if _works([str(programs / "postgres"), "--version"], as_user):
            return as_user, ()
    prefix = ("unshare", "--user", "--map-user=1000", "--map-group=1000")
    if shutil.which("unshare") and _works([*prefix, str(programs / "postgres"), "--version"], {}):
        return {}, prefix
    pytest.skip("PostgreSQL does not run as root, and no other user may run it here")


def _works(command: list[str], as_user: dict[str, Any]) -> bool:
    try:
        return subprocess.run(command, capture_output=True, cwd="/", timeout=30, **as_user).returncode == 0
    except (OSError, subprocess.SubprocessError):
        return False


@pytest.fixture(scope="session")
def make_cluster(postgres_programs: Path) -> Iterator[Callable[[], Cluster]]:
    """Give a function that starts a cluster of one's own; all end with the run."""
    made: list[Cluster] = []
    ports = ExitStack()  # PostgreSQL chooses none itself, and the tests start it again

    def make() -> Cluster:
        # Not below pytest's own folder, which no other user may enter; and short, for the socket.
        folder = Path(tempfile.mkdtemp(prefix="proofkey-pg-"))
        try:
            made.append(Cluster.make(postgres_programs, folder, ports.enter_context(held_port())))
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        return made[-1]

    with ports:
        yield make
        for cluster in made:
            cluster.stop()
            shutil.rmtree(cluster.folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_cluster(make_cluster: Callable[[], Cluster]) -> Cluster:
    """Give the running server of this pytest process."""
    return make_cluster()


@pytest.fixture
def postgres(postgres_cluster: Cluster) -> Iterator[str]:
    """Give the address of an empty database of this test's own."""
    name = postgres_cluster.new_database()
    yield postgres_cluster.url(name)
    postgres_cluster.drop_database(name)


@pytest.fixture(scope="session")
def postgres_stores(postgres_cluster: Cluster) -> Callable[[bool], str]:
    """Give a function that gives the address of a database with a store: with partitions, or in one piece."""

    @functools.cache
    def migrated(partitions: bool) -> str:
        from proofkey.server.store.location import PostgresLocation, locate
        from proofkey.server.store.postgres.store import PostgresStore
        from proofkey.testing.store_samples import NOW

        url = postgres_cluster.url(postgres_cluster.new_database())
        location = locate(url)
        assert isinstance(location, PostgresLocation)

        async def migrate() -> None:
            for clock in (time.time, lambda: NOW):  # partitions for these days, and for those of the samples
                await (await PostgresStore.open(location, clock=clock, partitions=partitions)).close()

        asyncio.run(migrate())
        return url

    return migrated


@pytest.fixture
def postgres_store(postgres_stores: Callable[[bool], str]) -> Iterator[str]:
    """Give the address of a database that holds an empty store; for tests that leave its tables as they are."""
    url = postgres_stores(True)
    yield url
    empty(url)


def empty(url: str) -> None:
    """Empty a store: much faster than a new database."""
    from proofkey.server.store.postgres.migrations import TABLES

    async def once() -> None:
        import asyncpg

        connection = await asyncpg.connect(url)
        try:
            await connection.execute("; ".join(f"DELETE FROM {table}" for table in TABLES))  # noqa: S608
            await connection.execute("DELETE FROM meta WHERE name NOT IN ('schema', 'grants')")
        finally:
            await connection.close()

    asyncio.run(once())
