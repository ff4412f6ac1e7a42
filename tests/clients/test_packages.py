"""What is installed to test against is what its makers published: pinned, with a hash, from any registry."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import pytest

from tests.clients import packages
from tests.clients.packages import JAVASCRIPT, PYTHON, NotInstalled

SERVERS = Path(__file__).parent / "servers"


@pytest.mark.parametrize("folder", [JAVASCRIPT[0].parent, SERVERS / "oidc-provider"], ids=lambda each: each.name)
def test_every_javascript_package_is_pinned_with_its_hash(folder: Path) -> None:
    """package.json names exact versions; the lock file has an integrity hash for each and names no registry."""
    asked, locked = (json.loads((folder / file.name).read_text()) for file in JAVASCRIPT)
    assert [version for version in asked["dependencies"].values() if not re.fullmatch(r"\d+\.\d+\.\d+", version)] == []
    installed = {name: each for name, each in locked["packages"].items() if name}
    assert {f"node_modules/{name}" for name in asked["dependencies"]} <= installed.keys()
    assert [name for name, each in installed.items() if not each["integrity"].startswith("sha512-")] == []
    assert [name for name, each in installed.items() if "resolved" in each] == []


@pytest.mark.parametrize(("folder", "number"), [(PYTHON[0].parent, 3), (SERVERS / "authlib", 2)])
def test_every_python_package_is_pinned_with_its_hash(folder: Path, number: int) -> None:
    """Each line of the requirements is a version and a SHA-256."""
    lines = [line for line in (folder / "requirements.txt").read_text().splitlines() if not line.startswith("#")]
    assert len(lines) == number
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
