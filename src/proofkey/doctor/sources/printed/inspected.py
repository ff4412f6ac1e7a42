"""Read what Node's `util.inspect` and the consoles of browsers print of an object.

The print is no language: strings in any of three quotes, `[Symbol(x)]: 1`, `Object [AxiosHeaders] { ... }`,
`<ref *1> ClientRequest { ... }`, `Map(2) { 'a' => 'b' }`, `[Object]` where the depth is cut, an error with its stack.
What is not understood is passed over to the next member; work and depth are bounded.
"""

from __future__ import annotations

import re
from typing import Any

from proofkey.doctor.sources.printed.unshown import UNSHOWN, Printed

MAX_OBJECT = 300_000  # characters of one print; a request object of Node alone may have 20,000
MAX_DEPTH = 40
MAX_PARTS = 20_000  # members and items

_SPACE = re.compile(r"(?:\s|,)*")
_GAP = re.compile(r"\s*")
_KEY = re.compile(
    r"(?:\[(?P<symbol>Symbol\([^()\n]{0,80}\)|[\w.$ -]{1,60})\]|(?P<plain>[\w$.-]{1,100})"
    r"|(?P<quoted>'(?:[^'\\\n]|\\.){0,200}'|\"(?:[^\"\\\n]|\\.){0,200}\"))[ \t]*(?::|=>)(?=[\s\S])"
)
_NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d+)?(?:e[+-]?\d+)?n?|Infinity|NaN)(?=[\s,}\]]|$)", re.IGNORECASE)
_WORD = re.compile(r"(true|false|null|undefined)(?=[\s,}\]]|$)")
_WORDS = {"true": True, "false": False, "null": None, "undefined": None}
# [Object], [Function: request], [Circular *1], [Getter/Setter], [class Blob], [Object: null prototype]
_CUT = re.compile(r"\[(?:[A-Z]\w*|class|extends)(?:[ :*/][^\[\]\n]{0,100})?\]")
_REFERENCE = re.compile(r"<ref \*\d+>[ \t]*")
_BARE = re.compile(r"[^\n{}\[\],'\"`]{0,200}(?:\[[\w :*]{1,60}\][ \t]*)?(?:\(\d+\)[ \t]*)?")
# Headers, Map(2), [Foo], ƒ request(), Error: the reason, a date
_MAKER = re.compile(r"[A-Z][\w$]*(?:[ :(\[<.]|$)|[\[<ƒ…]|\d{4}-\d\d-")
_STACK = re.compile(r"\s*\n[ \t]+at [^\n]{0,1000}?(?=[ \t]*\{[ \t]*\n|\n|$)")
_LINE = re.compile(r"[^\n]*")
_MORE = re.compile(r"\.\.\.[^\n}\]]*|…")
_CUT_STRING = re.compile(r"\.\.\. \d+ more characters?")
_JOIN = re.compile(r"[ \t]*\+[ \t]*\n?[ \t]*(?=['\"`])")
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f", "v": "\v", "0": "\0"}
_ESCAPE = re.compile(r"\\(?:u\{([0-9A-Fa-f]{1,6})\}|u([0-9A-Fa-f]{4})|x([0-9A-Fa-f]{2})|([\s\S]))")


def read_inspected(text: str, start: int = 0, *, odd: int = 0) -> tuple[Printed, int] | None:
    """Read the object whose bracket stands at `start`: its members and the offset behind it.

    A print that ends early gives what it shows. None where no bracket stands there, no member was understood, or more
    than `odd` values are such as no print has: a variable or a call is code.
    """
    if text[start : start + 1] != "{":
        return None
    reader = _Reader(text[start : start + MAX_OBJECT], odd)
    members = reader.members("", "}", 0)
    if not isinstance(members, Printed) or not members or reader.odd > odd:
        return None
    return members, start + reader.position


class _Reader:
    def __init__(self, text: str, allowed: int) -> None:
        self.text = text
        self.allowed = allowed  # odd values; more of them end the reading
        self.position = 0
        self.parts = 0
        self.odd = 0  # values that no print has

    def _take(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        match = pattern.match(self.text, self.position)
        if match is not None:
            self.position = match.end()
        return match

    def _peek(self) -> str:
        return self.text[self.position : self.position + 1]

    def members(self, maker: str, closing: str, depth: int) -> Any:
        """Read members behind an opening bracket up to the closing one, or to the end of the print."""
        self.position += 1
        found = Printed(maker)
        items: list[Any] = []
        while self.position < len(self.text) and self.parts < MAX_PARTS and self.odd <= self.allowed:
            self.parts += 1
            self._take(_SPACE)
            if self._peek() in ("}", "]"):
                self.position += self._peek() == closing
                break
            if self._take(_MORE):
                continue
            key = self._take(_KEY) if closing == "}" or depth == 0 else None
            before = self.position
            self._take(_GAP)
            value = self.value(depth + 1)
            if key is not None:
                found[_name_of(key)] = value
            else:
                items.append(value)
            if self.position == before and not self._take(_SPACE).group():  # type: ignore[union-attr]
                self.odd += 1
                self._take(_LINE)
                self.position += self.position == before
        return found if closing == "}" else items

    def value(self, depth: int) -> Any:
        """Read one value; UNSHOWN for one that is not printed or not understood."""
        mark = self._peek()
        if depth > MAX_DEPTH:
            self._take(_LINE)
            return UNSHOWN
        if mark and mark in "'\"`":
            return self._string(mark)
        if mark == "{":
            return self.members("", "}", depth)
        if cut := self._take(_CUT):
            return self._behind(cut.group(), depth)
        if mark == "[":
            return self.members("", "]", depth)
        if number := self._take(_NUMBER):
            return _number(number.group())
        if word := self._take(_WORD):
            return _WORDS[word.group(1)]
        self._take(_REFERENCE)
        bare = self._take(_BARE)
        maker = bare.group().strip() if bare else ""
        if maker and not _MAKER.match(maker) and self.position < len(self.text):
            self.odd += 1
        return self._behind(maker, depth)

    def _behind(self, maker: str, depth: int) -> Any:
        """Read the members of an object whose maker was named; a stack trace may stand between."""
        while self._take(_STACK):
            pass
        start = self.position
        self._take(_GAP)
        if self._peek() == "{" and "\n" not in self.text[start : self.position]:
            return self.members(maker, "}", depth)
        self.position = start
        return UNSHOWN

    def _string(self, quote: str) -> Any:
        parts: list[str] = []
        while True:
            end = self._end_of_string(quote)
            parts.append(_unescaped(self.text[self.position + 1 : end]))
            self.position = end
            if self._peek() != quote:
                return UNSHOWN  # the paste ends inside it
            self.position += 1
            if self._take(_CUT_STRING):
                return UNSHOWN
            if not self._take(_JOIN):
                return "".join(parts)
            quote = self._peek()

    def _end_of_string(self, quote: str) -> int:
        position = self.position + 1
        while position < len(self.text):
            character = self.text[position]
            if character == "\\":
                position += 1
            elif character == "\n" and quote != "`":
                break  # a print writes it as \\n: the string was cut, or is none
            elif character == quote and self._ends_here(position):
                return position
            position += 1
        return position

    def _ends_here(self, position: int) -> bool:
        """Tell an end from a quotation mark inside, which some consoles do not escape."""
        follows = self.text[position + 1 : position + 40].lstrip(" \t")
        return not follows or follows[0] in ",}]\n:+=.…)"


def _name_of(key: re.Match[str]) -> str:
    symbol, plain, quoted = key.group("symbol", "plain", "quoted")
    return symbol or plain or _unescaped(quoted[1:-1])


def _number(text: str) -> Any:
    bare = text.rstrip("n")
    try:
        return int(bare) if len(bare) < 20 else UNSHOWN
    except ValueError:
        return float(bare)


def _unescaped(text: str) -> str:
    return _ESCAPE.sub(_character, text) if "\\" in text else text


def _character(match: re.Match[str]) -> str:
    code = match.group(1) or match.group(2) or match.group(3)
    if code is None:
        return _ESCAPES.get(match.group(4), match.group(4))
    number = int(code, 16)
    return chr(number) if number < 0x110000 and number not in range(0xD800, 0xE000) else "\ufffd"
