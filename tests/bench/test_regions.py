"""The simulation of several regions: which ways of deciding keep a code good for one use."""

from __future__ import annotations

import pytest

from bench.regions import Attempt, Login, Outcome, at_home, settle, simulate, where_it_arrives

SINGLE_USE = (
    "the issuing region, forwarded",
    "the issuing region, refused elsewhere",
    "... and refuses codes issued before",
)
DOUBLE_USE = ("the region asked, replicated later", "... region lost, its copy takes over")


@pytest.mark.parametrize("name", SINGLE_USE)
def test_one_deciding_region_answers_a_code_once(name: str) -> None:
    """Whatever the lag, no code is answered twice where one copy decides alone."""
    assert simulate(4_000, seed=7)[name].answered_twice == 0


@pytest.mark.parametrize("name", DOUBLE_USE)
def test_copies_that_lag_answer_some_codes_twice(name: str) -> None:
    """The same logins show the danger when a copy decides by what it has heard."""
    assert simulate(4_000, seed=7)[name].answered_twice > 0


def test_a_row_that_has_got_there_refuses_the_second_use() -> None:
    """The lag decides: with none, a later attempt in another region is refused even where each region decides."""
    outcome = Outcome()
    first, second = Attempt(0.0, "east", thief=False), Attempt(36.0, "west", thief=True)
    settle(Login("east", (first, second), {"west": 0.0, "east": 0.0}, 1e9), where_it_arrives, outcome)
    assert outcome.answered_twice == 0
    settle(Login("east", (first, second), {"west": 5.0, "east": 0.0}, 1e9), where_it_arrives, outcome)
    assert outcome.answered_twice == 1


def test_forwarding_costs_the_way_there_and_back() -> None:
    """A redemption in another region waits for the issuing one."""
    outcome = Outcome()
    settle(Login("east", (Attempt(0.0, "south", thief=False),), {}, 1e9), at_home, outcome)
    assert outcome.added == [120.0]
