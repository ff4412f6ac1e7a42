"""Broken copies of a fault: its module with one condition, comparison, number, certainty or result changed.

What a finding says is left alone; whether there is one, and how sure, is what a predicate decides.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from proofkey.doctor import catalogue
from proofkey.doctor.fault import Fault

_SWAPS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
}
_NEXT = {"PROVEN": "LIKELY", "LIKELY": "POSSIBLE", "POSSIBLE": "LIKELY"}
Change = Callable[[ast.AST], ast.AST]


class Mutant(NamedTuple):
    """One broken copy."""

    line: int
    what: str
    fault: Fault


def mutants_of(slug: str) -> Iterator[Mutant]:
    """Break a fault in every way that is known here, one at a time."""
    stage = catalogue.stages()[slug]
    path = Path(catalogue.FOLDER) / stage / f"{slug.replace('-', '_')}.py"
    tree = ast.parse(path.read_text(encoding="utf-8"))
    places = {id(node): place for place, node in enumerate(ast.walk(tree))}
    for function in tree.body:
        if isinstance(function, ast.FunctionDef) and ast.unparse(function.returns or ast.Constant(None)) != "str":
            for node, what, change in _changes(function):
                broken = _changed(tree, places[id(node)], change)
                module: dict[str, object] = {"__name__": f"mutant_of_{slug}"}
                exec(compile(broken, str(path), "exec"), module)  # noqa: S102 - our own source, one node changed
                fault = module["FAULT"]
                assert isinstance(fault, Fault)
                yield Mutant(getattr(node, "lineno", function.lineno), what, fault._replace(slug=slug, stage=stage))


def _changed(tree: ast.Module, place: int, change: Change) -> ast.Module:
    broken = copy.deepcopy(tree)
    target = list(ast.walk(broken))[place]

    class Replace(ast.NodeTransformer):
        def visit(self, node: ast.AST) -> ast.AST:
            return change(node) if node is target else self.generic_visit(node)

    Replace().visit(broken)
    return ast.fix_missing_locations(broken)


def _changes(node: ast.AST) -> Iterator[tuple[ast.AST, str, Change]]:
    """Give each place that can be broken, in words, and how."""
    if isinstance(node, ast.JoinedStr):
        return
    if isinstance(node, (ast.If, ast.IfExp, ast.While)):
        said = ast.unparse(node.test)
        yield node.test, f"{said} -> True", lambda _: ast.Constant(True)
        yield node.test, f"{said} -> False", lambda _: ast.Constant(False)
    elif isinstance(node, ast.comprehension):
        for test in node.ifs:
            yield test, f"if {ast.unparse(test)} -> True", lambda _: ast.Constant(True)
    elif isinstance(node, ast.BoolOp):
        for left_out in range(len(node.values)):
            yield node, f"without {ast.unparse(node.values[left_out])}", _without(left_out)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield node, f"without not: {ast.unparse(node)}", _operand
    elif isinstance(node, ast.Compare):
        for at, operator in enumerate(node.ops):
            if swap := _SWAPS.get(type(operator)):
                yield node, f"{ast.unparse(node)}: {swap.__name__}", _with_operator(at, swap)
    elif isinstance(node, ast.Return) and isinstance(node.value, ast.Call):
        yield node, f"return None for {ast.unparse(node.value.func)}(...)", lambda _: ast.Return(ast.Constant(None))
    elif isinstance(node, ast.Constant) and type(node.value) is int:
        yield node, f"{node.value} -> {node.value + 1}", _one_more
    elif isinstance(node, ast.Name) and node.id in _NEXT:
        yield node, f"{node.id} -> {_NEXT[node.id]}", _as_name(_NEXT[node.id])
    elif isinstance(node, ast.Name) and node.id in ("any", "all"):
        yield (
            node,
            f"{node.id} -> {'all' if node.id == 'any' else 'any'}",
            _as_name({"any": "all", "all": "any"}[node.id]),
        )
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("Finding", "Evidence"):
        children: list[ast.AST] = [*node.args[:1]] if node.func.id == "Finding" else []
    else:
        children = list(ast.iter_child_nodes(node))
    for child in children:
        yield from _changes(child)


def _without(left_out: int) -> Change:
    def change(node: ast.AST) -> ast.AST:
        assert isinstance(node, ast.BoolOp)
        kept = [value for at, value in enumerate(node.values) if at != left_out]
        return kept[0] if len(kept) == 1 else ast.BoolOp(node.op, kept)

    return change


def _with_operator(at: int, swap: type[ast.cmpop]) -> Change:
    def change(node: ast.AST) -> ast.AST:
        assert isinstance(node, ast.Compare)
        node.ops[at] = swap()
        return node

    return change


def _operand(node: ast.AST) -> ast.AST:
    assert isinstance(node, ast.UnaryOp)
    return node.operand


def _one_more(node: ast.AST) -> ast.AST:
    assert isinstance(node, ast.Constant)
    assert isinstance(node.value, int)
    return ast.Constant(node.value + 1)


def _as_name(name: str) -> Change:
    return lambda _: ast.Name(name, ast.Load())
