"""What assignments do: variables, patterns, members and items get values, and telling names are noted."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from proofkey.doctor.sources.source_code.evaluation import look_up
from proofkey.doctor.sources.source_code.forms import note_query
from proofkey.doctor.sources.source_code.scope import Scope, owner_of
from proofkey.doctor.sources.source_code.syntax import (
    ArrayPattern,
    Assign,
    Expression,
    Function,
    Index,
    Member,
    ObjectPattern,
    Pattern,
)
from proofkey.doctor.sources.source_code.texts import added
from proofkey.doctor.sources.source_code.values import Fields, Items, Known, Unknown, Value, awaited

if TYPE_CHECKING:
    from proofkey.doctor.sources.source_code.following import Follower

TELLING = re.compile(r"challenge|verifier", re.IGNORECASE)


def assign(follower: Follower, statement: Assign, scope: Scope) -> None:
    """Follow an assignment or a declaration."""
    target = statement.target
    if isinstance(statement.value, Function) and isinstance(target, str):
        follower.closure(statement.value, scope, target)
        return
    value = follower.value(statement.value, scope)
    if statement.operator == "+=":
        old = look_up(follower, target, scope) if isinstance(target, str) else Unknown("")
        value = note_query(follower, added(old, value), statement.line)
    if isinstance(target, (str, ObjectPattern, ArrayPattern)):
        bind(follower, target, value, scope, statement.line)
    else:
        _put(follower, target, value, scope, statement.line)


def bind(follower: Follower, target: Pattern, value: Value, scope: Scope, line: int) -> None:
    """Give a value to the variables of a pattern."""
    match target:
        case str():
            owner = owner_of(target, scope)
            (scope if owner is None else owner)[target] = value
            follower.name(target, value, line, "variable")
        case ObjectPattern(names):
            plain = awaited(value)
            for prop, variable in names:
                scope[variable] = follower.member(plain, prop, line)
        case ArrayPattern(names):
            items = value.items if isinstance(value, Items) else []
            for index, variable in enumerate(names):
                scope[variable] = items[index] if index < len(items) else Unknown(variable)
                follower.name(variable, scope[variable], line, "variable")


def _put(follower: Follower, target: Expression, value: Value, scope: Scope, line: int) -> None:
    match target:
        case Member(holder, name, _):
            owner = follower.value(holder, scope)
            follower.library.put_member(follower, owner, name, value, line)
            if isinstance(owner, Fields):
                owner.put(name, value)
            follower.name(name, value, line, "variable")
        case Index(holder, index, _) if index is not None:
            owner = follower.value(holder, scope)
            key = follower.value(index, scope)
            if isinstance(key, Known) and isinstance(key.value, str):
                follower.library.put_item(follower, owner, key.value, value, line)
                if isinstance(owner, Fields):
                    owner.put(key.value, value)
                    follower.name(key.value, value, line, "parameter")
        case _:
            follower.value(target, scope)


def name_members(follower: Follower, value: Value, line: int) -> None:
    """Note the members of what a function gives back under their names."""
    plain = awaited(value)
    if isinstance(plain, Fields):
        for name, member in plain.entries:
            follower.name(name, member, plain.line or line, "member")
