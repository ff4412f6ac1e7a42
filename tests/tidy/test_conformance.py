"""docs/conformance.md has no gaps: each requirement has a test or a reason, and each test names a known one."""

from __future__ import annotations

from scripts.generate_conformance import TITLES, read_evidence, read_requirements


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
    last = {"S": 24, "T": 18, "R": 7, "D": 5, "U": 3, "I": 1, "V": 2, "P": 5, "L": 5}
    wanted = {f"{letter}{number:02}" for letter, count in last.items() for number in range(1, count + 1)}
    attacks = [*range(1, 30), *range(41, 67), *range(77, 95), 98]
    known = {each.id for each in read_requirements()}
    assert wanted | {f"A{number:02}" for number in attacks} <= known
    assert {each[0] for each in known} == set(TITLES)
