"""What is installed to test against is what its makers published: pinned, with a hash, from any registry."""

from __future__ import annotations

import json
import re
import sys

import pytest

from tests.clients import packages
from tests.clients.packages import JAVASCRIPT, PYTHON, NotInstalled


def test_every_javascript_package_is_pinned_with_its_hash() -> None:
    """package.json names exact versions; the lock file has an integrity hash for each and names no registry."""
    asked, locked = (json.loads(file.read_text()) for file in JAVASCRIPT)
    assert [version for version in asked["dependencies"].values() if not re.fullmatch(r"\d+\.\d+\.\d+", version)] == []
    installed = {name: each for name, each in locked["packages"].items() if name}
    assert {f"node_modules/{name}" for name in asked["dependencies"]} <= installed.keys()
    assert [name for name, each in installed.items() if not each["integrity"].startswith("sha512-")] == []
    assert [name for name, each in installed.items() if "resolved" in each] == []


def test_every_python_client_is_pinned_with_its_hash() -> None:
    """Each line of the requirements is a version and a SHA-256."""
    lines = [line for line in PYTHON[0].read_text().splitlines() if not line.startswith("#")]
    assert len(lines) == 3
    assert [line for line in lines if not re.fullmatch(r"[\w-]+==[\d.]+ --hash=sha256:[0-9a-f]{64}", line)] == []


def test_an_installation_that_fails_says_why_and_what_helps() -> None:
    """The test that needs it fails with the installer's words and our advice."""
    with pytest.raises(NotInstalled, match=r"npm and PyPI.*the registry is away"):
        packages._run(sys.executable, "-c", "import sys; sys.exit('the registry is away')")


def test_an_installation_that_does_not_end_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    """There is a bound to waiting."""
    monkeypatch.setattr(packages, "PATIENCE", 0.5)
    with pytest.raises(NotInstalled, match=r"did not end within 0\.5 s"):
        packages._run(sys.executable, "-c", "import time; time.sleep(60)")
