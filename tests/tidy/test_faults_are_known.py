"""Every fault that the sources name is in the catalogue: `proofkey explain` can answer for each."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from proofkey.doctor import catalogue
from tests.tidy.tree import below, name_of, parsed

FILES = below("src")


def positions() -> dict[str, int]:
    """Tell for each function and class of ours with a parameter `fault` where it stands among the arguments.

    A name that two definitions share, with the parameter in different places, is left out.
    """
    found: dict[str, set[int | None]] = {}
    for path in FILES:
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                names = [argument.arg for argument in node.args.args if argument.arg not in ("self", "cls")]
            elif isinstance(node, ast.ClassDef):
                names = [
                    each.target.id
                    for each in node.body
                    if isinstance(each, ast.AnnAssign) and isinstance(each.target, ast.Name)
                ]
            else:
                continue
            found.setdefault(node.name, set()).add(names.index("fault") if "fault" in names else None)
    sure = {name: places.pop() for name, places in found.items() if len(places) == 1}
    return {name: place for name, place in sure.items() if place is not None}


def texts(node: ast.AST | None) -> Iterator[str]:
    """Give the string constants that an expression can have as its value, or that a mapping can give."""
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.IfExp(body=yes, orelse=no):
            yield from texts(yes)
            yield from texts(no)
        case ast.Dict(values=values):
            for value in values:
                yield from texts(value)
        case ast.BoolOp(values=values) | ast.Tuple(elts=values) | ast.List(elts=values) | ast.Set(elts=values):
            for value in values:
                yield from texts(value)


def named_faults(tree: ast.Module, places: dict[str, int]) -> Iterator[str]:
    """Give the faults that a module names: as `fault=`, in that argument's place, in `*fault*` names and functions."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name), args=args, keywords=keywords):
                for keyword in keywords:
                    if keyword.arg == "fault":
                        yield from texts(keyword.value)
                if name in places and len(args) > places[name]:
                    yield from texts(args[places[name]])
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if "fault" in name.lower().split("_"):
                yield from texts(value)
            case ast.AnnAssign(target=ast.Name(id=name), value=value) if "fault" in name.lower().split("_"):
                yield from texts(value)
            case ast.FunctionDef(name=name) if name.split("_")[0] == "fault":
                for each in ast.walk(node):
                    if isinstance(each, ast.Return):
                        yield from (text for text in texts(each.value) if " " not in text)  # the others are sentences
            case ast.FunctionDef(returns=ast.expr() as returns) if "Complaint" in ast.unparse(returns):
                for each in ast.walk(node):
                    if isinstance(each, ast.Return) and isinstance(each.value, ast.Tuple):
                        yield from texts(each.value.elts[-1])


def test_the_search_finds_names_of_faults() -> None:
    """The walk over the sources sees the ways in which a fault is named."""
    source = """
class Refused:
    error: str
    fault: str
A_FAULT = {"x": "in-a-mapping"}
def fault_of(x): return "returned" if x else None
def judge(x) -> Complaint | None: return "invalid_request", "words", "complained"
Refused("e", "in-its-place"); raise Misuse("words", fault="as-keyword")
"""
    seen = set(named_faults(ast.parse(source), {"Refused": 1}))
    assert seen == {"in-a-mapping", "returned", "complained", "in-its-place", "as-keyword"}


def test_every_named_fault_is_in_the_catalogue() -> None:
    """A fault that core, client or server can give has a page."""
    known = set(catalogue.slugs())
    places = positions()
    unknown = {
        f"{name_of(path)}: {fault}"
        for path in FILES
        for fault in named_faults(parsed(path), places)
        if fault not in known
    }
    assert sorted(unknown) == []
