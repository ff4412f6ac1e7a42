"""Bring JavaScript and TypeScript into the shared syntax; what does not parse is passed over, the rest is kept."""

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

if TYPE_CHECKING:
    from tree_sitter import Node, Parser

_METHOD_ALONE = re.compile(
    r"^([ \t]*)(?:(?:public|private|protected|static|readonly|override)[ \t]+)*(async[ \t]+)?"
    r"(?!function\b|if\b|for\b|while\b|switch\b|catch\b|with\b|return\b|else\b|do\b|try\b|constructor\b|new\b|await\b)"
    r"([A-Za-z_$][\w$]*)[ \t]*(\([^()\n]*\)[ \t]*(?::[^\n]*)?\{[ \t]*)$",
    re.MULTILINE,
)
_WRAPPERS = frozenset(
    ["parenthesized_expression", "as_expression", "non_null_expression", "satisfies_expression", "type_assertion",
     "jsx_expression", "template_substitution", "else_clause", "export_statement", "finally_clause", "unary_expression"]
)  # fmt: skip


@lru_cache(maxsize=1)
def _parser() -> Parser:
    # Loaded on first use: most captures hold no code. TSX reads plain JavaScript and JSX too.
    from tree_sitter import Language, Parser
    from tree_sitter_typescript import language_tsx

    return Parser(Language(language_tsx()))


def parse_javascript(code: str, first_line: int = 1) -> Program:
    """Read a piece of JavaScript or TypeScript that begins in a line of a text."""
    root = _parser().parse(_with_functions(code).encode("utf-8", "replace")).root_node
    reader = _Reader(first_line)
    return Program(tuple(reader.statements(root, 0)), reader.imports)


def _with_functions(code: str) -> str:
    """Write `function` before methods that stand without their class, so that they parse."""
    if re.search(r"\bclass\s+[\w$]+", code):
        return code
    return _METHOD_ALONE.sub(lambda m: f"{m.group(1)}{m.group(2) or ''}function {m.group(3)}{m.group(4)}", code)


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
        found: list[Statement] = []
        for child in node.named_children:
            found += self.statement(child, depth + 1)
        return found

    def statement(self, node: Node, depth: int) -> list[Statement]:
        if depth > MAX_DEPTH:
            return []
        line = self.line(node)
        match node.type:
            case "lexical_declaration" | "variable_declaration":
                return [s for child in node.named_children for s in self._declarator(child, depth)]
            case "expression_statement":
                return [s for child in node.named_children for s in self._effect(child, depth)]
            case "return_statement" | "throw_statement":
                value = node.named_children[0] if node.named_children else None
                if value is None or node.type == "throw_statement":
                    return []
                return [Return(self.expression(value, depth), line)]
            case "function_declaration" | "generator_function_declaration":
                function = self._function(node, depth)
                return [Assign(function.name, function, line)]
            case "class_declaration" | "abstract_class_declaration" | "class":
                body = node.child_by_field_name("body")
                return self._members(body, depth) if body is not None else []
            case "if_statement":
                return self._if(node, depth)
            case "for_statement" | "while_statement" | "do_statement" | "for_in_statement":
                return [self._loop(node, depth)]
            case "import_statement":
                self._import(node)
                return []
            case "comment" | "type_alias_declaration" | "interface_declaration":
                return []
            case "method_definition" | "public_field_definition" | "pair":
                return self._member(node, depth)
            case _ if node.type in _BLOCKS or node.type.endswith(("_statement", "_clause")) or node.type in _WRAPPERS:
                return self.statements(node, depth)
            case _:
                return self._effect(node, depth)

    def _declarator(self, node: Node, depth: int) -> list[Statement]:
        name, value = node.child_by_field_name("name"), node.child_by_field_name("value")
        if name is None or value is None:
            return []
        if _text(value).startswith("require(") or value.type == "import":
            self._require(name, value)
        return [Assign(_pattern(name), self.expression(value, depth), self.line(node))]

    def _effect(self, node: Node, depth: int) -> list[Statement]:
        if node.type in ("assignment_expression", "augmented_assignment_expression"):
            left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
            if left is None or right is None:
                return []
            operator = "+=" if "+=" in _text(node.child_by_field_name("operator")) else "="
            target: Pattern | Expression
            target = _pattern(left) if left.type in _PATTERNS else self.expression(left, depth)
            return [Assign(target, self.expression(right, depth), self.line(node), operator)]
        if node.type == "sequence_expression":
            return [s for child in node.named_children for s in self._effect(child, depth)]
        return [Evaluate(self.expression(node, depth), self.line(node))]

    def _if(self, node: Node, depth: int) -> list[Statement]:
        condition = node.child_by_field_name("condition")
        found: list[Statement] = []
        for index, name in enumerate(("consequence", "alternative")):
            part = node.child_by_field_name(name)
            if part is not None:
                test = self.expression(condition, depth) if condition is not None and index == 0 else None
                found.append(Branch(test, tuple(self.statement(part, depth + 1)), self.line(node)))
        return found

    def _loop(self, node: Node, depth: int) -> Loop:
        body = node.child_by_field_name("body")
        statements = tuple(self.statement(body, depth + 1)) if body is not None else ()
        if node.type == "for_in_statement":
            left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
            source = self.expression(right, depth) if right is not None else None
            operator = node.child_by_field_name("operator")
            by_name = operator is not None and operator.type == "in"
            return Loop(_pattern(left) if left is not None else "", source, None, statements, self.line(node), by_name)
        condition = node.child_by_field_name("condition")
        times: Expression | None = None
        if condition is not None:
            inner = condition.named_children[0] if condition.type == "expression_statement" else condition
            bound = inner.child_by_field_name("right")
            times = self.expression(bound, depth) if bound is not None else None
        return Loop("", None, times, statements, self.line(node))

    def _members(self, body: Node, depth: int) -> list[Statement]:
        return [s for child in body.named_children for s in self._member(child, depth + 1)]

    def _member(self, node: Node, depth: int) -> list[Statement]:
        if node.type == "method_definition":
            function = self._function(node, depth)
            return [Assign(function.name, function, self.line(node))]
        name = node.child_by_field_name("name") or node.child_by_field_name("key")
        value = node.child_by_field_name("value")
        if name is None or value is None:
            return []
        return [Assign(_key(name), self.expression(value, depth), self.line(node))]

    def _import(self, node: Node) -> None:
        module = _text(node.child_by_field_name("source")).strip("'\"`")
        for part in _descendants(node, ("import_specifier", "namespace_import", "import_clause")):
            if part.type == "import_specifier":
                name = _text(part.child_by_field_name("name"))
                self.imports[_text(part.child_by_field_name("alias")) or name] = (module, name)
            elif part.type == "namespace_import":
                self.imports[_text(part.named_children[0])] = (module, "*") if part.named_children else (module, "")
            else:
                for child in part.named_children:
                    if child.type == "identifier":
                        self.imports[_text(child)] = (module, "default")

    def _require(self, name: Node, value: Node) -> None:
        found = re.match(r"(?:require|import)\(\s*['\"`]([^'\"`]+)['\"`]\s*\)(?:\.([\w$]+))?", _text(value))
        if found is None:
            return
        pattern = _pattern(name)
        if isinstance(pattern, str):
            self.imports[pattern] = (found.group(1), found.group(2) or "*")
        elif isinstance(pattern, ObjectPattern):
            self.imports.update({variable: (found.group(1), prop) for prop, variable in pattern.names})

    # --- expressions

    def expression(self, node: Node, depth: int) -> Expression:
        line = self.line(node)
        if depth > MAX_DEPTH:
            return Opaque((), line)
        depth += 1
        match node.type:
            case "identifier" | "this" | "shorthand_property_identifier" | "property_identifier" | "super":
                return Name(_text(node), line)
            case "string":
                return Literal(_string(node), line)
            case "number":
                return Literal(_number(_text(node)), line)
            case "true" | "false":
                return Literal(node.type == "true", line)
            case "null" | "undefined":
                return Literal(None, line)
            case "template_string":
                return Template(tuple(self._template_parts(node, depth)), line)
            case "regex":
                pattern, flags = node.child_by_field_name("pattern"), node.child_by_field_name("flags")
                return Regex(_text(pattern), _text(flags), line)
            case "member_expression":
                return Member(self._field(node, "object", depth), _text(node.child_by_field_name("property")), line)
            case "subscript_expression":
                return Index(self._field(node, "object", depth), self._field(node, "index", depth), line)
            case "call_expression" | "new_expression":
                return self._call(node, depth)
            case "await_expression":
                return Await(self._first(node, depth), line)
            case "object":
                return Object(tuple(e for child in node.named_children for e in self._entry(child, depth)), line)
            case "array":
                return Array(tuple(self.expression(child, depth) for child in node.named_children), line)
            case "spread_element":
                return Spread(self._first(node, depth), line)
            case "arrow_function" | "function_expression" | "generator_function" | "method_definition":
                return self._function(node, depth)
            case "binary_expression":
                return self._binary(node, depth)
            case "ternary_expression":
                options = (self._field(node, "consequence", depth), self._field(node, "alternative", depth))
                return Choice(options, line)
            case "assignment_expression":
                return self._field(node, "right", depth)
            case _ if node.type in _WRAPPERS:
                return self._first(node, depth)
            case _:
                return self._opaque(node, depth)

    def _opaque(self, node: Node, depth: int) -> Expression:
        parts = [self.expression(child, depth) for child in node.named_children if not child.type.startswith("comment")]
        return Opaque(tuple(parts), self.line(node))

    def _field(self, node: Node, name: str, depth: int) -> Expression:
        child = node.child_by_field_name(name)
        return self.expression(child, depth) if child is not None else Opaque((), self.line(node))

    def _first(self, node: Node, depth: int) -> Expression:
        child = next((each for each in node.named_children if each.type != "comment"), None)
        return self.expression(child, depth) if child is not None else Opaque((), self.line(node))

    def _call(self, node: Node, depth: int) -> Expression:
        new = node.type == "new_expression"
        function = self._field(node, "constructor" if new else "function", depth)
        arguments = node.child_by_field_name("arguments")
        given = arguments.named_children if arguments is not None and arguments.type == "arguments" else []
        values = tuple(self.expression(each, depth) for each in given if each.type != "comment")
        return Call(function, values, self.line(node), new=new)

    def _entry(self, node: Node, depth: int) -> list[tuple[str | None, Expression]]:
        if node.type == "pair":
            key = node.child_by_field_name("key")
            return [(_key(key) if key is not None else None, self._field(node, "value", depth))]
        if node.type == "shorthand_property_identifier":
            return [(_text(node), Name(_text(node), self.line(node)))]
        if node.type == "spread_element":
            return [(None, self._first(node, depth))]
        if node.type == "method_definition":
            function = self._function(node, depth)
            return [(function.name, function)]
        return []

    def _binary(self, node: Node, depth: int) -> Expression:
        operator = _text(node.child_by_field_name("operator"))
        left, right = self._field(node, "left", depth), self._field(node, "right", depth)
        if operator in ("||", "??"):
            return Choice((left, right), self.line(node))
        return Binary(operator, left, right, self.line(node))

    def _template_parts(self, node: Node, depth: int) -> list[Expression]:
        parts: list[Expression] = []
        for child in node.named_children:
            if child.type == "template_substitution":
                parts.append(self._first(child, depth))
            else:
                parts.append(Literal(unescaped(_text(child)), self.line(child)))
        return parts

    def _function(self, node: Node, depth: int) -> Function:
        name = _text(node.child_by_field_name("name"))
        parameters = node.child_by_field_name("parameters") or node.child_by_field_name("parameter")
        patterns: list[Pattern] = []
        if parameters is not None:
            listed = parameters.named_children if parameters.type == "formal_parameters" else [parameters]
            for each in listed:
                patterns.append(_pattern(each.child_by_field_name("pattern") or each))
        body = node.child_by_field_name("body")
        statements: list[Statement] = []
        if body is not None:
            if body.type == "statement_block":
                statements = self.statements(body, depth)
            elif body.type in ("assignment_expression", "augmented_assignment_expression"):
                statements = self._effect(body, depth)
            else:
                statements = [Return(self.expression(body, depth), self.line(body))]
        is_async = any(child.type == "async" for child in node.children)
        return Function(name, tuple(patterns), tuple(statements), self.line(node), is_async)


_BLOCKS = frozenset(
    ["statement_block", "program", "ERROR", "switch_body", "class_body", "switch_case", "switch_default"]
)
_PATTERNS = frozenset(["identifier", "object_pattern", "array_pattern"])


def _pattern(node: Node) -> Pattern:
    if node.type == "object_pattern":
        names: list[tuple[str, str]] = []
        for child in node.named_children:
            if child.type == "pair_pattern":
                value = child.child_by_field_name("value")
                names.append((_key(child.named_children[0]), _text(value).partition("=")[0].strip()))
            elif child.type != "rest_pattern":
                name = _text(child).partition("=")[0].strip()
                names.append((name, name))
        return ObjectPattern(tuple(names))
    if node.type == "array_pattern":
        return ArrayPattern(tuple(_text(child) for child in node.named_children))
    return _text(node).partition(":")[0].partition("=")[0].strip(" .")


def _key(node: Node) -> str:
    return _string(node) if node.type == "string" else _text(node)


def _string(node: Node) -> str:
    return "".join(
        unescaped(_text(child)) if child.type == "escape_sequence" else _text(child) for child in node.named_children
    )


def _number(text: str) -> float | None:
    try:
        return float(int(text.replace("_", ""), 0))
    except ValueError:
        try:
            return float(text)
        except ValueError:
            return None


def _descendants(node: Node, types: tuple[str, ...]) -> list[Node]:
    found: list[Node] = []
    for child in node.named_children:
        if child.type in types:
            found.append(child)
        found += _descendants(child, types) if child.type in ("import_clause", "named_imports") else []
    return found
