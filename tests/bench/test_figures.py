"""Medians, spreads and ratios of the benchmark, and the tables made of them."""

from __future__ import annotations

from typing import Any

import pytest

from bench.logins.bars import BARS
from bench.logins.figures import Spread, ratios, spread
from bench.logins.page import write_page
from bench.logins.printed import tables


def test_a_spread_is_the_median_with_both_ends() -> None:
    """The middle of three, or the mean of the middle two."""
    assert spread([3, 1, 2]) == Spread(2, 1, 3)
    assert spread([4, 1, 2, 3]) == Spread(2.5, 1, 4)


def test_ratios_are_taken_round_by_round() -> None:
    """A round in which everything was slow changes no ratio."""
    assert ratios([100, 10, 100], [50, 5, 50]) == Spread(2, 2, 2)


def test_what_was_not_measured_has_no_ratio() -> None:
    """Nothing, a missing round, or a round without a login is an error, not a number."""
    with pytest.raises(ValueError, match="nothing was measured"):
        spread([])
    with pytest.raises(ValueError, match="shorter"):
        ratios([1, 2], [1])
    with pytest.raises(ValueError, match="no ratio"):
        ratios([1, 2], [1, 0])


def run(peer: str, number: int, rate: float) -> dict[str, Any]:
    """Make a run of a result file."""
    latencies = {"count": 10, "p50": 1000.0, "p90": 2000.0, "p99": 2500.0, "max": 3000.0}
    return {
        "peer": peer, "round": number, "connections": 64, "per_second": rate, "login": latencies,
        "authorize": latencies, "token": latencies, "processor": 1 / rate, "cores": 1.0, "memory": 30_000_000,
        "idle": 0.8, "used": 2, "replays_refused": 2, "failures": {"state": 1} if peer == "glewlwyd" else {},
    }  # fmt: skip


def result() -> dict[str, Any]:
    """Make a result file of two servers and one that could not be measured."""
    about = {"what": "a server", "durable": "nothing", "variant": False}
    return {
        "machine": {"processor": "2 cores", "memory": "8 GB", "system": "Linux", "interpreter": "CPython"},
        "schedule": {"rounds": 2, "seconds": 1.0, "warm_up": 1.0, "grants": 1_000_000},
        "world": {"users": 1000, "clients": 100, "visits": 3000},
        "peers": {"proofkey": about, "glewlwyd": about, "authlib-flask": about},
        "starting": None,
        "runs": [run("proofkey", n, 1000) for n in (0, 1)] + [run("glewlwyd", n, 20 + 5 * n) for n in (0, 1)],
        "missing": {"authlib-flask": "pip failed"},
    }


def test_the_tables_begin_with_ratios_and_drop_nothing() -> None:
    """Our rate divided by theirs stands before any rate; what was not measured is named with its reason."""
    text = tables(result())
    assert "| glewlwyd | **45** (40 to 50) | 22 (20 to 25) |" in text
    assert "| glewlwyd, as packaged | **45** (40 to 50) | at least 40 | yes |" in text
    assert "| p99 of a login divided by its p50 | **2.50** (2.50 to 2.50) | at most 3 | yes |" in text
    assert "- authlib-flask: pip failed" in text
    assert "state 2" in text
    assert "| Authlib on Flask, as packaged | not measured in this run | at least 50 | |" in text


def test_the_page_tells_the_machine_and_no_place() -> None:
    """The page is made of the result file alone."""
    page = write_page(result())
    assert "Machine: 2 cores, 8 GB, Linux." in page
    assert "2 rounds of 1 s" in page
    assert "1,000 people use 100 clients, 3,000 pairs" in page


def test_every_promise_has_one_limit() -> None:
    """A promise is a floor or a ceiling."""
    assert [bar.words for bar in BARS if (bar.least is None) == (bar.most is None)] == []
