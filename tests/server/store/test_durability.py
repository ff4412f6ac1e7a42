"""An answer means that the grant is on disk: seen in the order of system calls, by killing, and by failing disks."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from proofkey.core.records import Grant
from proofkey.server.store import open_store
from proofkey.server.store.outcomes import Replayed
from proofkey.testing.store_samples import make_grant
from tests.server.store.processes import Call, finish, go, make_database, read_trace, start, url_of, why_no_strace


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """A database that is there already."""
    path = tmp_path / "proofkey.db"
    make_database(path)
    return path


@pytest.fixture
def strace() -> None:
    """Skip where system calls cannot be traced."""
    if reason := why_no_strace():
        pytest.skip(reason)


def found_after_restart(database: Path, ids: list[str]) -> list[Grant | None]:
    """Open the database anew and look grants up."""

    async def look() -> list[Grant | None]:
        store = await open_store(url_of(database))
        try:
            return [await store.grant(bytes.fromhex(one)) for one in ids]
        finally:
            await store.close()

    return asyncio.run(look())


def won(lines: list[str]) -> list[str]:
    """Give the ids of acknowledged redemptions."""
    return [line.removeprefix("won ") for line in lines if line.startswith("won ")]


@pytest.mark.parametrize("tasks", [1, 16])
@pytest.mark.usefixtures("strace")
def test_each_acknowledgement_comes_after_the_sync_that_covers_it(database: Path, tmp_path: Path, tasks: int) -> None:
    """The write-ahead log gets the grant's id, then a sync returns 0, and only then the process says `won`."""
    record = tmp_path / "trace"
    options = ("strace", "-f", "-y", "-xx", "-s", "200000", "-e", "trace=write,pwrite64,fsync,fdatasync")
    lines = finish(start(database, tasks=tasks, count=48, under=(*options, "-o", str(record))))
    acknowledged = won(lines)
    assert len(acknowledged) == 48
    calls = list(read_trace(record))
    for one in acknowledged:
        assert_synced_before_told(calls, one)


def assert_synced_before_told(calls: list[Call], grant_id: str) -> None:
    """Check the order of write, sync and answer of one redemption."""
    in_file, in_answer = bytes.fromhex(grant_id), f"won {grant_id}\n".encode()
    written = first(calls, 0, lambda call: call.file.endswith("-wal") and in_file in call.data)
    synced = first(calls, written, lambda call: call.file.endswith("-wal") and call.result == 0)
    assert written < synced < first(calls, 0, lambda call: call.data == in_answer)


def first(calls: list[Call], since: int, is_it: Callable[[Call], bool]) -> int:
    """Give the index of the first call that is it."""
    return next(index for index in range(since, len(calls)) if is_it(calls[index]))


def test_what_was_acknowledged_survives_kill_9(database: Path) -> None:
    """Killed in the middle of a stream of redemptions, it has kept every one that it had answered."""
    with start(database, tasks=16, count=100_000) as process:
        go(process)
        assert process.stdout is not None
        acknowledged = won([process.stdout.readline().strip() for _ in range(500)])
        process.send_signal(signal.SIGKILL)
        acknowledged += won(process.stdout.read().splitlines())
    assert len(acknowledged) >= 500
    grants = found_after_restart(database, acknowledged)
    assert None not in grants

    async def replay() -> None:
        store = await open_store(url_of(database))
        grant_id = bytes.fromhex(acknowledged[0])
        assert isinstance(await store.redeem(make_grant(grant_id=grant_id)), Replayed)
        await store.close()

    asyncio.run(replay())


@pytest.mark.usefixtures("strace")
def test_a_failed_sync_is_never_answered_with_success_and_closes_the_store(database: Path, tmp_path: Path) -> None:
    """From the fifth sync on the disk fails: what was answered is there, the rest was told, nothing is tried again."""
    record = tmp_path / "trace"
    options = ("strace", "-f", "-y", "-xx", "-s", "200000", "-e", "trace=write,pwrite64,fsync,fdatasync")
    inject = ("-e", "inject=fsync,fdatasync:error=EIO:when=5+")
    process = start(database, tasks=4, count=60, under=(*options, *inject, "-o", str(record)))
    lines = finish(process)
    acknowledged = won(lines)
    assert acknowledged, "some syncs went well before"
    refused = [line for line in lines if line.startswith("StoreFailed ")]
    assert len(acknowledged) + len(refused) == 60
    assert sum(line.startswith("on_failure ") for line in lines) == 1
    calls = list(read_trace(record))
    for one in acknowledged:
        assert_synced_before_told(calls, one)
    failed = first(calls, 0, lambda call: call.file.endswith("-wal") and call.result == -1)
    told = first(calls, failed, lambda call: call.data.startswith(b"on_failure"))
    later = [call for call in calls[failed + 1 : told + 1] if call.file.endswith(("-wal", ".db"))]
    assert later == [], "nothing is written or synced again"
    assert None not in found_after_restart(database, acknowledged)


@pytest.mark.usefixtures("strace")
def test_a_failed_sync_of_a_checkpoint_closes_the_store_too(database: Path) -> None:
    """SQLite's own checkpoints would swallow it; then a second sync might report success over lost pages."""
    inject = ("strace", "-f", "-P", str(database), "-e", "trace=fdatasync,fsync", "-o", "/dev/null")
    process = start(database, count=5_000, under=(*inject, "-e", "inject=fsync,fdatasync:error=EIO"))
    lines = finish(process)
    acknowledged = won(lines)
    assert 0 < len(acknowledged) < 5_000
    assert any(line.startswith("on_failure ") for line in lines)
    assert None not in found_after_restart(database, acknowledged)
