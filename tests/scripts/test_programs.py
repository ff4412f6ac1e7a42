"""A program is found when it ran, and otherwise there is a reason."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from scripts.programs import ROOT, first_that_runs, not_older, numbers, probe_node, probe_postgres


def write(path: Path, answer: str, code: int = 0) -> Path:
    """Write a program that prints one line."""
    path.write_text(f"#!/bin/sh\necho '{answer}'\nexit {code}\n")
    path.chmod(0o755)
    return path


def test_the_first_that_runs_is_taken(tmp_path: Path) -> None:
    """One that is there and does not run is passed over."""
    broken = write(tmp_path / "broken", "", 1)
    works = write(tmp_path / "works", "v22.1.0")
    found = first_that_runs("node", iter([tmp_path / "absent", broken, works]), probe_node)
    assert (found.path, found.version) == (works, "v22.1.0")


def test_a_program_that_is_missing_says_why(tmp_path: Path) -> None:
    """The reason names the candidate and what it lacks."""
    old = write(tmp_path / "old", "v12.0.0")
    found = first_that_runs("node", iter([old]), probe_node)
    assert found.path is None
    assert "v12.0.0 is older than 20" in str(found)
    assert "none on this machine" in str(first_that_runs("node", iter([]), probe_node))


def test_another_program_named_pg_ctl_is_no_postgresql(tmp_path: Path) -> None:
    """The name alone proves nothing."""
    for name in ("initdb", "pg_ctl", "postgres"):
        write(tmp_path / name, "something else 16")
    with pytest.raises(ValueError, match="initdb is not PostgreSQL's"):
        probe_postgres(tmp_path)


def test_versions_compare_as_numbers() -> None:
    """16 is newer than 9."""
    assert sorted([Path("/x/16/bin"), Path("/x/9/bin")], key=numbers)[-1] == Path("/x/16/bin")
    assert not_older("postgres (PostgreSQL) 16.2", 14) == "postgres (PostgreSQL) 16.2"


@pytest.mark.parametrize("name", ["CHROMIUM", "FIREFOX", "NODE", "POSTGRES"])
def test_a_program_that_is_named_outright_reaches_the_tests(name: str) -> None:
    """Of the developer's own variables the tests' settings take all others away."""
    variable = f"PROOFKEY_{name}"
    shown = f"import os, tests.conftest; print(os.environ.get({variable!r}), os.environ.get('PROOFKEY_ISSUER'))"
    own = os.environ | {variable: "/named", "PROOFKEY_ISSUER": "https://login.example"}
    ended = subprocess.run([sys.executable, "-c", shown], cwd=ROOT, env=own, capture_output=True, text=True, check=True)
    assert ended.stdout.split() == ["/named", "None"]
