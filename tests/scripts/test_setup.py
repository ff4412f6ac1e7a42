"""The private environment: which groups are installed, when again, and by which Python."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from scripts import setup
from scripts.setup import requirements

ROOT = Path(__file__).resolve().parent.parent.parent


def test_a_group_may_include_another() -> None:
    """`include-group` is followed, as pip 25.1 does."""
    groups: dict[str, list[str | dict[str, str]]] = {
        "dev": ["pytest"],
        "clients": [{"include-group": "dev"}, "authlib"],
    }
    assert list(requirements(groups, "clients")) == ["pytest", "authlib"]
    assert list(requirements(groups, "absent")) == []


@pytest.fixture
def finished(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a checkout whose environment was set up for the tests, with this test's own interpreter."""
    monkeypatch.setattr(setup, "ROOT", tmp_path)
    monkeypatch.setattr(setup, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(setup, "PYTHON", Path(sys.executable))
    (tmp_path / ".venv").mkdir()
    (tmp_path / "pyproject.toml").write_text("[project]")
    setup.stamp("test").write_text(setup.fingerprint())
    return tmp_path


def test_what_is_set_up_for_the_demo_does_not_serve_the_tests(finished: Path) -> None:
    """The demo needs less."""
    setup.stamp("test").rename(setup.stamp("demo"))
    assert setup.is_ready("demo")
    assert not setup.is_ready("test")


def test_what_is_set_up_for_tests_serves_the_demo_too(finished: Path) -> None:
    """A purpose is ready when a larger one is."""
    assert setup.is_ready("test")
    assert setup.is_ready("demo")


def test_a_change_of_pyproject_installs_again(finished: Path) -> None:
    """The mark of an installation holds for one content of pyproject.toml."""
    (finished / "pyproject.toml").write_text("[project] # changed")
    assert not setup.is_ready("test")


def test_an_interpreter_that_does_not_start_is_not_ready(finished: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A mark is not enough where the interpreter behind it was removed."""
    monkeypatch.setattr(setup, "PYTHON", finished / "gone")
    assert not setup.is_ready("test")


def shim(folder: Path, name: str, body: str) -> None:
    """Write an executable."""
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(f"#!/bin/sh\n{body}\n")
    (folder / name).chmod(0o755)


def chosen_python(tmp_path: Path, **shims: str) -> str:
    """Run setup.sh with these on PATH before all others, and give the one that was handed the work."""
    for name, body in shims.items():
        shim(tmp_path / "bin", name.replace("_", "."), body)
    path = f"{tmp_path / 'bin'}:{os.environ['PATH']}"
    run = subprocess.run(["sh", "scripts/setup.sh"], cwd=ROOT, env={"PATH": path}, capture_output=True, text=True)
    return run.stdout.strip()


RUNS = 'case "$*" in *scripts.setup*) echo "$0" ;; esac; exit 0'
LACKS_ENSUREPIP = 'case "$*" in *scripts.setup*) echo "$0" ;; *ensurepip*) exit 1 ;; esac; exit 0'


def test_a_shim_that_does_not_run_is_passed_over(tmp_path: Path) -> None:
    """`python3` may be pyenv's shim for a version that is not installed."""
    assert chosen_python(tmp_path, python3="exit 127", python3_14="exit 127", python3_13=RUNS).endswith("python3.13")


def test_a_python_that_can_make_environments_goes_first(tmp_path: Path) -> None:
    """Debian's python3 without python3-venv gives way to one that is complete."""
    assert chosen_python(tmp_path, python3=LACKS_ENSUREPIP, python3_14=RUNS).endswith("python3.14")
