"""What text operations make of a recipe: joining, cutting, replacing, adding."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Protocol

from proofkey.doctor.sources.source_code.values import (
    Altered,
    Digest,
    Element,
    Encoded,
    Items,
    Joined,
    Known,
    Octets,
    Parted,
    Random,
    RandomCharacter,
    RandomText,
    Raw,
    Repeated,
    Stored,
    Unknown,
    Utf8,
    Value,
    Weak,
)


class Drawing(Protocol):
    """Something that numbers drawings of randomness."""

    def draw(self) -> int:
        """Give a new number."""


def joined(value: Value, separator: str, drawing: Drawing) -> Value:
    """Join a list, or what a loop made, into one text."""
    match value:
        case Repeated(element, times):
            return _joined_elements(element, times, drawing)
        case Items(items):
            parts = [part for part in items if part != Known("")]
            if separator:
                parts = [each for part in parts for each in (part, Known(separator))][:-1]
            if all(isinstance(part, Known) for part in parts):
                return Known("".join(_plain(part.value) for part in parts if isinstance(part, Known)))
            flat = [each for part in parts for each in (part.parts if isinstance(part, Joined) else (part,))]
            return parts[0] if len(parts) == 1 else Joined(tuple(flat))
        case Parted(of, mark):
            return replaced(of, mark, True, Known(separator), regex=False)
        case _:
            return value


def _plain(value: str | float | bool | None) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value)


def _joined_elements(element: Value, times: int | None, drawing: Drawing) -> Value:
    match element:
        case Element(of, "raw"):
            return Raw(of)
        case Element(of, "hex"):
            return Encoded("hex", of, True, True, False)
        case RandomCharacter(number, strong, made_by):
            return RandomText(number, times, strong, made_by)
        case Weak(made_by):
            return RandomText(drawing.draw(), times, False, made_by)
        case Element(of, "number"):
            return Unknown("")
        case RandomText(number, length, strong, made_by):
            return RandomText(number, length * times if length and times else None, strong, made_by)
        case _:
            return Unknown("")


def added(left: Value, right: Value) -> Value:
    """Put two texts behind each other, or a character to a text that a loop builds."""
    match left, right:
        case Known("0" | "00"), Element(_, "hex"):
            return right  # two digits: ('0' + byte.toString(16)).slice(-2)
        case _, Element(_, "raw" | "hex"):
            return Repeated(right)
        case _, RandomCharacter():
            return Repeated(right)
        case Known(a), Known(b) if isinstance(a, str) and isinstance(b, str):
            return Known(a + b)
        case Known(a), Known(b) if isinstance(a, float) and isinstance(b, float):
            return Known(a + b)
        case _, Known(b) if isinstance(b, str) and b in ("\n", "\r\n", "\r"):
            return Altered(left, "newline")
        case Known(""), _:
            return right
        case _, Known(""):
            return left
        case Joined(parts), Joined(more):
            return Joined((*parts, *more))
        case Joined(parts), _:
            return Joined((*parts, right))
        case _, Joined(more):
            return Joined((left, *more))
        case RandomText(number, a, strong, made_by), RandomText(_, b, also, also_by):
            length = a + b if a is not None and b is not None else None
            return RandomText(number, length, strong and also, made_by if not strong else also_by)
        case _:
            return Joined((left, right))


def indexed(value: Value, index: Value | None, drawing: Drawing) -> Value:
    """Take one element: `alphabet[random]`, `bytes[i]`, `text.split("=")[0]`."""
    if isinstance(index, Weak):
        return RandomCharacter(drawing.draw(), False, index.made_by)
    if isinstance(index, RandomCharacter):
        return index
    if isinstance(index, Element):
        source = index.of.source
        if isinstance(source, Random):
            return RandomCharacter(source.id, source.strong)
        return Unknown("")
    if isinstance(value, Octets):
        return Element(value)
    if isinstance(value, Parted) and index == Known(0.0):
        return replace(value.of, padded=False) if isinstance(value.of, Encoded) and value.mark == "=" else value.of
    if isinstance(value, Items) and isinstance(index, Known) and isinstance(index.value, float):
        place = int(index.value)
        if -len(value.items) <= place < len(value.items):
            return value.items[place]
    return Unknown("")


def sliced(value: Value, first: int | None, last: int | None) -> Value:
    """Cut a text or octets: `[:-1]`, `.slice(0, 43)`, `.substring(0, 128)`."""
    first = first or 0
    match value:
        case Encoded("base64", of, plus, slash, padded, partly) if first == 0:
            length, padding = base64_length(of)
            if length is not None and padded and last is not None:
                kept = last if last >= 0 else length + last
                if length - padding <= kept:
                    return Encoded("base64", of, plus, slash, kept > length - padding, partly)
                return Altered(value, "cut", str(kept))
            if isinstance(last, int) and last < 0:
                return replace(value, padded=False)
            return Altered(value, "cut", str(last)) if last is not None and (length is None or last < length) else value
        case Encoded("hex", of) if first == 0 and last is not None:
            size = size_of(of)
            return value if size is not None and last >= 2 * size else Altered(value, "cut", str(last))
        case RandomText(number, length, strong, made_by):
            return RandomText(number, _cut_length(length, first, last), strong, made_by)
        case Known(text) if isinstance(text, str):
            return Known(text[first:last])
        case Octets(source=Random(number, size, strong)) as octets:
            return Octets(Random(number, _cut_length(size, first, last), strong), octets.form)
        case Octets():
            return value
        case Joined() | Unknown() | Stored():
            return value
        case _:
            return Altered(value, "cut", str(last))


def _cut_length(length: int | None, first: int, last: int | None) -> int | None:
    if last is None:
        return None if length is None else max(0, length - first if first >= 0 else -first)
    if last >= 0:
        return last - first if length is None else max(0, min(length, last) - first)
    return None if length is None else max(0, length + last - first)


def size_of(value: object) -> int | None:
    """Give how many octets a value stands for, where the recipe says it."""
    match value:
        case Octets(source=Random(_, size, _)):
            return size
        case Octets(source=Digest(_, algorithm, _)):
            return DIGEST_SIZES.get(algorithm)
        case Octets(source=Utf8(text)):
            return length_of(text)
        case Octets(size=size):
            return size
        case Raw(of):
            return size_of(of)
        case Encoded() | RandomText() | Known():
            return length_of(value)
        case _:
            return None


DIGEST_SIZES = {"sha256": 32, "sha1": 20, "sha512": 64, "sha384": 48, "sha224": 28, "md5": 16}


def base64_length(of: object) -> tuple[int | None, int]:
    """Give the length of the padded base64 text of a value, and how much of that is padding."""
    size = size_of(of)
    if size is None:
        return None, 1
    return (size + 2) // 3 * 4, -size % 3


def length_of(value: object) -> int | None:
    """Give the length of a text in characters, where the recipe says it."""
    match value:
        case Known(text) if isinstance(text, str):
            return len(text)
        case RandomText(_, length, _):
            return length
        case Encoded("hex", of):
            size = size_of(of)
            return None if size is None else 2 * size
        case Encoded("base64", of, _, _, padded):
            length, padding = base64_length(of)
            return None if length is None else length - (0 if padded else padding)
        case Joined(parts):
            lengths = [length_of(part) for part in parts]
            return (
                sum(each for each in lengths if each is not None) if all(each is not None for each in lengths) else None
            )
        case _:
            return None


def replaced(value: Value, what: str, every: bool, by: Value, *, regex: bool) -> Value:
    """Replace a pattern in a text; `every` occurrence or the first one only."""
    if isinstance(value, Joined):
        return Joined(tuple(replaced(part, what, every, by, regex=regex) for part in value.parts))
    if not isinstance(value, Encoded):
        if isinstance(value, Known) and isinstance(value.value, str) and isinstance(by, Known) and not regex:
            return Known(value.value.replace(what, _plain(by.value), -1 if every else 1))
        return value
    marks = _marks_of(what) if regex else {what} & {"+", "/", "="}
    if not marks and what in ("==", "===") and not regex:
        return value
    found = value
    for mark in marks:
        if mark == "=":
            _, padding = base64_length(found.of)
            at_end = regex and re.search(r"=\\?[+*{]", what) is not None
            if every or at_end or padding <= 1:
                found = replace(found, padded=False)
            else:
                found = replace(found, partly=found.partly | {"="})
        elif not every:
            found = replace(found, partly=found.partly | {mark})
        elif mark == "+":
            found = _translated(found, by, "plus", "-")
        else:
            found = _translated(found, by, "slash", "_")
    if not marks and regex and re.fullmatch(r"\[\^.*\][+*]?|\\W\+?", what):
        return Altered(value, "dropped")
    return found


def _translated(value: Encoded, by: Value, mark: str, right: str) -> Encoded:
    # `(match) => ...` decides by itself; anything but the right character is another mistake.
    if isinstance(by, Known) and by.value != right:
        return replace(value, partly=value.partly | {"+" if mark == "plus" else "/"})
    return replace(value, plus=True) if mark == "plus" else replace(value, slash=True)


def _marks_of(pattern: str) -> set[str]:
    """Say which of '+', '/' and '=' a regular expression matches as characters."""
    if pattern.startswith("[^") or pattern in (r"\W", r"\W+"):
        return set()
    found: set[str] = set()
    inside = False
    position = 0
    while position < len(pattern):
        character = pattern[position]
        if character == "\\":
            position += 1
            character = pattern[position : position + 1]
            if character in ("+", "/", "="):
                found.add(character)
        elif character in "[]":
            inside = character == "["
        elif character in "/=" or (character == "+" and (inside or position == 0)):
            found.add(character)
        position += 1
    return found
