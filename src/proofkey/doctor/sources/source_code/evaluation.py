"""What an expression is made of: literals, variables, templates, members, operators, and what stands inside them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from proofkey.doctor.sources.source_code import binding
from proofkey.doctor.sources.source_code.elements import element_of, times_of
from proofkey.doctor.sources.source_code.forms import note_query
from proofkey.doctor.sources.source_code.literals import arguments_of, fields_of_object, index_of, items_of_array
from proofkey.doctor.sources.source_code.operations import likeliest, operation
from proofkey.doctor.sources.source_code.scope import PARENT, Scope, owner_of
from proofkey.doctor.sources.source_code.syntax import (
    Array,
    Await,
    Binary,
    Call,
    Choice,
    Comprehension,
    Expression,
    Function,
    Index,
    Literal,
    Member,
    Name,
    Object,
    Opaque,
    Regex,
    Spread,
    Template,
)
from proofkey.doctor.sources.source_code.texts import joined
from proofkey.doctor.sources.source_code.values import (
    Closure,
    Items,
    Known,
    Library,
    Repeated,
    Unknown,
    Value,
    Weak,
    awaited,
)

if TYPE_CHECKING:
    from proofkey.doctor.sources.source_code.following import Follower

__all__ = ["arguments_of", "look_up", "value_of"]

_NOTHING = Function("", (), (), 0)


def value_of(follower: Follower, expression: Expression, scope: Scope) -> Value:
    """Say what an expression is made of."""
    match expression:
        case Literal(value, _):
            return Known(value)
        case Name(name, _):
            return look_up(follower, name, scope)
        case Template(parts, line):
            whole = joined(Items([follower.text_of(follower.value(part, scope)) for part in parts]), "", follower)
            return note_query(follower, whole, line)
        case Member(holder, name, line):
            return follower.member(follower.value(holder, scope), name, line)
        case Call():
            return follower.call(expression, scope)
        case Await(value, _):
            return awaited(follower.value(value, scope))
        case Object():
            return fields_of_object(follower, expression, scope)
        case Array(items, _):
            return items_of_array(follower, items, scope)
        case Index():
            return index_of(follower, expression, scope)
        case Binary(operator, left, right, line):
            made = operation(follower, operator, follower.value(left, scope), follower.value(right, scope))
            return note_query(follower, made, line)
        case Choice(options, _):
            return likeliest([follower.value(option, scope) for option in options])
        case Function():
            return follower.closure(expression, scope, expression.name)
        case Comprehension():
            return _comprehension(follower, expression, scope)
        case Spread(value, _):
            return follower.value(value, scope)
        case Opaque(parts, _):
            found = [follower.value(part, scope) for part in parts]
            return next((part for part in found if isinstance(part, Weak)), Unknown(""))
        case Regex():
            return Unknown("")


def _comprehension(follower: Follower, expression: Comprehension, scope: Scope) -> Value:
    inner: Scope = {PARENT: Closure(_NOTHING, scope)}
    gone_through = follower.value(expression.source, scope)
    binding.bind(follower, expression.variable, element_of(gone_through), inner, expression.line)
    return Repeated(follower.value(expression.element, inner), times_of(gone_through))


def look_up(follower: Follower, name: str, scope: Scope) -> Value:
    """Say what a variable holds: of this code, of an import, else of the language."""
    owner = owner_of(name, scope)
    if owner is not None:
        return owner[name]
    if name in ("this", "self") and (not follower.is_python or name == "self"):
        return follower.instance
    if name in follower.globals:
        return follower.globals[name]
    if name in follower.imports:
        module, member = follower.imports[name]
        return Library(f"{module}:{member}" if member not in ("*", "default") else f"{module}:")
    return follower.functions.get(name) or Library(name)
