"""How long `proofkey serve` takes until its first request is answered, and what it holds while it is idle."""

from __future__ import annotations

import contextlib
import http.client
import subprocess
import sys
import time
from pathlib import Path
from statistics import median
from typing import Any

from bench.logins import processes
from bench.logins.rounds import cores

TURNS = 11
_PATIENCE = 30  # seconds
_SETTLED = 1.0  # seconds after the first answer
_WITH_BYTE_CODE = {"PYTHONDONTWRITEBYTECODE": ""}  # as an installation has it: the first start writes what is stale


def measure_starts(folder: Path, turns: int = TURNS) -> dict[str, Any]:
    """Start it so often on one database, in turn with `python -c pass`; seconds, and octets of the idle process."""
    folder.mkdir(parents=True)
    core, _ = cores()
    _start_once(folder, core)  # makes database and keys, and writes byte code
    empty, first, idle = [], [], []
    for _ in range(turns):
        began = time.perf_counter()
        command = [sys.executable, "-c", "pass"]
        processes.start(command, folder / "log", core=core, folder=folder, environment=_WITH_BYTE_CODE).wait()
        empty.append(time.perf_counter() - began)
        took, held = _start_once(folder, core)
        first.append(took)
        idle.append(held)
    multiples = [took / base for took, base in zip(first, empty, strict=True)]
    return {
        "python_pass": median(empty),
        "first_answer": median(first),
        "multiple": median(multiples),
        "multiple_low": min(multiples),
        "multiple_high": max(multiples),
        "idle_memory": median(idle),
    }


def _start_once(folder: Path, core: int | None) -> tuple[float, int]:
    port = processes.free_port()
    database = f"sqlite:///{folder / 'proofkey.db'}"
    command = [sys.executable, "-m", "proofkey", "serve", "--port", str(port), "--database", database]
    began = time.perf_counter()
    process = processes.start(command, folder / "log", core=core, folder=folder, environment=_WITH_BYTE_CODE)
    try:
        _wait_for_an_answer(process, port, began + _PATIENCE)
        took = time.perf_counter() - began
        time.sleep(_SETTLED)
        return took, processes.memory(processes.family([process.pid]))
    finally:
        processes.stop(process)


def _wait_for_an_answer(process: subprocess.Popen[bytes], port: int, until: float) -> None:
    while time.perf_counter() < until and process.poll() is None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        with contextlib.closing(connection), contextlib.suppress(OSError, http.client.HTTPException):
            connection.request("GET", "/healthz")
            if connection.getresponse().status == 200:
                return
        time.sleep(0.002)
    raise processes.DidNotStart("proofkey serve did not answer")
