"""A run of the tests has an end, leaves nothing running, and tells the tests what was found."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from scripts.programs import Program
from scripts.run_tests import compiling_once, environment_for, processors, run_within

# Starts a child that would outlive it, writes the child's id, and waits.
PARENT = """
import os, sys, time
child = os.fork()
if child:
    open(sys.argv[1], "w").write(str(child))
time.sleep(600)
"""


def test_the_exit_code_is_handed_on() -> None:
    """pytest's own code decides."""
    assert run_within(30, [sys.executable, "-c", "raise SystemExit(5)"], dict(os.environ)) == 5


def test_a_run_that_does_not_end_is_ended_with_its_children(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """When the time is up, the whole process group goes, and the run counts as failed."""
    note = tmp_path / "child"
    assert run_within(8, [sys.executable, "-I", "-S", "-c", PARENT, str(note)], dict(os.environ)) == 1
    assert "were stopped" in capfd.readouterr().err
    assert ends_within(60, int(note.read_text()))


def ends_within(seconds: float, pid: int) -> bool:
    """Tell whether a process is gone, or dead and waiting to be collected."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        status = Path(f"/proc/{pid}/stat")
        if status.exists() and status.read_text().rpartition(")")[2].split()[0] == "Z":
            return True
        time.sleep(0.05)
    return False


def test_tests_learn_which_programs_there_are() -> None:
    """What was found is named; what was not leaves no empty name behind."""
    found = environment_for([Program("chromium", Path("/x/chromium"), "1"), Program("node", missing="none")])
    assert found["PROOFKEY_CHROMIUM"] == "/x/chromium"
    assert found.get("PROOFKEY_NODE") == os.environ.get("PROOFKEY_NODE")


@pytest.mark.parametrize("told", ["1", ""])
def test_what_is_compiled_lies_beside_no_source_where_that_is_unwanted(tmp_path: Path, told: str) -> None:
    """Python finds it again in the folder; where nothing forbids it, Python does as ever."""
    sources, compiled = tmp_path / "sources", tmp_path / "compiled"
    sources.mkdir()
    (sources / "module.py").touch()
    plain = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    environment = compiling_once(plain | {"PYTHONDONTWRITEBYTECODE": told}, compiled)
    subprocess.run([sys.executable, "-c", "import module"], cwd=sources, env=environment, check=True)
    assert (sources / "__pycache__").exists() == (not told)
    assert any(compiled.rglob("module.*.pyc")) == bool(told)


def test_there_is_a_processor() -> None:
    """`-n 0` would turn the workers off."""
    assert processors() >= 1
