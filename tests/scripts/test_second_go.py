"""A browser that was held up gets a second go, once, and is named; no other failure does."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from scripts import second_go

# Passes from the second time on.
UNSTEADY = """
import pathlib
def test_of_a_browser():
    seen = pathlib.Path(__file__).with_suffix(".seen")
    first = not seen.exists()
    seen.touch()
    assert not first
"""
BROKEN = "def test_broken(): assert False\n"
BROWSER = "# from playwright.sync_api import Page\n"


def run(folder: Path, **files: str) -> int:
    """Run these test files as the tests of a checkout are run."""
    tests = folder / "tests"
    tests.mkdir()
    for name, text in files.items():
        (tests / f"test_{name}.py").write_text(text)

    def run_one(command: list[str]) -> int:
        alone = os.environ | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}  # loading them all takes most of a run
        return subprocess.run(command, cwd=folder, env=alone, capture_output=True).returncode

    (folder / "pytest.ini").write_text("[pytest]\n")
    pytest = [sys.executable, "-m", "pytest", "-n", "0", "-p", "xdist"]
    return second_go.run(pytest, [], folder / "cache", run_one, folder)


def test_a_test_that_passes_by_itself_passes_and_is_named(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Somebody is to mend it."""
    assert run(tmp_path, unsteady=BROWSER + UNSTEADY, sound="def test_sound(): pass\n") == 0
    assert "UNSTEADY, passed only by themselves: tests/test_unsteady.py::test_of_a_browser" in capfd.readouterr().out


@pytest.mark.parametrize(
    "files",
    [
        {"broken": BROWSER + BROKEN},
        {"unsteady": UNSTEADY},
        {"unsteady": BROWSER + UNSTEADY, "broken": BROKEN},
        {f"unsteady_{n}": BROWSER + UNSTEADY for n in range(second_go.MOST + 1)},
        {"unreadable": BROWSER + "import nothing_of_this_name\n"},
    ],
    ids=["fails again", "no browser", "another fails too", "many", "cannot be read"],
)
def test_any_other_failure_counts(tmp_path: Path, files: dict[str, str], capfd: pytest.CaptureFixture[str]) -> None:
    """A second go hides nothing that is broken."""
    assert run(tmp_path, **files) != 0
    assert "UNSTEADY" not in capfd.readouterr().out
