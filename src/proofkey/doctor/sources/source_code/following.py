"""Follow values through code without running it: statements, the code's own functions, what nothing called.

Both branches of a condition are followed, and a loop once, or once for every member of an object that it goes through.
A step budget bounds the work whatever the code is.
"""

from __future__ import annotations

from collections.abc import Iterable

from proofkey.doctor.sources.source_code import binding, calling, evaluation
from proofkey.doctor.sources.source_code.elements import element_of, turns_of
from proofkey.doctor.sources.source_code.javascript import library as javascript
from proofkey.doctor.sources.source_code.language import Language
from proofkey.doctor.sources.source_code.program import Program
from proofkey.doctor.sources.source_code.python import library as python
from proofkey.doctor.sources.source_code.scope import Scope
from proofkey.doctor.sources.source_code.syntax import (
    Assign,
    Branch,
    Call,
    Evaluate,
    Expression,
    Function,
    Loop,
    Return,
    Statement,
)
from proofkey.doctor.sources.source_code.texts import joined
from proofkey.doctor.sources.source_code.trace import Effect, Named, Sink, Trace
from proofkey.doctor.sources.source_code.values import Closure, Fields, Items, Known, Library, Repeated, Unknown, Value

MAX_STEPS = 60_000


class OutOfSteps(Exception):
    """The code is larger than what is followed; what was found until then holds."""


class Follower:
    """Follows programs of one language that belong together."""

    def __init__(self, programs: Iterable[Program], language: str) -> None:
        self.programs = list(programs)
        self.library: Language = python if language == "python" else javascript
        self.is_python = language == "python"
        self.trace = Trace()
        self.imports = {name: path for program in self.programs for name, path in program.imports.items()}
        self.globals: Scope = {}
        self.instance = Fields("object", open=True)
        self.functions: dict[str, Closure] = {}
        self.closures: list[Closure] = []
        self.entry = 0
        self.effect: Effect | None = None  # the React effect that is being followed
        self.steps = 0
        self.active: list[str] = []
        self.drawings = 0

    def run(self) -> Trace:
        """Follow the top level, then every function that nothing called."""
        try:
            for program in self.programs:
                self.declare(program.statements, self.globals)
            for program in self.programs:
                self.block(program.statements, self.globals)
            done = 0
            while done < len(self.closures):
                closure = self.closures[done]
                done += 1
                if closure.calls == 0:
                    self.entry += 1
                    self.effect = closure.effect
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

    def declare(self, statements: Iterable[Statement], scope: Scope) -> None:
        """Make the functions of a block known before it is followed."""
        for statement in statements:
            if (
                isinstance(statement, Assign)
                and isinstance(statement.value, Function)
                and isinstance(statement.target, str)
            ):
                self.closure(statement.value, scope, statement.target)

    def closure(self, function: Function, scope: Scope, name: str = "") -> Closure:
        """Keep a function together with the scope in which it stands."""
        known = scope.get(name) if name else None
        if isinstance(known, Closure) and known.function is function:
            return known
        closure = Closure(function, scope, effect=self.effect)
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
        self.step()
        match statement:
            case Assign():
                binding.assign(self, statement, scope)
            case Evaluate(value, _):
                self.value(value, scope)
            case Return(value, line):
                found = self.value(value, scope)
                binding.name_members(self, found, line)
                return [found]
            case Branch(condition, body, _):
                if condition is not None:
                    self.value(condition, scope)
                self.declare(body, scope)
                return self.block(body, scope)
            case Loop():
                return self._loop(statement, scope)
        return []

    def _loop(self, loop: Loop, scope: Scope) -> list[Value]:
        source = self.value(loop.source, scope) if loop.source is not None else None
        by_name = loop.by_name or (self.is_python and isinstance(loop.variable, str))
        if source is not None and (turns := turns_of(source, by_name=by_name)) is not None:
            return self._turns(loop, turns, scope)
        bound = self.value(loop.times, scope) if loop.times is not None else None
        times = int(bound.value) if isinstance(bound, Known) and isinstance(bound.value, float) else None
        before = dict(scope)
        lengths = {name: len(value.items) for name, value in scope.items() if isinstance(value, Items)}
        if source is not None:
            binding.bind(self, loop.variable, element_of(source), scope, loop.line)
        returned = self.block(loop.body, scope)
        for name, value in list(scope.items()):
            if isinstance(value, Items) and len(value.items) > lengths.get(name, len(value.items)):
                # A list that grew in the loop: `out.push(alphabet[...])`; one round of it was followed.
                scope[name] = Unknown(name) if lengths[name] else Repeated(value.items[-1], times)
            if isinstance(value, Repeated) and before.get(name) is not value:
                # A text that grew character by character: `s += alphabet[...]` inside the loop.
                scope[name] = joined(Repeated(value.element, times), "", self)
        return returned

    def _turns(self, loop: Loop, turns: list[Value], scope: Scope) -> list[Value]:
        """Follow every turn of a loop over the members of an object: `for (const name in values) form.append(...)`."""
        returned: list[Value] = []
        for element in turns:
            binding.bind(self, loop.variable, element, scope, loop.line)
            returned += self.block(loop.body, scope)
        return returned

    # --- values

    def value(self, expression: Expression, scope: Scope) -> Value:
        """Say what an expression is made of."""
        self.step()
        return evaluation.value_of(self, expression, scope)

    def text_of(self, value: Value) -> Value:
        """Turn a value into text the way the language does where a text is wanted."""
        return self.library.text_of(value)

    def member(self, value: Value, name: str, line: int) -> Value:
        """Say what `value.name` is."""
        return calling.member_of(self, value, name, line)

    def call(self, call: Call, scope: Scope) -> Value:
        """Follow a call."""
        return calling.follow_call(self, call, scope)

    def invoke(self, closure: Closure, arguments: list[Value], keywords: dict[str, Value] | None = None) -> Value:
        """Follow a call of one of the code's own functions."""
        return calling.invoke(self, closure, arguments, keywords)

    def name(self, name: str, value: Value, line: int, sink: Sink) -> None:
        """Note a value whose name speaks of a challenge or a verifier."""
        if (
            binding.TELLING.search(name)
            and not isinstance(value, Closure)
            and (sink == "parameter" or not isinstance(value, Library))
        ):
            self.trace.named.append(Named(name, value, line, sink, self.entry))

    def step(self) -> None:
        """Count a step of the work; raises OutOfSteps where the budget is spent."""
        self.steps += 1
        if self.steps > MAX_STEPS:
            raise OutOfSteps
