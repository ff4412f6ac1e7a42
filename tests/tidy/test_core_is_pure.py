"""The core gets time and entropy as arguments: it reads no clock, draws no randomness and touches nothing outside."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.tidy.tree import below, name_of, parsed

IMPURE_MODULES = {
    "asyncio", "ctypes", "http.client", "http.server", "logging", "multiprocessing", "random", "secrets", "select",
    "shutil", "signal", "socket", "socketserver", "sqlite3", "ssl", "subprocess", "tempfile", "threading", "time",
    "urllib.request", "uuid", "webbrowser", "os", "io", "pathlib",
}  # fmt: skip
IMPURE_CALLS = {"open", "print", "input", "exec", "eval", "__import__"}
IMPURE_METHODS = {("datetime", "now"), ("datetime", "utcnow"), ("datetime", "today"), ("date", "today")}

CORE = below("src/proofkey/core")


def imported(tree: ast.Module) -> Iterator[str]:
    """Give the full names of what a module imports, inside functions too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def test_there_is_a_core() -> None:
    """The other tests of this file look at something."""
    assert len(CORE) > 5


@pytest.mark.parametrize("path", CORE, ids=name_of)
def test_core_imports_the_pure_part_of_the_standard_library_only(path: Path) -> None:
    """Nothing imported reads a clock, draws randomness, does I/O or comes from elsewhere."""
    foreign = [
        name
        for name in imported(parsed(path))
        if name in IMPURE_MODULES
        or name.split(".")[0] in IMPURE_MODULES
        or not (name.startswith("proofkey.core") or name.split(".")[0] in sys.stdlib_module_names)
    ]
    assert foreign == []


@pytest.mark.parametrize("path", CORE, ids=name_of)
def test_core_calls_nothing_that_differs_from_run_to_run(path: Path) -> None:
    """No `datetime.now()`, no `open()`, no `print()`."""
    impure = []
    for node in ast.walk(parsed(path)):
        match node:
            case ast.Call(func=ast.Name(id=name)) if name in IMPURE_CALLS:
                impure.append(name)
            case ast.Attribute(value=ast.Name(id=owner) | ast.Attribute(attr=owner), attr=name):
                if (owner, name) in IMPURE_METHODS:
                    impure.append(f"{owner}.{name}")
    assert impure == []
