"""Measures servers in turn, round after round (A B C A B C), so that what changes on the machine meets all of them."""

from __future__ import annotations

import dataclasses
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from itertools import product
from pathlib import Path

from bench.logins import processes
from bench.logins.generator import Load, drive
from bench.logins.peer import NotMeasured, Peer, Place, Target
from bench.logins.plan import write_plan
from bench.logins.world import World
from proofkey.core.errors import Misuse


@dataclass(frozen=True, slots=True)
class Schedule:
    """How long and how often."""

    rounds: int = 5
    seconds: float = 4
    warm_up: float = 1
    connections: tuple[int, ...] = (64,)
    samples: int = 200  # after the last round only: a replayed code may end the consent of that person and client
    grants: int = 1_000_000


@dataclass(frozen=True, slots=True)
class Run:
    """One server, measured once."""

    peer: str
    round: int
    connections: int
    per_second: float
    login: dict[str, float]  # p50, p90, p99, max in microseconds
    authorize: dict[str, float]
    token: dict[str, float]
    processor: float  # seconds of server and database while measured, a login
    cores: float  # of them kept busy
    memory: int  # octets
    idle: float  # of the generator
    used: int
    replays_refused: int
    failures: dict[str, int]


@dataclass(slots=True)
class Measured:
    """All runs, and those servers that could not be measured, with the reason."""

    runs: list[Run] = field(default_factory=list)
    missing: dict[str, str] = field(default_factory=dict)


def cores() -> tuple[int | None, int | None]:
    """Give the core of the servers and that of the generator; None where there is only one."""
    allowed = sorted(os.sched_getaffinity(0))
    return (allowed[0], allowed[1]) if len(allowed) > 1 else (None, None)


def measure(peers: Sequence[Peer], world: World, schedule: Schedule, folder: Path) -> Measured:
    """Start every server, then measure them in turn; they stay up and idle while others are measured."""
    measured = Measured()
    last = (schedule.rounds - 1, schedule.connections[-1])
    with ExitStack() as running:
        running.callback(processes.stop_all)
        targets = dict(_start(peers, world, schedule, folder, measured, running))
        turns = product(range(schedule.rounds), schedule.connections, targets.items())
        for number, connections, (name, target) in turns:
            if name in measured.missing:
                continue
            samples = schedule.samples if (number, connections) == last else 0
            load = _load(target, folder / name / "plan", connections, schedule, samples)
            try:
                run = _measure(name, target, load, number)
            except RuntimeError as failure:
                measured.missing[name] = f"it failed while it was measured: {failure}"[:1000]
                say(f"{name}: {measured.missing[name]}")
                continue
            measured.runs.append(run)
            say(_line(run))
    measured.runs = [run for run in measured.runs if run.peer not in measured.missing]
    return measured


def _start(
    peers: Sequence[Peer],
    world: World,
    schedule: Schedule,
    folder: Path,
    measured: Measured,
    running: ExitStack,
) -> Iterator[tuple[str, Target]]:
    core, _ = cores()
    for peer in peers:
        place = Place(folder / peer.name, world, core, schedule.grants)
        place.folder.mkdir(parents=True)
        try:
            peer.install()
            say(f"starting {peer.name}")
            target = peer.start(place)
        except (NotMeasured, processes.DidNotStart, OSError, RuntimeError, Misuse) as failure:
            measured.missing[peer.name] = str(failure)
            say(f"{peer.name} is not measured: {failure}")
            continue
        for process in reversed(target.processes):
            running.callback(processes.stop, process)
        write_plan(place.folder / "plan", target.logins)
        yield peer.name, target


def _load(target: Target, plan: Path, connections: int, schedule: Schedule, samples: int) -> Load:
    return Load(
        port=target.port,
        plan=plan,
        token_path=target.token_path,
        use_path=target.use_path,
        require=target.require,
        connections=connections,
        seconds=schedule.seconds,
        warm_up=schedule.warm_up,
        samples=samples,
        wrong_verifier=target.wrong_verifier,
        replay=target.replay,
    )


def _measure(name: str, target: Target, load: Load, number: int) -> Run:
    members = processes.family(process.pid for process in target.processes)
    used: dict[str, float] = {}
    _, core = cores()
    for patience in (1, 5):  # a slow server may end no login in a short time
        load = dataclasses.replace(load, seconds=load.seconds * patience)
        found = drive(load, core=core, at=lambda moment: used.update({moment: processes.processor_seconds(members)}))
        if found["logins"] or found["failures"]:
            break
    if not found["logins"]:
        raise RuntimeError(f"not one login was right: {found['failures']} {found['said']}")
    processor = used["end"] - used["begin"]
    return Run(
        peer=name,
        round=number,
        connections=load.connections,
        per_second=found["per_second"],
        login=found["login"],
        authorize=found["authorize"],
        token=found["token"],
        processor=processor / found["logins"],
        cores=processor / load.seconds,
        memory=processes.memory(members),
        idle=found["idle"],
        used=found["used"],
        replays_refused=found["replays_refused"],
        failures=found["failures"],
    )


def _line(run: Run) -> str:
    failures = f"  FAILURES {run.failures}" if run.failures else ""
    return (
        f"round {run.round + 1}  {run.peer:28} {run.connections:4} connections {run.per_second:9,.0f} logins/s"
        f"  p50 {run.login['p50'] / 1000:7.2f} ms  p99 {run.login['p99'] / 1000:7.2f} ms"
        f"  CPU {run.processor * 1e6:7.0f} us  generator idle {run.idle:4.0%}{failures}"
    )


def as_data(measured: Measured) -> dict[str, object]:
    """Give all of it as plain data."""
    return {"runs": [asdict(run) for run in measured.runs], "missing": measured.missing}


def say(line: str) -> None:
    """Tell on the way; the results go to standard output at the end."""
    print(line, file=sys.stderr, flush=True)
