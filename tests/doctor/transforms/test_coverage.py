"""How much of an independent grammar the search explains, on a sample that is the same in every run."""

from __future__ import annotations

import random

import pytest

from proofkey.doctor.transforms import search
from tests.doctor.transforms.further_compositions import DAMAGES, PLAIN, TABLES, Steps, compose, draw_pair

VERIFIER = "xH0y7ZGb8E_bFscdX_3UwgLuYUCWoU435KyA_HugT6g"
ONE_STEP = [(*PLAIN[:place], name, *PLAIN[place + 1 :]) for place, table in enumerate(TABLES) for name in table]


@pytest.mark.parametrize("steps", ONE_STEP, ids=lambda steps: ", ".join(steps))
def test_every_single_step_is_explained(steps: Steps) -> None:
    """Whatever one step does, where it leaves enough of a digest to tell."""
    challenge = compose(VERIFIER, steps)
    found = search(VERIFIER, challenge)
    assert found is not None
    assert found.is_s256 == (challenge == compose(VERIFIER, PLAIN))


@pytest.mark.parametrize(("deviating", "least"), [(2, 0.98), (3, 0.92)])
def test_most_compositions_are_explained(deviating: int, least: float) -> None:
    """Two and three steps at once; what is left shows too little of a digest, or nothing that can be read back."""
    draw = random.Random(deviating)
    explained = sum(search(*draw_pair(draw, deviating)) is not None for _ in range(200))
    assert explained >= 200 * least


def test_no_damage_explains_an_unrelated_pair() -> None:
    """However a challenge of another login was damaged, it is not taken for this one's."""
    draw = random.Random(7636)
    for name, damage in DAMAGES.items():
        strange = compose("".join(draw.choices("abcdefghijklmnopqrstuvwxyz0123456789", k=43)), PLAIN)
        assert search(VERIFIER, damage(strange)) is None, name
