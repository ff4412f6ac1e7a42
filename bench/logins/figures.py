"""Medians with their spread, and ratios of two servers round by round."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True, slots=True)
class Spread:
    """The middle of several measurements, the lowest and the highest."""

    middle: float
    low: float
    high: float


def spread(values: Sequence[float]) -> Spread:
    """Give the median with its spread. Raises ValueError where there is nothing."""
    if not values:
        raise ValueError("nothing was measured")
    return Spread(median(values), min(values), max(values))


def ratios(ours: Sequence[float], theirs: Sequence[float]) -> Spread:
    """Divide round by round: what disturbs the machine for a round then disturbs both.

    Raises ValueError where a round is missing on one side, or nothing was counted on the other.
    """
    if any(each <= 0 for each in theirs):
        raise ValueError("a round without a single login has no ratio")
    return spread([mine / other for mine, other in zip(ours, theirs, strict=True)])
