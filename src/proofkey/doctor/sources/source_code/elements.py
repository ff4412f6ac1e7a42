"""What one turn of a loop sees of a value, and how many turns there are."""

from __future__ import annotations

from proofkey.doctor.sources.source_code.values import (
    Callback,
    Element,
    Fields,
    Items,
    Known,
    Names,
    Octets,
    Repeated,
    Unknown,
    Value,
    Weak,
    awaited,
)

MAX_TURNS = 40  # of a loop over the members of an object, which are followed one by one


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


def names_of(value: Value) -> Names | None:
    """Give the names of an object whose members are all to be seen; None of any other value."""
    plain = awaited(value)
    if not isinstance(plain, Fields) or plain.kind != "object" or plain.open or len(plain.entries) > MAX_TURNS:
        return None
    return Names([Known(name) for name, _ in plain.entries], plain) if plain.entries else None


def turns_of(value: Value, *, by_name: bool) -> list[Value] | None:
    """Give what every turn of a loop over an object sees: its names, or pairs; None where one turn has to do."""
    plain = awaited(value)
    if isinstance(plain, Names):
        return list(plain.items)
    names = names_of(plain)
    if names is None:
        return None
    return list(names.items) if by_name else [Items([Known(name), each]) for name, each in names.of.entries]


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
