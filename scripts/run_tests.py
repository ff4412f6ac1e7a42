"""Runs the tests: says which programs they will use, then pytest on every processor, with an end in sight.

Usage: python -m scripts.run_tests [--clients] [pytest's own arguments]
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from scripts import second_go
from scripts.programs import CACHE, ROOT, Program
from scripts.provide_programs import provide_chromium, provide_firefox, provide_node, provide_postgres

TEST_LIMIT = 20 * 60  # seconds; a run takes a quarter of it, the rest is for slow machines
CLIENTS_LIMIT = 30 * 60
COMPILED = CACHE / "compiled"


def main(arguments: list[str]) -> int:
    """Run one of the two suites; pytest's exit code."""
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))  # so that pytest is ended too
    clients = "--clients" in arguments
    own = [each for each in arguments if each != "--clients"]
    if not os.access(Path.home(), os.W_OK):  # a Chromium does not start without
        os.environ["HOME"] = str(CACHE / "home")
        Path.home().mkdir(parents=True, exist_ok=True)
    programs = [provide_chromium(), provide_node(), provide_postgres(), *([provide_firefox()] if clients else [])]
    for program in programs:
        print(f"{program.name:<10} {program}", flush=True)
    kind = ["-m", "clients"] if clients else ["-m", "not clients"]
    pytest = [sys.executable, "-m", "pytest", "-n", str(processors()), *kind]
    limit, environment = CLIENTS_LIMIT if clients else TEST_LIMIT, compiling_once(environment_for(programs), COMPILED)
    # Two users may share a checkout, and one of them cannot write the other's cache: none is kept.
    with tempfile.TemporaryDirectory(prefix="proofkey-tests-") as cache:
        code = second_go.run(pytest, own, Path(cache), lambda command: run_within(limit, command, environment))
    shutil.rmtree(f"{COMPILED}{tempfile.gettempdir()}", ignore_errors=True)  # of modules that tests made for themselves
    for program in programs:
        if program.missing:
            print(f"NOT RUN: tests that need {program.name}, {program}", flush=True)
    return code


def processors() -> int:
    """Count the processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def environment_for(programs: list[Program]) -> dict[str, str]:
    """Tell the tests what was found: PROOFKEY_CHROMIUM, PROOFKEY_NODE and so on."""
    return dict(os.environ) | {f"PROOFKEY_{each.name.upper()}": str(each.path) for each in programs if each.path}


def compiling_once(environment: dict[str, str], folder: Path) -> dict[str, str]:
    """Let what may compile nothing beside the sources do it in a folder: hundreds of processes start from them."""
    if not environment.get("PYTHONDONTWRITEBYTECODE"):
        return environment
    return environment | {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(folder)}


def run_within(seconds: int, command: list[str], environment: dict[str, str]) -> int:
    """Run a command in its own process group and end all of it when the time is up."""
    started = time.monotonic()
    with subprocess.Popen(command, cwd=ROOT, env=environment, start_new_session=True) as running:
        try:
            return running.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            print(f"the tests did not end within {seconds // 60} minutes and were stopped", file=sys.stderr, flush=True)
            return 1
        finally:
            if running.poll() is None:
                os.killpg(running.pid, signal.SIGTERM)
                time.sleep(2)
                os.killpg(running.pid, signal.SIGKILL)
            print(f"{time.monotonic() - started:.0f} s", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
