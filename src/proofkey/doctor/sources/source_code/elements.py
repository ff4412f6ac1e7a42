"""What one turn of a loop sees of a value, and how many turns there are."""

from __future__ import annotations

from proofkey.doctor.sources.source_code.values import (
    Callback,
    Element,
    Items,
    Known,
    Octets,
    Repeated,
    Unknown,
    Value,
    Weak,
    awaited,
)


def element_of(value: Value) -> Value:
    """Give what a loop over a value sees."""
    match awaited(value):
        case Octets() as octets:
            return Element(octets)
        case Repeated(element, _):
            return element
        case Items(items) if items:
            return items[0]
        case Callback() as callback:
            return callback
        case _:
            return Unknown("")


def times_of(value: Value) -> int | None:
    """Give how often a loop over a value runs, where the code says it."""
    match value:
        case Octets(size=size, width=width) if size is not None:
            return size // width
        case Repeated(times=times):
            return times
        case _:
            return None


def number_of(value: Value | None) -> int | None:
    return int(value.value) if isinstance(value, Known) and isinstance(value.value, float) else None


def is_text(value: Value) -> bool:
    return not isinstance(value, (Unknown, Octets, Items, Element, Weak)) and not (
        isinstance(value, Known) and not isinstance(value.value, str)
    )
