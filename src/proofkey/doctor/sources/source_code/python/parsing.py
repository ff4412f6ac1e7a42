"""Bring Python into the shared syntax; what does not parse is passed over, the rest is kept."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from proofkey.doctor.sources.source_code.escapes import unescaped
from proofkey.doctor.sources.source_code.program import MAX_DEPTH, Program
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
    Opaque,
    Pattern,
    Return,
    Spread,
    Statement,
    Template,
)

if TYPE_CHECKING:
    from tree_sitter import Node, Parser

_PROMPT = re.compile(r"^(?:>>> |\.\.\. )", re.MULTILINE)
_BLOCKS = frozenset(
    ["block", "ERROR", "module", "elif_clause", "else_clause", "except_clause", "finally_clause", "except_group_clause",
     "case_clause"]
)  # fmt: skip


@lru_cache(maxsize=1)
def _parser() -> Parser:
    from tree_sitter import Language, Parser
    from tree_sitter_python import language

    return Parser(Language(language()))


def parse_python(code: str, first_line: int = 1) -> Program:
    """Read a piece of Python that begins in a line of a text."""
    root = _parser().parse(_PROMPT.sub("", code).encode("utf-8", "replace")).root_node
    reader = _Reader(first_line)
    return Program(tuple(reader.statements(root, 0)), reader.imports)


def _text(node: Node | None) -> str:
    return (node.text or b"").decode("utf-8", "replace") if node is not None else ""


class _Reader:
    def __init__(self, first_line: int) -> None:
        self.first_line = first_line
        self.imports: dict[str, tuple[str, str]] = {}

    def line(self, node: Node) -> int:
        """Give the line of the text in which a node begins."""
        return int(node.start_point[0]) + self.first_line

    # --- statements

    def statements(self, node: Node, depth: int) -> list[Statement]:
        return [s for child in node.named_children for s in self.statement(child, depth + 1)]

    def statement(self, node: Node, depth: int) -> list[Statement]:
        if depth > MAX_DEPTH:
            return []
        line = self.line(node)
        match node.type:
            case "expression_statement":
                return [s for child in node.named_children for s in self._effect(child, depth)]
            case "return_statement":
                return [Return(self._first(node, depth), line)] if node.named_children else []
            case "function_definition":
                function = self._function(node, depth)
                return [Assign(function.name, function, line)]
            case "decorated_definition":
                definition = node.child_by_field_name("definition")
                return self.statement(definition, depth + 1) if definition is not None else []
            case "class_definition":
                body = node.child_by_field_name("body")
                return self.statements(body, depth) if body is not None else []
            case "if_statement" | "elif_clause":
                return self._if(node, depth)
            case "for_statement" | "while_statement":
                return [self._loop(node, depth)]
            case "import_statement" | "import_from_statement":
                self._import(node)
                return []
            case "with_statement":
                return self._with(node, depth)
            case "comment" | "pass_statement" | "raise_statement":
                return []
            case _ if node.type in _BLOCKS or node.type.endswith(("_statement", "_clause")):
                return self.statements(node, depth)
            case _:
                return self._effect(node, depth)

    def _effect(self, node: Node, depth: int) -> list[Statement]:
        if node.type in ("assignment", "augmented_assignment"):
            left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
            if left is None or right is None:
                return []
            operator = "+=" if node.type == "augmented_assignment" else "="
            target: Pattern | Expression
            if left.type in ("identifier", "pattern_list", "tuple_pattern"):
                target = _pattern(left)
            else:
                target = self.expression(left, depth)
            return [Assign(target, self.expression(right, depth), self.line(node), operator)]
        return [Evaluate(self.expression(node, depth), self.line(node))]

    def _if(self, node: Node, depth: int) -> list[Statement]:
        condition = node.child_by_field_name("condition")
        found: list[Statement] = []
        for child in node.children_by_field_name("consequence"):
            test = self.expression(condition, depth) if condition is not None else None
            found.append(Branch(test, tuple(self.statements(child, depth + 1)), self.line(node)))
        for child in node.children_by_field_name("alternative"):
            if child.type == "elif_clause":
                found += self._if(child, depth + 1)
            else:
                found.append(Branch(None, tuple(self.statements(child, depth + 1)), self.line(child)))
        return found

    def _loop(self, node: Node, depth: int) -> Loop:
        body, left = node.child_by_field_name("body"), node.child_by_field_name("left")
        right = node.child_by_field_name("right")
        statements = tuple(self.statements(body, depth + 1)) if body is not None else ()
        times = None
        source = self.expression(right, depth) if right is not None else None
        if isinstance(source, Call) and isinstance(source.function, Name) and source.function.name == "range":
            times = source.arguments[-1] if source.arguments else None
        return Loop(_pattern(left) if left is not None else "", source, times, statements, self.line(node))

    def _with(self, node: Node, depth: int) -> list[Statement]:
        found: list[Statement] = []
        clause = next((child for child in node.named_children if child.type == "with_clause"), None)
        for item in clause.named_children if clause is not None else ():
            value = item.child_by_field_name("value")
            if value is not None and value.type == "as_pattern" and len(value.named_children) > 1:
                target = _text(value.named_children[1])
                found.append(Assign(target, self.expression(value.named_children[0], depth), self.line(item)))
        body = node.child_by_field_name("body")
        return [*found, *(self.statements(body, depth) if body is not None else [])]

    def _import(self, node: Node) -> None:
        module = _text(node.child_by_field_name("module_name"))
        for part in node.children_by_field_name("name"):
            name = _text(part.child_by_field_name("name")) if part.type == "aliased_import" else _text(part)
            local = _text(part.child_by_field_name("alias")) if part.type == "aliased_import" else name
            self.imports[local] = (module, name) if module else (name, "*")

    # --- expressions

    def expression(self, node: Node, depth: int) -> Expression:
        line = self.line(node)
        if depth > MAX_DEPTH:
            return Opaque((), line)
        depth += 1
        match node.type:
            case "identifier":
                return Name(_text(node), line)
            case "string":
                return self._string(node, depth)
            case "concatenated_string":
                return Template(tuple(self.expression(child, depth) for child in node.named_children), line)
            case "integer" | "float":
                return Literal(_number(_text(node)), line)
            case "true" | "false":
                return Literal(node.type == "true", line)
            case "none":
                return Literal(None, line)
            case "attribute":
                return Member(self._field(node, "object", depth), _text(node.child_by_field_name("attribute")), line)
            case "subscript":
                return self._subscript(node, depth)
            case "call":
                return self._call(node, depth)
            case "await":
                return Await(self._first(node, depth), line)
            case "dictionary":
                return Object(tuple(e for child in node.named_children for e in self._entry(child, depth)), line)
            case "list" | "tuple" | "set" | "expression_list":
                return Array(tuple(self.expression(child, depth) for child in node.named_children), line)
            case "list_splat" | "dictionary_splat":
                return Spread(self._first(node, depth), line)
            case "lambda":
                return self._function(node, depth)
            case "generator_expression" | "list_comprehension" | "set_comprehension":
                return self._comprehension(node, depth)
            case "binary_operator":
                operator = _text(node.child_by_field_name("operator"))
                return Binary(operator, self._field(node, "left", depth), self._field(node, "right", depth), line)
            case "comparison_operator":
                operands = node.named_children
                if len(operands) == 2:
                    left, right = self.expression(operands[0], depth), self.expression(operands[1], depth)
                    return Binary("==", left, right, line)
                return self._opaque(node, depth)
            case "conditional_expression":
                options = [self.expression(child, depth) for child in node.named_children]
                return Choice((options[0], options[-1]) if len(options) > 2 else tuple(options), line)
            case "boolean_operator":
                return Choice((self._field(node, "left", depth), self._field(node, "right", depth)), line)
            case "parenthesized_expression" | "unary_operator":
                return self._first(node, depth)
            case "named_expression":
                return self._field(node, "value", depth)
            case _:
                return self._opaque(node, depth)

    def _opaque(self, node: Node, depth: int) -> Expression:
        return Opaque(
            tuple(self.expression(c, depth) for c in node.named_children if c.type != "comment"), self.line(node)
        )

    def _field(self, node: Node, name: str, depth: int) -> Expression:
        child = node.child_by_field_name(name)
        return self.expression(child, depth) if child is not None else Opaque((), self.line(node))

    def _first(self, node: Node, depth: int) -> Expression:
        child = next((each for each in node.named_children if each.type != "comment"), None)
        return self.expression(child, depth) if child is not None else Opaque((), self.line(node))

    def _string(self, node: Node, depth: int) -> Expression:
        parts: list[Expression] = []
        for child in node.named_children:
            if child.type == "interpolation":
                parts.append(self._field(child, "expression", depth))
            elif child.type == "string_content":
                parts.append(Literal(unescaped(_text(child), unknown_kept=True), self.line(child)))
        if all(isinstance(part, Literal) for part in parts):
            return Literal("".join(str(part.value) for part in parts if isinstance(part, Literal)), self.line(node))
        return Template(tuple(parts), self.line(node))

    def _subscript(self, node: Node, depth: int) -> Expression:
        value = self._field(node, "value", depth)
        index = node.child_by_field_name("subscript")
        if index is None:
            return value
        if index.type != "slice":
            return Index(value, self.expression(index, depth), self.line(node))
        before, _, after = _text(index).partition(":")
        ends = [_slice_end(part) for part in (before, after.partition(":")[0])]
        first, last = (None if end is None else Literal(end, self.line(node)) for end in ends)
        return Index(value, first, self.line(node), last, is_slice=True)

    def _call(self, node: Node, depth: int) -> Expression:
        arguments = node.child_by_field_name("arguments")
        function = self._field(node, "function", depth)
        if arguments is not None and arguments.type == "generator_expression":
            return Call(function, (self.expression(arguments, depth),), self.line(node))
        given: list[Expression] = []
        keywords: list[tuple[str, Expression]] = []
        for each in arguments.named_children if arguments is not None else ():
            if each.type == "keyword_argument":
                keywords.append((_text(each.child_by_field_name("name")), self._field(each, "value", depth)))
            elif each.type != "comment":
                given.append(self.expression(each, depth))
        return Call(function, tuple(given), self.line(node), tuple(keywords))

    def _entry(self, node: Node, depth: int) -> list[tuple[str | None, Expression]]:
        if node.type == "pair":
            key = node.child_by_field_name("key")
            name = self.expression(key, depth) if key is not None else None
            text = str(name.value) if isinstance(name, Literal) else None
            return [(text, self._field(node, "value", depth))]
        if node.type == "dictionary_splat":
            return [(None, self._first(node, depth))]
        return []

    def _comprehension(self, node: Node, depth: int) -> Expression:
        clause = next((child for child in node.named_children if child.type == "for_in_clause"), None)
        element = self._field(node, "body", depth)
        if clause is None:
            return Opaque((element,), self.line(node))
        left = clause.child_by_field_name("left")
        source = self._field(clause, "right", depth)
        return Comprehension(element, _pattern(left) if left is not None else "", source, self.line(node))

    def _function(self, node: Node, depth: int) -> Function:
        parameters = node.child_by_field_name("parameters")
        patterns: list[Pattern] = []
        for each in parameters.named_children if parameters is not None else ():
            name = _text(each).partition(":")[0].partition("=")[0].strip(" *")
            if name not in ("self", "cls", "", "/"):
                patterns.append(name)
        body = node.child_by_field_name("body")
        statements: list[Statement] = []
        if body is not None and node.type == "lambda":
            statements = [Return(self.expression(body, depth), self.line(body))]
        elif body is not None:
            statements = self.statements(body, depth)
        is_async = any(child.type == "async" for child in node.children)
        return Function(
            _text(node.child_by_field_name("name")), tuple(patterns), tuple(statements), self.line(node), is_async
        )


def _pattern(node: Node) -> Pattern:
    if node.type in ("pattern_list", "tuple_pattern"):
        return ArrayPattern(tuple(_text(child) for child in node.named_children))
    return _text(node)


def _slice_end(text: str) -> float | None:
    try:
        return float(int(text.strip()))
    except ValueError:
        return None


def _number(text: str) -> float | None:
    try:
        return float(int(text.replace("_", ""), 0))
    except ValueError:
        try:
            return float(text)
        except ValueError:
            return None
