"""The JavaScript side of the control address, run by Node.js (`control.test.js`)."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent


@pytest.mark.timeout(110)
def test_the_javascript_suite(node: Path) -> None:
    """It starts a server of its own, fails by name, moves time, and leaves nothing behind."""
    environment = os.environ | {"COMMAND": json.dumps([sys.executable, "-m", "proofkey"])}
    command = [str(node), "--test", "--test-reporter=spec", str(HERE / "control.test.js")]
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=100)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "pass 7" in ended.stdout
