"""Files stay short, say what they decide, and are named for it."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from tests.tidy.tree import below, name_of, parsed

LIMIT = 400

# Longer files, each with its reason.
LONGER: dict[str, str] = {}

FORBIDDEN = re.compile(r"(^|_)(utils?|helpers?|common|managers?|base|misc)(_|$)")


def test_no_source_file_is_longer_than_the_limit() -> None:
    """A file holds one idea; one that needs more than 400 lines is named above with its reason."""
    long = {name_of(path): len(path.read_text(encoding="utf-8").splitlines()) for path in below("src")}
    assert {name: lines for name, lines in long.items() if lines > LIMIT and name not in LONGER} == {}


def test_no_exception_outlives_its_file() -> None:
    """An exception to the limit names a file that still is too long."""
    long = {name_of(path) for path in below("src") if len(path.read_text(encoding="utf-8").splitlines()) > LIMIT}
    assert set(LONGER) <= long


def test_every_module_says_what_it_decides() -> None:
    """The first statement of every module under src, scripts and tests is a docstring."""
    files = below("src") + below("scripts") + below("tests")
    assert [name_of(path) for path in files if not ast.get_docstring(parsed(path))] == []


def test_no_module_has_a_name_that_says_nothing() -> None:
    """Modules and packages are nouns of the domain: no utils, helpers, common, manager, base."""
    parts = {part for path in below("src") for part in path.relative_to(path.anchor).with_suffix("").parts}
    assert sorted(part for part in parts if FORBIDDEN.search(part)) == []


def test_every_test_says_what_it_shows() -> None:
    """Each test function has a docstring."""
    silent = [
        f"{name_of(path)}::{node.name}"
        for path in below("tests")
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.name.startswith("test_")
        and not ast.get_docstring(node)
    ]
    assert silent == []


def test_nothing_is_left_for_later() -> None:
    """No file carries a note that its work is not done."""
    notes = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
    here = name_of(Path(__file__))
    files = [path for path in below("src") + below("scripts") + below("tests") if name_of(path) != here]
    assert [name_of(path) for path in files if notes.search(path.read_text(encoding="utf-8"))] == []
