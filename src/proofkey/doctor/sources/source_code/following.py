"""Follow values through code without running it: assignments, calls of the code's own functions, returns.

Both branches of a condition are followed, a loop once; a step budget bounds the work whatever the code is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from proofkey.doctor.sources.source_code import javascript_library, python_library
from proofkey.doctor.sources.source_code.elements import element_of, times_of
from proofkey.doctor.sources.source_code.javascript_requests import note_query
from proofkey.doctor.sources.source_code.language import Language
from proofkey.doctor.sources.source_code.literals import arguments_of, fields_of_object, index_of, items_of_array
from proofkey.doctor.sources.source_code.operations import likeliest, operation
from proofkey.doctor.sources.source_code.program import Program
from proofkey.doctor.sources.source_code.syntax import (
    Array,
    ArrayPattern,
    Assign,
    Await,
    Binary,
    Branch,
    Call,
    Choice,
    Comprehension,
    Evaluate,
    Expression,
    Function,
    Index,
    Literal,
    Loop,
    Member,
    Name,
    Object,
    ObjectPattern,
    Opaque,
    Pattern,
    Regex,
    Return,
    Spread,
    Statement,
    Template,
)
from proofkey.doctor.sources.source_code.texts import added, joined
from proofkey.doctor.sources.source_code.trace import Named, Sink, Trace
from proofkey.doctor.sources.source_code.values import (
    Closure,
    Fields,
    Items,
    Known,
    Library,
    Pending,
    Repeated,
    Unknown,
    Value,
    Weak,
    awaited,
)

MAX_STEPS = 60_000
MAX_CALLS = 12  # nested calls of the code's own functions
TELLING = re.compile(r"challenge|verifier", re.IGNORECASE)
Scope = dict[str, Value]
_PARENT = "\0parent"


class OutOfSteps(Exception):
    """The code is larger than what is followed; what was found until then holds."""


class Follower:
    """Follows programs of one language that belong together."""

    def __init__(self, programs: Iterable[Program], language: str) -> None:
        self.programs = list(programs)
        self.library: Language = python_library if language == "python" else javascript_library
        self.is_python = language == "python"
        self.trace = Trace()
        self.imports = {name: path for program in self.programs for name, path in program.imports.items()}
        self.globals: Scope = {}
        self.instance = Fields("object", open=True)
        self.functions: dict[str, Closure] = {}
        self.closures: list[Closure] = []
        self.entry = 0
        self.steps = 0
        self.active: list[str] = []
        self.drawings = 0

    def run(self) -> Trace:
        """Follow the top level, then every function that nothing called."""
        try:
            for program in self.programs:
                self._declare(program.statements, self.globals)
            for program in self.programs:
                self.block(program.statements, self.globals)
            done = 0
            while done < len(self.closures):
                closure = self.closures[done]
                done += 1
                if closure.calls == 0:
                    self.entry += 1
                    self.invoke(closure, [])
        except (OutOfSteps, RecursionError):
            pass
        return self.trace

    def draw(self) -> int:
        """Number a new drawing of randomness, or a new digest."""
        self.drawings += 1
        self.trace.drawn_in[self.drawings] = self.entry
        return self.drawings

    # --- statements

    def _declare(self, statements: Iterable[Statement], scope: Scope) -> None:
        for statement in statements:
            if (
                isinstance(statement, Assign)
                and isinstance(statement.value, Function)
                and isinstance(statement.target, str)
            ):
                self._closure(statement.value, scope, statement.target)

    def _closure(self, function: Function, scope: Scope, name: str = "") -> Closure:
        known = scope.get(name) if name else None
        if isinstance(known, Closure) and known.function is function:
            return known
        closure = Closure(function, scope)
        self.closures.append(closure)
        if name:
            scope[name] = closure
            self.functions.setdefault(name, closure)
        return closure

    def block(self, statements: Iterable[Statement], scope: Scope) -> list[Value]:
        """Follow statements; give the values of the returns that were met."""
        returned: list[Value] = []
        for statement in statements:
            returned += self._statement(statement, scope)
        return returned

    def _statement(self, statement: Statement, scope: Scope) -> list[Value]:
        self._step()
        match statement:
            case Assign():
                self._assign(statement, scope)
            case Evaluate(value, _):
                self.value(value, scope)
            case Return(value, line):
                found = self.value(value, scope)
                self._name_members(found, line)
                return [found]
            case Branch(condition, body, _):
                if condition is not None:
                    self.value(condition, scope)
                self._declare(body, scope)
                return self.block(body, scope)
            case Loop():
                return self._loop(statement, scope)
        return []

    def _loop(self, loop: Loop, scope: Scope) -> list[Value]:
        source = self.value(loop.source, scope) if loop.source is not None else None
        bound = self.value(loop.times, scope) if loop.times is not None else None
        times = int(bound.value) if isinstance(bound, Known) and isinstance(bound.value, float) else None
        before = dict(scope)
        if source is not None:
            self._bind(loop.variable, element_of(source), scope, loop.line)
        returned = self.block(loop.body, scope)
        for name, value in list(scope.items()):
            if isinstance(value, Repeated) and before.get(name) is not value:
                # A text that grew character by character: `s += alphabet[...]` inside the loop.
                scope[name] = joined(Repeated(value.element, times), "", self)
        return returned

    def _assign(self, statement: Assign, scope: Scope) -> None:
        target = statement.target
        if isinstance(statement.value, Function) and isinstance(target, str):
            self._closure(statement.value, scope, target)
            return
        value = self.value(statement.value, scope)
        if statement.operator == "+=":
            old = self._lookup(target, statement.line, scope) if isinstance(target, str) else Unknown("")
            value = note_query(self, added(old, value), statement.line)
        if isinstance(target, (str, ObjectPattern, ArrayPattern)):
            self._bind(target, value, scope, statement.line)
        else:
            self._put(target, value, scope, statement.line)

    def _bind(self, target: Pattern, value: Value, scope: Scope, line: int) -> None:
        match target:
            case str():
                owner = scope
                while target not in owner and isinstance(parent := owner.get(_PARENT), Closure):
                    owner = parent.scope
                (owner if target in owner else scope)[target] = value
                self.name(target, value, line, "variable")
            case ObjectPattern(names):
                plain = awaited(value)
                for prop, variable in names:
                    scope[variable] = self.member(plain, prop, line)
            case ArrayPattern(names):
                items = value.items if isinstance(value, Items) else []
                for index, variable in enumerate(names):
                    scope[variable] = items[index] if index < len(items) else Unknown(variable)
                    self.name(variable, scope[variable], line, "variable")

    def _put(self, target: Expression, value: Value, scope: Scope, line: int) -> None:
        match target:
            case Member(holder, name, _):
                owner = self.value(holder, scope)
                self.library.put_member(self, owner, name, value, line)
                if isinstance(owner, Fields):
                    owner.put(name, value)
                self.name(name, value, line, "variable")
            case Index(holder, index, _) if index is not None:
                owner = self.value(holder, scope)
                key = self.value(index, scope)
                if isinstance(key, Known) and isinstance(key.value, str):
                    self.library.put_item(self, owner, key.value, value, line)
                    if isinstance(owner, Fields):
                        owner.put(key.value, value)
                        self.name(key.value, value, line, "parameter")
            case _:
                self.value(target, scope)

    # --- names that tell what a value is meant to be

    def name(self, name: str, value: Value, line: int, sink: Sink) -> None:
        """Note a value whose name speaks of a challenge or a verifier."""
        if (
            TELLING.search(name)
            and not isinstance(value, Closure)
            and (sink == "parameter" or not isinstance(value, Library))
        ):
            self.trace.named.append(Named(name, value, line, sink, self.entry))

    def _name_members(self, value: Value, line: int) -> None:
        plain = awaited(value)
        if isinstance(plain, Fields):
            for name, member in plain.entries:
                self.name(name, member, plain.line or line, "member")

    # --- expressions

    def value(self, expression: Expression, scope: Scope) -> Value:
        """Say what an expression is made of."""
        self._step()
        match expression:
            case Literal(value, _):
                return Known(value)
            case Name(name, line):
                return self._lookup(name, line, scope)
            case Template(parts, line):
                whole = joined(Items([self.text_of(self.value(part, scope)) for part in parts]), "", self)
                return note_query(self, whole, line)
            case Member(holder, name, line):
                return self.member(self.value(holder, scope), name, line)
            case Call():
                return self.call(expression, scope)
            case Await(value, _):
                return awaited(self.value(value, scope))
            case Object():
                return fields_of_object(self, expression, scope)
            case Array(items, _):
                return items_of_array(self, items, scope)
            case Index():
                return index_of(self, expression, scope)
            case Binary(operator, left, right, line):
                return note_query(
                    self, operation(self, operator, self.value(left, scope), self.value(right, scope)), line
                )
            case Choice(options, _):
                return likeliest([self.value(option, scope) for option in options])
            case Function():
                return self._closure(expression, scope, expression.name)
            case Comprehension(element, variable, source, line):
                inner: Scope = {_PARENT: Closure(_NOTHING, scope)}
                gone_through = self.value(source, scope)
                self._bind(variable, element_of(gone_through), inner, line)
                return Repeated(self.value(element, inner), times_of(gone_through))
            case Spread(value, _):
                return self.value(value, scope)
            case Opaque(parts, _):
                found = [self.value(part, scope) for part in parts]
                return next((part for part in found if isinstance(part, Weak)), Unknown(""))
            case Regex():
                return Unknown("")

    def text_of(self, value: Value) -> Value:
        """Turn a value into text the way the language does where a text is wanted."""
        return self.library.text_of(value)

    def _lookup(self, name: str, line: int, scope: Scope) -> Value:
        owner: Scope | None = scope
        while owner is not None:
            if name in owner:
                return owner[name]
            parent = owner.get(_PARENT)
            owner = parent.scope if isinstance(parent, Closure) else None
        if name in ("this", "self") and (not self.is_python or name == "self"):
            return self.instance
        if name in self.globals:
            return self.globals[name]
        if name in self.imports:
            module, member = self.imports[name]
            return Library(f"{module}:{member}" if member not in ("*", "default") else f"{module}:")
        return self.functions.get(name) or Library(name)

    # --- members and calls

    def member(self, value: Value, name: str, line: int) -> Value:
        """Say what `value.name` is."""
        found = self.library.get_member(self, value, name, line)
        if found is not None:
            return found
        match value:
            case Fields():
                member = value.get(name)
                if member is not None:
                    return member
                return self.functions.get(name) or Unknown(name) if value is self.instance else Unknown(name)
            case Library(path):
                return Library(f"{path}{name}" if path.endswith(":") else f"{path}.{name}")
            case Unknown(text):
                return Unknown(f"{text}.{name}" if text else name)
            case Pending(inner):
                return self.member(inner, name, line)
            case _:
                return Unknown(name)

    def call(self, call: Call, scope: Scope) -> Value:
        """Follow a call."""
        owner: Value | None = None
        name = ""
        if isinstance(call.function, Member):
            owner, name = self.value(call.function.object, scope), call.function.name
        arguments = arguments_of(self, call, scope)
        keywords = {key: self.value(value, scope) for key, value in call.keywords}
        called = name or (call.function.name if isinstance(call.function, Name) else "")
        if owner is not None and not isinstance(owner, Library):
            found = self.library.call_method(self, owner, name, arguments, keywords, call)
            if found is not None:
                self.trace.note_lookup(called, arguments)
                return found
        function = self.member(owner, name, call.line) if owner is not None else self.value(call.function, scope)
        if isinstance(function, Closure):
            return self.invoke(function, arguments, keywords)
        self.trace.note_lookup(called, arguments)
        if isinstance(function, Library):
            if function.path in ("require", "import") and arguments and isinstance(arguments[0], Known):
                return Library(f"{arguments[0].value}:")
            found = self.library.call(self, function.path, arguments, keywords, call)
            if found is not None:
                return found
            own = self.functions.get(function.path.rpartition(".")[2].rpartition(":")[2])
            if own is not None:
                return self.invoke(own, arguments, keywords)
            if isinstance(owner, Library):
                # Perhaps no module at all, but a variable that the code shows nothing of.
                found = self.library.call_method(self, Unknown(owner.path), name, arguments, keywords, call)
                if found is not None:
                    return found
            return Unknown(function.path + "()")
        return Unknown(f"{name}()" if name else "")

    def invoke(self, closure: Closure, arguments: list[Value], keywords: dict[str, Value] | None = None) -> Value:
        """Follow a call of one of the code's own functions."""
        function = closure.function
        closure.calls += 1
        if len(self.active) >= MAX_CALLS or self.active.count(function.name or "?") > 2:
            return Unknown(f"{function.name}()")
        scope: Scope = {_PARENT: closure}
        for index, pattern in enumerate(function.parameters):
            if isinstance(pattern, str):
                given = (keywords or {}).get(pattern)
                scope[pattern] = given or (arguments[index] if index < len(arguments) else Unknown(pattern))
            else:
                self._bind(pattern, arguments[index] if index < len(arguments) else Unknown(""), scope, function.line)
        self.active.append(function.name or "?")
        try:
            self._declare(function.body, scope)
            returned = self.block(function.body, scope)
        finally:
            self.active.pop()
        result = likeliest(returned) if returned else Known(None)
        if function.name:
            self.name(function.name, result, function.line, "result")
        return Pending(awaited(result)) if function.is_async else result

    def _step(self) -> None:
        self.steps += 1
        if self.steps > MAX_STEPS:
            raise OutOfSteps


_NOTHING = Function("", (), (), 0)
