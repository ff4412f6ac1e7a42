"""The registry of mistakes: each changes a story, and knows by construction what the answer must be."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.doctor.generated.story import Story

Change = Callable[[Story], None]


@dataclass(frozen=True)
class Mistake:
    """One way in which a fault happens. `first` are the names that the first finding may have."""

    name: str
    change: Change
    first: tuple[str, ...]
    certainty: str
    topic: str  # of the server's words
    vendors: tuple[str, ...]
    verdicts: tuple[str, ...]


MISTAKES: list[Mistake] = []


def way(
    *first: str,
    certainty: str = "proven",
    topic: str = "",
    vendors: tuple[str, ...] = (),
    verdicts: tuple[str, ...] = ("fault",),
) -> Callable[[Change], Change]:
    """Register a way in which the first named fault happens."""

    def register(change: Change) -> Change:
        MISTAKES.append(Mistake(f"{first[0]}/{change.__name__}", change, first, certainty, topic, vendors, verdicts))
        return change

    return register
