"""Operators: what comes out of two values, or of several."""

from __future__ import annotations

from typing import TYPE_CHECKING

from proofkey.doctor.sources.source_code.elements import is_text
from proofkey.doctor.sources.source_code.texts import added
from proofkey.doctor.sources.source_code.values import (
    Element,
    Known,
    Library,
    RandomCharacter,
    Unknown,
    Value,
    Weak,
    root_of,
)

if TYPE_CHECKING:
    from proofkey.doctor.sources.source_code.following import Follower


def operation(follower: Follower, operator: str, left: Value, right: Value) -> Value:
    """Say what an operation on two values makes."""
    if operator in ("==", "===", "!=", "!==", "in"):
        follower.trace.compared.append((left, right))
        return Unknown("")
    if operator == "+":
        return added(
            follower.text_of(left) if is_text(right) else left, follower.text_of(right) if is_text(left) else right
        )
    for side in (left, right):
        if isinstance(side, (Weak, RandomCharacter)) or (isinstance(side, Element) and root_of(side) is not None):
            return side  # an index drawn at random: `b % 66`, `Math.random() * n`
    return Unknown("")


def likeliest(options: list[Value]) -> Value:
    """Of several values that may come out, give the first that says something."""
    for option in options:
        if not isinstance(option, (Unknown, Library)) and option != Known(None) and option != Known(""):
            return option
    return options[0] if options else Unknown("")
