"""What members and calls give: of the code's own functions, of libraries, of what the code shows nothing of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from proofkey.doctor.sources.source_code import binding, effects
from proofkey.doctor.sources.source_code.literals import arguments_of
from proofkey.doctor.sources.source_code.operations import likeliest
from proofkey.doctor.sources.source_code.scope import PARENT, Scope
from proofkey.doctor.sources.source_code.syntax import Call, Member, Name
from proofkey.doctor.sources.source_code.values import (
    Closure,
    Fields,
    Known,
    Library,
    Pending,
    Unknown,
    Value,
    awaited,
)

if TYPE_CHECKING:
    from proofkey.doctor.sources.source_code.following import Follower

MAX_CALLS = 12  # nested calls of the code's own functions


def member_of(follower: Follower, value: Value, name: str, line: int) -> Value:
    """Say what `value.name` is."""
    found = follower.library.get_member(follower, value, name, line)
    if found is not None:
        return found
    match value:
        case Fields():
            member = value.get(name)
            if member is not None:
                return member
            return follower.functions.get(name) or Unknown(name) if value is follower.instance else Unknown(name)
        case Library(path):
            return Library(f"{path}{name}" if path.endswith(":") else f"{path}.{name}")
        case Unknown(text):
            return Unknown(f"{text}.{name}" if text else name)
        case Pending(inner):
            return follower.member(inner, name, line)
        case _:
            return Unknown(name)


def follow_call(follower: Follower, call: Call, scope: Scope) -> Value:
    """Follow a call: of a method, of one of the code's own functions, of a library."""
    owner: Value | None = None
    name = ""
    if isinstance(call.function, Member):
        owner, name = follower.value(call.function.object, scope), call.function.name
    arguments = arguments_of(follower, call, scope)
    keywords = {key: follower.value(value, scope) for key, value in call.keywords}
    called = name or (call.function.name if isinstance(call.function, Name) else "")
    effects.note_call(follower, called, arguments, call.line)
    if (kept := effects.kept_function(called, arguments)) is not None:
        return kept
    if owner is not None and not isinstance(owner, Library):
        found = follower.library.call_method(follower, owner, name, arguments, keywords, call)
        if found is not None:
            follower.trace.note_lookup(called, arguments)
            return found
    function = follower.member(owner, name, call.line) if owner is not None else follower.value(call.function, scope)
    if isinstance(function, Closure):
        return follower.invoke(function, arguments, keywords)
    follower.trace.note_lookup(called, arguments)
    if isinstance(function, Library):
        return _call_library(follower, function, owner, name, arguments, keywords, call)
    return Unknown(f"{name}()" if name else "")


def _call_library(
    follower: Follower,
    function: Library,
    owner: Value | None,
    name: str,
    arguments: list[Value],
    keywords: dict[str, Value],
    call: Call,
) -> Value:
    if function.path in ("require", "import") and arguments and isinstance(arguments[0], Known):
        return Library(f"{arguments[0].value}:")
    found = follower.library.call(follower, function.path, arguments, keywords, call)
    if found is not None:
        return found
    own = follower.functions.get(function.path.rpartition(".")[2].rpartition(":")[2])
    if own is not None:
        return follower.invoke(own, arguments, keywords)
    if isinstance(owner, Library):
        # Perhaps no module at all, but a variable that the code shows nothing of.
        found = follower.library.call_method(follower, Unknown(owner.path), name, arguments, keywords, call)
        if found is not None:
            return found
    return Unknown(function.path + "()")


def invoke(
    follower: Follower, closure: Closure, arguments: list[Value], keywords: dict[str, Value] | None = None
) -> Value:
    """Follow a call of one of the code's own functions."""
    function = closure.function
    closure.calls += 1
    if len(follower.active) >= MAX_CALLS or follower.active.count(function.name or "?") > 2:
        return Unknown(f"{function.name}()")
    scope: Scope = {PARENT: closure}
    for index, pattern in enumerate(function.parameters):
        if isinstance(pattern, str):
            given = (keywords or {}).get(pattern)
            scope[pattern] = given or (arguments[index] if index < len(arguments) else Unknown(pattern))
        else:
            value = arguments[index] if index < len(arguments) else Unknown("")
            binding.bind(follower, pattern, value, scope, function.line)
    follower.active.append(function.name or "?")
    try:
        follower.declare(function.body, scope)
        returned = follower.block(function.body, scope)
    finally:
        follower.active.pop()
    result = likeliest(returned) if returned else Known(None)
    if function.name:
        follower.name(function.name, result, function.line, "result")
    return Pending(awaited(result)) if function.is_async else result
