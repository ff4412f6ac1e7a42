"""The shape of one step of the grammar.

A step turns one value into the next: verifier into hash input, digest into text, and so on. Its `phrase` says what it
does to the thing before it, which stands at `{}`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, NamedTuple, TypeVar

A = TypeVar("A")
B = TypeVar("B")


class Step(NamedTuple, Generic[A, B]):
    """One named step; `apply` gives None or raises ValueError where the step cannot be taken with a value."""

    name: str
    phrase: str
    apply: Callable[[A], B | None]

    def take(self, value: A) -> B | None:
        """Take the step, or give None where it cannot be taken."""
        try:
            return self.apply(value)
        except ValueError:
            return None
