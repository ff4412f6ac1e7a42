"""The variables that code sees, from the innermost function outwards."""

from __future__ import annotations

from typing import TypeAlias

from proofkey.doctor.sources.source_code.values import Closure, Value

Scope: TypeAlias = dict[str, Value]
PARENT = "\0parent"  # the entry that leads to the scope around; no name of a variable


def owner_of(name: str, scope: Scope) -> Scope | None:
    """Give the scope that has a variable, the nearest one; None where none has it."""
    owner: Scope | None = scope
    while owner is not None:
        if name in owner:
            return owner
        parent = owner.get(PARENT)
        owner = parent.scope if isinstance(parent, Closure) else None
    return None
