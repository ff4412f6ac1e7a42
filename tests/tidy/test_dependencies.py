"""What is imported is asked for in pyproject.toml, so that a fresh machine has it too."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from scripts.setup import requirements
from tests.tidy.tree import ROOT, below, name_of, parsed

PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
OURS = {"proofkey", "scripts", "tests", "bench"}
# Programs that run in an environment of their own, which these files describe: tests/clients/packages.py.
CLIENTS = ROOT / "tests" / "clients" / "python"
# Packages of the compared servers whose distribution has another name; it is not installed where the tests run.
NAMED_OTHERWISE = {"oauth2_provider": "django-oauth-toolkit"}
CLIENT_REQUIREMENTS = ("requirements.txt", "dependencies.txt")


def normal(name: str) -> str:
    """Write a distribution's name as indexes do (PEP 503), without extras, versions and markers."""
    return re.sub(r"[-_.]+", "-", re.split(r"[\s\[<>=!~;]", name, maxsplit=1)[0]).lower()


def asked_for(*groups: str) -> set[str]:
    """Name the distributions of the package, its extras, and these dependency groups."""
    project = PYPROJECT["project"]
    named = list(project["dependencies"])
    named += [each for extra in project["optional-dependencies"].values() for each in extra]
    named += [each for group in groups for each in requirements(PYPROJECT["dependency-groups"], group)]
    return {normal(each) for each in named}


def third_party(path: Path) -> Iterator[str]:
    """Give the top-level names that a file imports from outside."""
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names = [node.module]
        else:
            continue
        yield from {name.split(".")[0] for name in names} - set(sys.stdlib_module_names) - OURS


def is_harness(path: Path) -> bool:
    """Tell whether a file runs a server that the benchmark compares, in an environment that its folder describes."""
    return (path.parent / "requirements.txt").exists() and path.name not in ("peer.py", "__init__.py")


@pytest.mark.parametrize(
    ("folder", "groups"), [("src", ()), ("scripts", ("dev",)), ("tests", ("dev",)), ("bench", ("dev", "bench"))]
)
def test_every_import_is_asked_for(folder: str, groups: tuple[str, ...]) -> None:
    """Each package that a file imports belongs to a distribution that pyproject.toml names."""
    distributions = packages_distributions()
    asked = asked_for(*groups)
    forgotten = {
        f"{name_of(path)}: {package}"
        for path in below(folder)
        if not path.is_relative_to(CLIENTS) and not is_harness(path)
        for package in third_party(path)
        if not asked & {normal(each) for each in distributions.get(package, [package])}
    }
    assert sorted(forgotten) == []


def test_every_import_of_a_client_program_is_asked_for() -> None:
    """What the programs around third-party clients import is a neighbour or stands in their requirement files."""
    lines = [line for name in CLIENT_REQUIREMENTS for line in (CLIENTS / name).read_text().splitlines()]
    asked = {normal(line) for line in lines if line and not line.startswith("#")}
    programs = below("tests/clients/python")
    neighbours = {program.stem for program in programs}
    imported = {package for program in programs for package in third_party(program)} - neighbours
    assert {package for package in imported if normal(package) not in asked} == set()


def test_every_import_of_a_harness_is_asked_for() -> None:
    """What the harness of a compared server imports stands in the requirements beside it, or is a neighbour."""
    missing = set()
    for path in filter(is_harness, below("bench")):
        asked = {normal(line) for line in (path.parent / "requirements.txt").read_text().splitlines() if line}
        known = asked | {each.stem for each in path.parent.glob("*.py")}
        imported = {NAMED_OTHERWISE.get(each, each) for each in third_party(path)}
        missing |= {(name_of(path), each) for each in imported if normal(each) not in known}
    assert missing == set()
