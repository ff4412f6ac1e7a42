"""Writes docs/conformance.md: each requirement of tests/conformance/requirements/*.toml with the tests that show it.

The tests are read, not run: a test names an id in its name (`test_s07_...`), in `@pytest.mark.shows("S07")`, or, in
JavaScript, in a comment on the line before it (`// shows: B04, B05`). Part of `make docs` (scripts/generate_docs.py).
"""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from scripts.programs import ROOT

REQUIREMENTS = ROOT / "tests" / "conformance" / "requirements"
PAGE = ROOT / "docs" / "conformance.md"

TITLES = {
    "S": "Authorization endpoint",
    "T": "Token endpoint",
    "R": "Refresh",
    "D": "Metadata and keys",
    "U": "Userinfo",
    "I": "Introspection",
    "V": "Revocation",
    "P": "Pushed requests, DPoP, resource, registration",
    "L": "Logout",
    "B": "Browser client",
    "N": "Native client",
    "F": "Back end for front end",
    "A": "Attacks: what must not be possible",
}
OPENING = """# Conformance

What server, browser module, Python client and back end keep of the standards, and the attacks that they withstand: each
line has the tests that show it, or the reason why there is none. Written by `make docs` from
[requirements](../tests/conformance/requirements) and the tests; a line without either does not build.
"""
_ID_IN_NAME = re.compile(r"test_([a-z]\d\d)_")
_IN_JAVASCRIPT = re.compile(r"^ *// shows: ([A-Z0-9, ]+)(?:\n *test\((['`])(.+?)\2,)?", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Requirement:
    """One line; `reason` says why no test shows it, `note` what else is to be known."""

    id: str
    requirement: str
    source: str
    reason: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """A test, and an id that it shows."""

    id: str
    file: str  # from the top of the repository
    test: str


def read_requirements() -> list[Requirement]:
    """Read the lists. Raises TypeError for a member that it does not know."""
    return [
        Requirement(id=name, **members)
        for path in sorted(REQUIREMENTS.glob("*.toml"))
        for name, members in tomllib.loads(path.read_text(encoding="utf-8")).items()
    ]


def read_evidence() -> list[Evidence]:
    """Find every test that names an id."""
    tests = ROOT / "tests"
    found = [evidence for path in sorted(tests.rglob("test_*.py")) for evidence in _evidence_of(path)]
    scripts = [path for path in sorted(tests.rglob("*.test.js")) if "node_modules" not in path.parts]
    return found + [evidence for path in scripts for evidence in _evidence_in_javascript(path)]


def _evidence_of(path: Path) -> Iterator[Evidence]:
    file = path.relative_to(ROOT).as_posix()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
            named = _ID_IN_NAME.match(node.name)
            own = [named[1].upper()] if named and path.is_relative_to(REQUIREMENTS.parent) else []
            for requirement in dict.fromkeys([*own, *_marked(node)]):
                yield Evidence(requirement, file, node.name)


def _evidence_in_javascript(path: Path) -> Iterator[Evidence]:
    file = path.relative_to(ROOT).as_posix()
    for ids, _, title in _IN_JAVASCRIPT.findall(path.read_text(encoding="utf-8")):
        for requirement in ids.split(","):
            if not title:
                raise ValueError(f"{file}: no test follows the comment that it shows {ids}")
            yield Evidence(requirement.strip(), file, re.sub(r"\$\{\w+\}", "…", title))


def _marked(node: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[str]:
    for decorator in node.decorator_list:
        if isinstance(decorator, ast.Call) and ast.unparse(decorator.func) == "pytest.mark.shows":
            yield from (str(ast.literal_eval(argument)) for argument in decorator.args)


def write_conformance_page() -> str:
    """Give the page."""
    requirements, evidence = read_requirements(), read_evidence()
    shown = {each.id for each in evidence}
    tested = sum(each.id in shown for each in requirements)
    parts = [
        OPENING,
        f"{len(requirements)} lines: {tested} shown by tests, {len(requirements) - tested} with a reason.\n",
    ]
    for letter, title in TITLES.items():
        parts += [f"## {title}\n", "| | requirement | source | shown by |", "|---|---|---|---|"]
        parts += [_row(each, evidence) for each in requirements if each.id[0] == letter]
        parts.append("")
    return "\n".join(parts).rstrip() + "\n"


def _row(requirement: Requirement, evidence: list[Evidence]) -> str:
    tests = [f"[{each.test}](../{each.file})" for each in evidence if each.id == requirement.id]
    shown = "<br>".join(tests) or f"*no test:* {requirement.reason}"
    words = f"{requirement.requirement}. {requirement.note}" if requirement.note else requirement.requirement
    return f"| {requirement.id} | {words} | {requirement.source} | {shown} |"
