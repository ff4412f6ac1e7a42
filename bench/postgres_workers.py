"""Processor time of one full login with one and with more workers on PostgreSQL, server and database together.

    python bench/postgres_workers.py [SECONDS] [ROUNDS] [WORKERS...]

`proofkey serve --workers N` is started as users start it, each on its own PostgreSQL with default settings; servers
and databases share one core, the load (64 connections) has another. Rounds are interleaved and medians printed.
Processor time is read from /proc, so that a busy machine disturbs less than it would a clock. Transactions and logins
in the second table are the database's own counts.
"""

from __future__ import annotations

import asyncio
import contextlib
import signal
import statistics
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import asyncpg

from bench.logins import processes
from bench.logins.generator import Load, drive
from bench.logins.peer import Place, Target
from bench.logins.plan import write_plan
from bench.logins.postgres import start_postgres
from bench.logins.rounds import cores, say
from bench.logins.world import make_world
from bench.peers.proofkey.serving import serve
from proofkey.server.keys.key_file import VARIABLE, make_key_file
from scripts.programs import CACHE

_COUNTS = """
SELECT (SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()),
       (SELECT sum(n_tup_ins)::bigint FROM pg_stat_user_tables WHERE relname LIKE 'grants%')
"""


@dataclass(frozen=True, slots=True)
class Run:
    """One round of one server."""

    server: float  # microseconds a login
    database: float  # microseconds a login
    transactions: float  # a login
    per_second: float
    p50: float  # milliseconds
    p99: float  # milliseconds
    fewest: int  # connections of the worker that has the fewest

    @property
    def both(self) -> float:
        """Microseconds a login, server and database."""
        return self.server + self.database


@dataclass(frozen=True, slots=True)
class Served:
    """A server that runs, with a database of its own."""

    workers: int
    target: Target
    database: str
    postgres: int  # process
    plan: Path

    def run(self, seconds: float, core: int | None) -> Run:
        """Drive it once."""
        used: dict[str, tuple[float, float]] = {}
        connections: list[int] = []

        def note(moment: str) -> None:
            server = processes.family(process.pid for process in self.target.processes)
            database = processes.family([self.postgres])
            used[moment] = processes.processor_seconds(server), processes.processor_seconds(database)
            connections[:] = connections or [_sockets(process, self.target.port) for process in server]

        before = asyncio.run(_counts(self.database))
        found = drive(Load(self.target.port, self.plan, self.target.token_path, seconds=seconds), core=core, at=note)
        after = asyncio.run(_counts(self.database))
        if found["failures"] or not found["logins"]:
            raise SystemExit(f"{self.workers} workers: {found['failures']} {found['said']}")
        server, database = (end - begin for begin, end in zip(used["begin"], used["end"], strict=True))
        return Run(
            server / found["logins"] * 1e6,
            database / found["logins"] * 1e6,
            (after[0] - before[0]) / max(after[1] - before[1], 1),
            found["per_second"],
            found["login"]["p50"] / 1000,
            found["login"]["p99"] / 1000,
            sorted(connections)[-self.workers],  # the others are the parent of several
        )


def start(workers: int, folder: Path, core: int | None, running: ExitStack) -> Served:
    """Start a server and its database."""
    place = Place(folder / str(workers), make_world(), core)
    place.folder.mkdir()
    database, postgres = start_postgres(place)
    running.callback(processes.stop, postgres)
    key = place.folder / "proofkey.key"
    make_key_file(key)
    options = ("--workers", str(workers))
    target = serve(place, database=database, options=options, environment={VARIABLE: str(key)})
    running.callback(processes.stop, target.processes[0])
    return Served(workers, target, database, postgres.pid, write_plan(place.folder / "plan", target.logins))


async def _counts(url: str) -> tuple[int, int]:
    """Give transactions and inserted grants so far; each backend tells of its own within a second."""
    connection = await asyncpg.connect(url)
    try:
        row = await connection.fetchrow(_COUNTS)
        return row[0], row[1]
    finally:
        await connection.close()


def _sockets(process: int, port: int) -> int:
    """Count the connections to a port that a process has accepted."""
    accepted = set()
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        fields = line.split()
        if int(fields[1].partition(":")[2], 16) == port and fields[3] == "01":  # established
            accepted.add(f"socket:[{fields[9]}]")
    count = 0
    for descriptor in Path(f"/proc/{process}/fd").iterdir():
        with contextlib.suppress(OSError):
            count += str(descriptor.readlink()) in accepted
    return count


def _table(runs: dict[int, list[Run]]) -> None:
    def middle(workers: int, name: str) -> float:
        return statistics.median(getattr(run, name) for run in runs[workers])

    print("workers  CPU us   spread     server  database  transactions  logins/s  p50 ms  p99 ms  fewest connections")
    first = next(iter(runs))
    for workers, measured in runs.items():
        costs = sorted(run.both for run in measured)
        print(
            f"{workers:7}{middle(workers, 'both'):8.0f}{f'{costs[0]:.0f}-{costs[-1]:.0f}':>10}"
            f"{middle(workers, 'server'):10.0f}{middle(workers, 'database'):10.0f}"
            f"{middle(workers, 'transactions'):14.3f}{middle(workers, 'per_second'):10,.0f}"
            f"{middle(workers, 'p50'):8.2f}{middle(workers, 'p99'):8.2f}{middle(workers, 'fewest'):20.0f}"
        )
    for workers in [each for each in runs if each != first]:
        ratios = sorted(a.both / b.both for a, b in zip(runs[workers], runs[first], strict=True))
        print(
            f"{workers} workers to {first}: {middle(workers, 'both') / middle(first, 'both'):.2f} "
            f"(round by round {ratios[0]:.2f}-{ratios[-1]:.2f})"
        )


def main(words: Sequence[str]) -> None:
    """Measure and print."""
    seconds = float(words[0]) if words else 4.0
    rounds = int(words[1]) if len(words) > 1 else 5
    several = [int(word) for word in words[2:]] or [1, 2]
    (CACHE / "bench").mkdir(parents=True, exist_ok=True)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that no server is left behind
    ours, theirs = cores()
    # Not the temporary folder of the system: that one may be in memory, and a commit has to reach a disk.
    with tempfile.TemporaryDirectory(dir=CACHE / "bench", prefix="run-") as folder, ExitStack() as running:
        running.callback(processes.stop_all)
        served = [start(workers, Path(folder), ours, running) for workers in several]
        runs: dict[int, list[Run]] = {one.workers: [] for one in served}
        for number in range(rounds):
            for one in served:
                run = one.run(seconds, theirs)
                runs[one.workers].append(run)
                say(f"round {number + 1}  {one.workers} workers  CPU {run.both:.0f} us")
    _table(runs)


if __name__ == "__main__":
    main(sys.argv[1:])
