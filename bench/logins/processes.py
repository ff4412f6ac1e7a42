"""Starts servers on a core of their own, and reads from /proc what they use."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

_started: list[subprocess.Popen[bytes]] = []
_TICKS = os.sysconf("SC_CLK_TCK")


class DidNotStart(Exception):
    """A server ended, or did not answer in time."""


@contextlib.contextmanager
def on_core(core: int | None) -> Iterator[None]:
    """Bind what is started within to one core: a child has the affinity of the thread that starts it."""
    before = os.sched_getaffinity(0)
    if core is not None:
        os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def start(
    command: list[str],
    log: Path,
    *,
    core: int | None,
    folder: Path,
    environment: Mapping[str, str] | None = None,
    identity: Mapping[str, Any] | None = None,
) -> subprocess.Popen[bytes]:
    """Start a program in a session of its own, bound to a core; what it says goes to the log.

    `identity`: `user`, `group` and `extra_groups` of Popen, where another user runs it.
    """

    with log.open("ab") as output, on_core(core):
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=folder,
            env=inherited(environment or {}),
            start_new_session=True,
            **(identity or {}),
        )
    _started.append(process)
    return process


def inherited(environment: Mapping[str, str]) -> dict[str, str]:
    """Give our environment with these in it, and without settings of proofkey's: servers run with their defaults."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith("PROOFKEY_")}
    return {**ours, **environment}


def stop(process: subprocess.Popen[bytes], patience: float = 10) -> None:
    """End a program and all of its session."""
    with contextlib.suppress(ProcessLookupError):
        process.terminate()
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(patience)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def stop_all() -> None:
    """End whatever was started here and still runs: a server that failed half-way leaves its database behind."""
    for process in reversed(_started):
        if process.poll() is None:
            stop(process)
    _started.clear()


def free_port() -> int:
    """Let the system choose a port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until_it_listens(process: subprocess.Popen[bytes], port: int, log: Path, patience: float = 120) -> None:
    """Wait for a server's socket. Raises DidNotStart with the end of its log."""
    until = time.monotonic() + patience
    while time.monotonic() < until:
        if process.poll() is not None:
            raise DidNotStart(f"it ended with {process.returncode}: {log.read_text(errors='replace')[-600:]}")
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.02)
    raise DidNotStart(f"nothing listens after {patience:g} s: {log.read_text(errors='replace')[-600:]}")


def family(roots: Iterable[int]) -> list[int]:
    """List processes and all their descendants."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                children.setdefault(_parent(entry), []).append(int(entry.name))
    found, waiting = [], list(roots)
    while waiting:
        found.append(waiting.pop())
        waiting += children.get(found[-1], [])
    return found


def _stat(process: Path) -> list[str]:
    return (process / "stat").read_text().rpartition(")")[2].split()  # the name before it may hold blanks


def _parent(process: Path) -> int:
    return int(_stat(process)[1])


def processor_seconds(processes: Iterable[int]) -> float:
    """Add up the processor time of processes and of children that they waited for."""
    ticks = 0
    for process in processes:
        with contextlib.suppress(OSError):
            ticks += sum(int(each) for each in _stat(Path(f"/proc/{process}"))[11:15])
    return ticks / _TICKS


def memory(processes: Iterable[int]) -> int:
    """Add up the memory of processes in octets, what they share divided among those who share it (PSS)."""
    kilobytes = 0
    for process in processes:
        with contextlib.suppress(OSError):
            for line in Path(f"/proc/{process}/smaps_rollup").read_text().splitlines():
                if line.startswith("Pss:"):
                    kilobytes += int(line.split()[1])
    return kilobytes * 1024
