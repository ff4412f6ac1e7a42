"""Objects with named members that change: what `dataclass` does, without what it loads.

`dataclasses` brings `inspect` and `ast` with it, which takes as long as reading and judging a small capture.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, dataclass_transform

T = TypeVar("T")


class _Fresh:
    """The default of a member that every object gets for itself."""

    def __init__(self, make: Callable[[], object]) -> None:
        self.make = make


def fresh(default_factory: Callable[[], T]) -> T:
    """Give every object a list or dictionary of its own: `found: list[str] = fresh(default_factory=list)`."""
    made: Any = _Fresh(default_factory)
    return made  # type: ignore[no-any-return]


@dataclass_transform(eq_default=False, field_specifiers=(fresh,))
def record(cls: type[T]) -> type[T]:
    """Let a class be made from its annotated members, in their order or by name."""
    names = tuple(cls.__annotations__)
    given = {name: vars(cls)[name] for name in names if name in vars(cls)}
    shared = {name: default for name, default in given.items() if not isinstance(default, _Fresh)}
    own = [(name, default.make) for name, default in given.items() if isinstance(default, _Fresh)]

    def make(self: Any, *values: object, **named: object) -> None:
        members = vars(self)
        members.update(shared)
        for name, maker in own:
            members[name] = maker()
        members.update(zip(names, values, strict=False))
        members.update(named)
        if len(members) != len(names) or len(values) > len(names):
            raise TypeError(f"{cls.__name__} is made from {', '.join(names)}")

    cls.__init__ = make  # type: ignore[method-assign]
    return cls
