"""docs/conformance.md has no gaps: each requirement has a test or a reason, and each test names a known one."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts import conformance_page
from scripts.conformance_page import TITLES, read_evidence, read_requirements


def test_each_requirement_has_a_test_or_a_reason_and_not_both() -> None:
    """A reason that a test has overtaken goes away too."""
    shown = {each.id for each in read_evidence()}
    assert [each.id for each in read_requirements() if (each.id in shown) == (each.reason is not None)] == []


def test_each_test_names_a_requirement_of_the_list() -> None:
    """A mistyped id shows nothing."""
    known = {each.id for each in read_requirements()}
    assert [each for each in read_evidence() if each.id not in known] == []


def test_the_list_is_whole() -> None:
    """Every line of the checklist is there, in one of the page's sections."""
    last = {"S": 24, "T": 18, "R": 7, "D": 5, "U": 3, "I": 1, "V": 2, "P": 5, "L": 5, "B": 18, "N": 10, "F": 8, "A": 98}
    wanted = [f"{letter}{number:02}" for letter, count in last.items() for number in range(1, count + 1)]
    known = [each.id for each in read_requirements()]
    assert sorted(known) == sorted(wanted)
    assert {each[0] for each in known} == set(TITLES)


def test_a_comment_in_javascript_belongs_to_a_test(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that lost its test is told, instead of showing nothing in silence."""
    monkeypatch.setattr(conformance_page, "ROOT", tmp_path)
    script = tmp_path / "tests" / "a.test.js"
    script.parent.mkdir()
    script.write_text("// shows: B04, B05\ntest('the state', () => {});\n  // shows: B06\n  test(`no ${what}`, f);\n")
    assert [(each.id, each.test) for each in read_evidence()] == [
        ("B04", "the state"),
        ("B05", "the state"),
        ("B06", "no …"),
    ]
    script.write_text("// shows: B04\n\ntest('the state', () => {});\n")
    with pytest.raises(ValueError, match="no test follows"):
        read_evidence()
