"""The arrows of ARCHITECTURE.md hold: the import contracts in pyproject.toml are kept."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.tidy.tree import ROOT


def test_the_import_contracts_are_kept() -> None:
    """import-linter finds no import that a contract forbids."""
    lint = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"]
    run = subprocess.run(lint, cwd=ROOT, env=os.environ | {"PYTHONPATH": "src"}, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout + run.stderr
