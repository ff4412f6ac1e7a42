"""The FastAPI example's own tests pass: each failure is produced and handled."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from proofkey.server.development.failures import FAILURES

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


def test_the_fastapi_examples_own_tests() -> None:
    """As its author runs them."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:schemathesis"]
    ended = subprocess.run(
        command, cwd=EXAMPLES / "fastapi_app", env=environment, capture_output=True, text=True, timeout=110
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr


def test_both_examples_have_every_failure() -> None:
    """What the table of failures has is produced in each; CORS is a matter of browsers."""
    for tests, without in (("fastapi_app/test_app.py", {"drop-cors"}), ("vite_app/tests/login.test.js", set())):
        named = set(re.findall(r"['\"]([a-z-]+)['\"]", (EXAMPLES / tests).read_text()))
        assert set(FAILURES) - named == without, tests
