"""Several processes on PostgreSQL: what one of them changes all obey, and one that dies takes no login with it."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from proofkey.cli.main import main
from proofkey.server.store import open_store
from tests.postgres import Cluster
from tests.server.network import Served, connect_to, is_alive, register, serve
from tests.server.person import Attempt, Person, answer_of, client, first_form

BOUND = 1.1  # seconds after which every process must know (decision 14: one)
CONNECTIONS = 12


@pytest.fixture(scope="module")
def database(postgres_cluster: Cluster) -> Iterator[str]:
    """A database with a user and a client."""
    name = postgres_cluster.new_database()
    url = postgres_cluster.url(name)
    asyncio.run(register(url))
    yield url
    postgres_cluster.drop_database(name)


@pytest.fixture(scope="module")
def served(database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Two workers; they end gracefully."""
    with serve(tmp_path_factory.mktemp("serve"), database, "--workers", "2", "--personality", "genesys") as running:
        yield running
    assert running.process.returncode == 0, running.log.read_text()


async def log_in(person: Person) -> tuple[str, dict[str, str]]:
    """Log in and give the code and the tokens."""
    attempt = Attempt()
    code = answer_of(await person.visit(attempt.url()))["code"]
    answer = await person.token(**attempt.form(code))
    answer.raise_for_status()
    return code, answer.json()


async def who(issuer: str, token: str) -> list[int]:
    """Ask who a token is on many connections, and give the statuses."""

    async def once() -> int:
        async with connect_to(issuer) as http:
            return (await http.get("/api/v2/users/me", headers={"authorization": f"Bearer {token}"})).status_code

    return await asyncio.gather(*(once() for _ in range(CONNECTIONS)))


async def test_what_one_worker_ends_all_refuse_within_a_second(
    served: Served, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A revoked token, a disabled client, keys that were given up."""
    monkeypatch.setenv("PROOFKEY_DATABASE", database)
    monkeypatch.setenv("PROOFKEY_KEY_FILE", str(served.log.parent / "key"))
    assert len(served.workers()) == 2
    async with served.person() as person:
        _, tokens = await log_in(person)
        assert set(await who(served.issuer, tokens["access_token"])) == {200}
        await person.http.delete("/api/v2/tokens/me", headers={"authorization": f"Bearer {tokens['access_token']}"})
        await asyncio.sleep(BOUND)
        assert set(await who(served.issuer, tokens["access_token"])) == {401}

        _, tokens = await log_in(person)
        assert set(await who(served.issuer, tokens["access_token"])) == {200}
        store = await open_store(database)
        await store.disable_client("spa", disabled=True, now=time.time())
        await asyncio.sleep(BOUND)
        assert set(await who(served.issuer, tokens["access_token"])) == {401}
        await store.disable_client("spa", disabled=False, now=time.time())
        await store.close()
        await asyncio.sleep(BOUND)

        _, tokens = await log_in(person)
        assert set(await who(served.issuer, tokens["access_token"])) == {200}
        assert await asyncio.to_thread(main, ["keys", "rotate", "--now", "--end-grants"]) == 0
        await asyncio.sleep(BOUND)
        assert set(await who(served.issuer, tokens["access_token"])) == {401}
    async with served.person() as person:  # and new logins go on, with the new keys on every worker
        _, tokens = await log_in(person)
        assert set(await who(served.issuer, tokens["access_token"])) == {200}


async def test_what_all_workers_remember_ends_within_a_second(served: Served, database: str) -> None:
    """A session that another process ends, and a consent that is taken back: on every connection, whoever has it."""
    store = await open_store(database)
    await store.put_client(client())  # not a trusted one: ask for consent
    await asyncio.sleep(BOUND)
    async with served.person() as person:
        await log_in(person)
        async with asyncio.TaskGroup() as group:  # long enough that it is remembered for longer than a second
            for _ in range(CONNECTIONS):
                group.create_task(visit_for(person, 2 * BOUND))
        subject = (await store.users())[0].subject
        await store.forget_consents(subject)
        await asyncio.sleep(BOUND)
        assert set(await asyncio.gather(*(visit(person) for _ in range(CONNECTIONS)))) == {"/consent"}
        await log_in(person)
        await asyncio.sleep(BOUND)
        assert set(await asyncio.gather(*(visit(person) for _ in range(CONNECTIONS)))) == {"code"}
        await store.end_sessions_of(subject, now=time.time())
        await asyncio.sleep(BOUND)
        assert set(await asyncio.gather(*(visit(person) for _ in range(CONNECTIONS)))) == {"/login"}
    await store.put_client(client(trusted=True))
    await store.close()


async def visit_for(person: Person, seconds: float) -> None:
    """Log in again and again, with the session there is and no question."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        assert await visit(person) == "code"


async def visit(person: Person) -> str:
    """Ask for a code on a connection of its own, and say what came: the code or a form."""
    async with connect_to(str(person.http.base_url)) as http:
        http.cookies = person.http.cookies
        answer = await http.get(Attempt().url())
    return (
        "code" if answer.is_redirect and "code" in answer_of(answer) else urlsplit(first_form(answer.text).action).path
    )


async def test_a_worker_killed_under_load_loses_no_answered_login(served: Served) -> None:
    """Each token that was answered works afterwards, no code is good twice, and the dead one is replaced."""
    answered: list[tuple[str, str]] = []
    broken = 0
    victim = served.workers()[0]
    enough = asyncio.Event()

    async def app() -> None:
        nonlocal broken
        while not enough.is_set():
            try:
                async with served.person() as person:
                    person.http.cookies = ada.http.cookies
                    while not enough.is_set():
                        code, tokens = await log_in(person)
                        answered.append((code, tokens["access_token"]))
            except httpx.TransportError:  # its worker is gone; the next connection finds another one
                broken += 1

    async def kill_one() -> None:
        await until(lambda: len(answered) >= 40)
        os.kill(victim, signal.SIGKILL)
        before = len(answered)
        await until(lambda: len(answered) >= before + 60 and len(served.workers()) == 2)
        enough.set()

    async with served.person() as ada:
        await log_in(ada)
        async with asyncio.TaskGroup() as group:
            for _ in range(8):
                group.create_task(app())
            group.create_task(kill_one())
    assert victim not in served.workers()
    assert "is replaced" in served.log.read_text()
    async with connect_to(served.issuer) as http:
        for _, token in answered:
            answer = await http.get("/api/v2/users/me", headers={"authorization": f"Bearer {token}"})
            assert answer.status_code == 200
        for code, _ in answered[::10]:
            answer = await http.post("/oauth/token", data=Attempt().form(code))
            assert answer.status_code == 400


async def until(is_so: object) -> None:
    """Wait for something that other processes do."""
    async with asyncio.timeout(60):
        while not is_so():  # type: ignore[operator]  # noqa: ASYNC110  # processes tell nobody
            await asyncio.sleep(0.05)


async def test_without_their_parent_the_workers_end(postgres: str, tmp_path: Path) -> None:
    """A parent that is killed leaves no process behind that holds the port."""
    await register(postgres)
    with serve(tmp_path, postgres, "--workers", "2") as running:
        workers = running.workers()
        assert len(workers) == 2
        running.process.kill()
        await until(lambda: not any(is_alive(pid) for pid in workers))


# Tells its second worker to end in the very moment of its birth, as a whole process group may be told.
ENDED_AT_BIRTH = """
import os, select, signal, sys
from proofkey.server.workers import Workers

born, fork = [], os.fork

def forking():
    born.append(fork())
    if born[1:] == [0]:
        os.kill(os.getpid(), signal.SIGTERM)
    return born[-1]

os.fork = forking
sys.exit(Workers(2, lambda index, lifeline: select.select([lifeline], [], [])).run())
"""


def test_what_a_worker_is_told_before_it_can_listen_is_not_taken_for_the_parents() -> None:
    """It ends and is replaced; the server goes on until it is told itself."""
    command = [sys.executable, "-c", ENDED_AT_BIRTH]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        assert process.stderr.readline() == "worker 1 ended (signal 15) and is replaced\n"
        process.terminate()
        assert process.wait(60) == 0


def test_sqlite_has_one_worker(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit 2, and why."""
    url = f"sqlite:///{tmp_path}/a.db"
    assert main(["serve", "--port", "0", "--database", url, "--workers", "2"]) == 2
    assert "SQLite is served by one process" in capsys.readouterr().err


def test_postgresql_needs_a_key_file_of_its_own(postgres_store: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Beside which file should it be?"""
    for workers in ("1", "2"):
        assert main(["serve", "--port", "0", "--database", postgres_store, "--workers", workers]) == 2
        assert "PROOFKEY_KEY_FILE" in capsys.readouterr().err
