"""Objects, lists, indexes and arguments: values that are put together of others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from proofkey.doctor.sources.source_code.elements import number_of
from proofkey.doctor.sources.source_code.syntax import Call, Expression, Index, Object, Spread
from proofkey.doctor.sources.source_code.texts import indexed, sliced
from proofkey.doctor.sources.source_code.values import Fields, Items, Known, Octets, Value, awaited

if TYPE_CHECKING:
    from proofkey.doctor.sources.source_code.following import Follower


def fields_of_object(follower: Follower, expression: Object, scope: dict[str, Value]) -> Value:
    """Say what an object or dict is made of."""
    fields = Fields("object", line=expression.line)
    follower.trace.fields.append(fields)
    for name, member in expression.entries:
        value = follower.value(member, scope)
        if name is None:
            plain = awaited(value)
            if isinstance(plain, Fields):
                fields.entries += plain.entries
                fields.open |= plain.open
            else:
                fields.open = True
        else:
            fields.entries.append((name, value))
            follower.name(name, value, expression.line, "parameter" if "_" in name else "member")
    return fields


def items_of_array(follower: Follower, items: tuple[Expression, ...], scope: dict[str, Value]) -> Value:
    """Say what a list is made of; octets spread into a list stay octets."""
    if len(items) == 1 and isinstance(items[0], Spread):
        inner = follower.value(items[0].value, scope)
        if isinstance(inner, Octets):
            return Octets(inner.source, "array", inner.size, inner.width)
        return inner
    return Items([follower.value(item, scope) for item in items])


def index_of(follower: Follower, expression: Index, scope: dict[str, Value]) -> Value:
    """Say what `object[index]` or a slice is."""
    value = follower.value(expression.object, scope)
    first = follower.value(expression.index, scope) if expression.index is not None else None
    if expression.is_slice:
        last = follower.value(expression.last, scope) if expression.last is not None else None
        return sliced(value, number_of(first), number_of(last))
    if first is not None:
        follower.trace.looked_up.append(first)
    if isinstance(first, Known) and isinstance(first.value, str):
        found = follower.library.get_item(follower, value, first.value, expression.line)
        return found if found is not None else follower.member(value, first.value, expression.line)
    return indexed(value, first, follower)


def arguments_of(follower: Follower, call: Call, scope: dict[str, Value]) -> list[Value]:
    """Say what the arguments of a call are; a spread list counts as its items."""
    found: list[Value] = []
    for argument in call.arguments:
        value = follower.value(argument, scope)
        if isinstance(argument, Spread) and isinstance(value, Items):
            found += value.items
        else:
            found.append(value)
    return found
