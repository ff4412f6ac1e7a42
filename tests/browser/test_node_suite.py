"""The JavaScript tests of the browser module, under Node's own test runner."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent
SUITES = sorted(FOLDER.glob("*.test.js"))


@pytest.mark.parametrize("suite", SUITES, ids=lambda path: path.name)
def test_javascript(node: Path, suite: Path) -> None:
    """Every test of the file passes; the runner's own report is shown where one does not."""
    run = subprocess.run(
        [node, "--test", "--test-reporter=spec", suite], capture_output=True, text=True, timeout=100, cwd=FOLDER
    )
    assert run.returncode == 0, run.stdout + run.stderr
    assert "ℹ tests 0" not in run.stdout
