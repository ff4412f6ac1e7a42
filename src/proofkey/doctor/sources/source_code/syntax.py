"""A small syntax that JavaScript and Python share, as far as the reading of login code needs it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Literal:
    """A string, number, boolean or null."""

    value: str | float | bool | None
    line: int


@dataclass(frozen=True, slots=True)
class Template:
    """Text with expressions in it: a template literal, an f-string."""

    parts: tuple[Expression, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Regex:
    """A regular expression literal."""

    pattern: str
    flags: str
    line: int


@dataclass(frozen=True, slots=True)
class Name:
    """A variable."""

    name: str
    line: int


@dataclass(frozen=True, slots=True)
class Member:
    """`object.name`."""

    object: Expression
    name: str
    line: int


@dataclass(frozen=True, slots=True)
class Index:
    """`object[index]`; `last` is set for a slice `object[index:last]`."""

    object: Expression
    index: Expression | None
    line: int
    last: Expression | None = None
    is_slice: bool = False


@dataclass(frozen=True, slots=True)
class Call:
    """A call, or with `new` a construction; keyword arguments are Python's."""

    function: Expression
    arguments: tuple[Expression, ...]
    line: int
    keywords: tuple[tuple[str, Expression], ...] = ()
    new: bool = False


@dataclass(frozen=True, slots=True)
class Object:
    """An object or dict; a name of None stands for a spread of something else."""

    entries: tuple[tuple[str | None, Expression], ...]
    line: int


@dataclass(frozen=True, slots=True)
class Array:
    """A list, tuple or array literal."""

    items: tuple[Expression, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Spread:
    """`...value` or `*value`."""

    value: Expression
    line: int


@dataclass(frozen=True, slots=True)
class Await:
    """`await value`."""

    value: Expression
    line: int


@dataclass(frozen=True, slots=True)
class Binary:
    """An operation on two values."""

    operator: str
    left: Expression
    right: Expression
    line: int


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several values: a conditional expression, `a || b`."""

    options: tuple[Expression, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Function:
    """A function of any kind; `patterns` are the parameters."""

    name: str
    parameters: tuple[Pattern, ...]
    body: tuple[Statement, ...]
    line: int
    is_async: bool = False


@dataclass(frozen=True, slots=True)
class Comprehension:
    """`element for variable in source`; a generator, list comprehension or the like."""

    element: Expression
    variable: Pattern
    source: Expression
    line: int


@dataclass(frozen=True, slots=True)
class Opaque:
    """Something that says nothing here; its parts are still looked at."""

    parts: tuple[Expression, ...]
    line: int


Expression: TypeAlias = (
    Literal | Template | Regex | Name | Member | Index | Call | Object | Array | Spread | Await | Binary | Choice
    | Function | Comprehension | Opaque
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ObjectPattern:
    """`{ a, b: c }` on the left of an assignment: property and variable."""

    names: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ArrayPattern:
    """`[a, b]` or `a, b` on the left of an assignment."""

    names: tuple[str, ...]


Pattern: TypeAlias = "str | ObjectPattern | ArrayPattern"


@dataclass(frozen=True, slots=True)
class Assign:
    """An assignment or declaration; `operator` is "=" or "+=". A target that is no pattern is a member or index."""

    target: Pattern | Expression
    value: Expression
    line: int
    operator: str = "="


@dataclass(frozen=True, slots=True)
class Evaluate:
    """An expression for its effects."""

    value: Expression
    line: int


@dataclass(frozen=True, slots=True)
class Return:
    """A return with its value."""

    value: Expression
    line: int


@dataclass(frozen=True, slots=True)
class Loop:
    """A loop; `times` is the bound of a counting loop, `source` what is gone through, `by_name` only its names."""

    variable: Pattern
    source: Expression | None
    times: Expression | None
    body: tuple[Statement, ...]
    line: int
    by_name: bool = False


@dataclass(frozen=True, slots=True)
class Branch:
    """A condition and what is done under it; every branch is looked at."""

    condition: Expression | None
    body: tuple[Statement, ...]
    line: int


Statement: TypeAlias = Assign | Evaluate | Return | Loop | Branch
