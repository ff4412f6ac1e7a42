"""Values that are made at every login: frozen for the type checker, without the cost of frozen at run time.

`@dataclass(frozen=True)` sets each field by a call; a login makes about eighty fields, which was a twelfth of its time.
mypy refuses an assignment to a field all the same. They compare and hash by their fields. What a login makes of them
is given its fields in order: by name it takes more than twice as long.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeVar, dataclass_transform

T = TypeVar("T")


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def value(cls: type[T]) -> type[T]:
    """Make a class a value: fields in slots, nothing assigned after it was made."""
    return dataclass(slots=True, unsafe_hash=True)(cls)
