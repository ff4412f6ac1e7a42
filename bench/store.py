"""Redemptions per second of the SQLite store, next to what bare SQLite commits do on this machine.

    python bench/store.py [SECONDS]

Ratios travel between machines better than numbers: both are printed. The database is in the current folder's file
system, so that the disk is a disk.
"""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from proofkey.server.store.outcomes import Redeemed
from proofkey.server.store.sqlite.connection import connect_writer
from proofkey.server.store.sqlite.migrations import prepare
from proofkey.server.store.sqlite.store import SqliteStore
from proofkey.testing.store_samples import make_grant

ROUNDS = 3


@dataclass(frozen=True, slots=True)
class Measured:
    """One run."""

    per_second: float
    commits: float
    median: float  # milliseconds
    worst_percent: float  # milliseconds, 99th percentile
    processor: float  # microseconds of processor time each


def bare(path: Path, seconds: float) -> Measured:
    """Commit one small row after the other, with nothing around it."""
    prepare(path)
    connection = connect_writer(path)
    connection.execute("CREATE TABLE bare (id BLOB PRIMARY KEY, filling BLOB) STRICT, WITHOUT ROWID")
    times: list[float] = []
    began, processor = time.perf_counter(), time.process_time()
    while (start := time.perf_counter()) < began + seconds:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("INSERT INTO bare VALUES (?, ?)", (os.urandom(16), bytes(150)))
        connection.execute("COMMIT")
        times.append(time.perf_counter() - start)
        if len(times) % 250 == 0:
            connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
    connection.close()
    return _measured(times, len(times), time.perf_counter() - began, time.process_time() - processor)


async def redeem(path: Path, tasks: int, seconds: float) -> Measured:
    """Redeem new grants with so many tasks."""
    store = await SqliteStore.open(path, serving=True)
    times: list[float] = []
    commits = store._database.writer.commits
    began, processor = time.perf_counter(), time.process_time()

    async def worker() -> None:
        while (start := time.perf_counter()) < began + seconds:
            assert isinstance(await store.redeem(make_grant(time.time())), Redeemed)
            times.append(time.perf_counter() - start)

    await asyncio.gather(*(worker() for _ in range(tasks)))
    took, used = time.perf_counter() - began, time.process_time() - processor
    commits = store._database.writer.commits - commits
    await store.close()
    return _measured(times, commits, took, used)


def _measured(times: list[float], commits: int, took: float, used: float) -> Measured:
    times.sort()
    count = len(times)
    return Measured(
        count / took, commits / took, times[count // 2] * 1e3, times[count * 99 // 100] * 1e3, used / count * 1e6
    )


def best(runs: list[Measured]) -> Measured:
    """Give the middle run by throughput."""
    return sorted(runs, key=lambda run: run.per_second)[len(runs) // 2]


def main(seconds: float) -> None:
    """Measure and print."""
    print(f"Python {sys.version.split()[0]}, median of {ROUNDS} runs of {seconds:g} s each\n")
    print(f"{'':24}{'per second':>12}{'commits/s':>12}{'ratio':>8}{'median ms':>11}{'p99 ms':>9}{'µs CPU each':>13}")
    with tempfile.TemporaryDirectory(dir=".", prefix=".bench-") as folder:
        number = iter(range(1000))

        def fresh() -> Path:
            return Path(folder) / f"{next(number)}.db"

        base = best([bare(fresh(), seconds) for _ in range(ROUNDS)])
        _print("bare SQLite commits", base, base)
        for tasks in (1, 16, 64):
            runs = [asyncio.run(redeem(fresh(), tasks, seconds)) for _ in range(ROUNDS)]
            _print(f"redeem, {tasks} at once", best(runs), base)


def _print(name: str, run: Measured, base: Measured) -> None:
    ratio = run.per_second / base.per_second
    print(
        f"{name:24}{run.per_second:12,.0f}{run.commits:12,.0f}{ratio:8.2f}"
        f"{run.median:11.2f}{run.worst_percent:9.2f}{run.processor:13.1f}"
    )


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 2.0)
