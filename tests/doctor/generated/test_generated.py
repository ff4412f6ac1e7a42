"""Captures that nobody wrote by hand get the answer that is known from how they were made."""

from __future__ import annotations

import pytest

from tests.doctor.generated.build import cases, complaints
from tests.doctor.generated.mistakes import MISTAKES

SEEDS = [range(1), range(1, 2), range(2, 3), range(3, 4)]


@pytest.mark.parametrize("seeds", SEEDS, ids=lambda seeds: f"seed-{seeds.start}")
def test_every_mistake_is_named_and_no_healthy_login_is_accused(seeds: range) -> None:
    """Fault, certainty and verdict are right for any vendor and tool, and no secret is printed."""
    found = {case.name: complaints(case) for case in cases(seeds)}
    assert {name: wrong for name, wrong in found.items() if wrong} == {}


def test_the_mistakes_are_many() -> None:
    """Most faults of the catalogue are made in some way."""
    assert len({mistake.first[0] for mistake in MISTAKES}) >= 125
