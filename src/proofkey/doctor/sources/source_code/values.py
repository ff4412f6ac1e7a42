"""What a value of the code is made of: a recipe, not the value itself.

The recipe of a right challenge: Encoded("base64", translated, unpadded) of a Digest("sha256") of Utf8(verifier).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, TypeAlias

from proofkey.doctor.sources.source_code.syntax import Function

if TYPE_CHECKING:
    from proofkey.doctor.sources.source_code.trace import Effect

Form: TypeAlias = Literal["array", "buffer", "words", "node", "bytes", "unknown"]
Change: TypeAlias = Literal["newline", "cut", "dropped", "case", "quoted", "percent", "other"]


@dataclass(frozen=True, slots=True)
class Unknown:
    """A value that the code does not say; `text` is how it is written."""

    text: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """A constant."""

    value: str | float | bool | None


@dataclass(frozen=True, slots=True)
class Random:
    """Random octets; `size` in octets where known, `id` tells two drawings apart."""

    id: int
    size: int | None
    strong: bool = True


@dataclass(frozen=True, slots=True)
class Digest:
    """A hash of something."""

    id: int
    algorithm: str  # "sha256"
    input: Value


@dataclass(frozen=True, slots=True)
class Utf8:
    """The octets of a text (ASCII and UTF-8 are one for a verifier)."""

    text: Value


@dataclass(frozen=True, slots=True)
class Utf16:
    """The UTF-16 octets of a text."""

    text: Value


@dataclass(frozen=True, slots=True)
class Decoded:
    """The octets behind a hex or base64 text."""

    text: Value


Source: TypeAlias = "Random | Digest | Utf8 | Utf16 | Decoded | Unknown"


@dataclass(slots=True, eq=False)
class Octets:
    """Octets in one of a language's containers; mutable, because getRandomValues fills what it is given."""

    source: Source
    form: Form
    size: int | None = None
    width: int = 1  # octets per element of a typed array


@dataclass(frozen=True, slots=True)
class RandomText:
    """A random text made character by character, or by a library; `length` in characters where known."""

    id: int
    length: int | None
    strong: bool = True
    made_by: str = ""


@dataclass(frozen=True, slots=True)
class Encoded:
    """Octets or a text in hex or base64; the marks say what became of '+', '/' and '='."""

    notation: Literal["hex", "base64"]
    of: Value
    plus: bool = False  # '+' became '-'
    slash: bool = False  # '/' became '_'
    padded: bool = True  # '=' is still there, where there is any
    partly: frozenset[str] = frozenset()  # marks of which only the first was replaced

    @property
    def is_url_safe(self) -> bool:
        """Tell whether the alphabet is that of base64url."""
        return self.plus and self.slash


@dataclass(frozen=True, slots=True)
class Raw:
    """A text with one character per octet ("binary string"), what btoa wants."""

    of: Value


@dataclass(frozen=True, slots=True)
class Printed:
    """An object turned into text by printing it: "12,255,7", "[object ArrayBuffer]", "b'...'"."""

    of: Value
    how: Literal["numbers", "type", "repr"]


@dataclass(frozen=True, slots=True)
class Altered:
    """A text after a change that is no encoding."""

    of: Value
    how: Change
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Joined:
    """Texts behind each other."""

    parts: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Pending:
    """A promise or coroutine that is not awaited yet."""

    of: Value


@dataclass(frozen=True, slots=True)
class Json:
    """A value as JSON text."""

    of: Value


@dataclass(slots=True, eq=False)
class Fields:
    """Names and values: an object, a form, a query, headers. `open` says that there may be more of them."""

    kind: Literal["object", "form", "multipart", "url"]
    entries: list[tuple[str, Value]] = field(default_factory=list)
    open: bool = False
    base: Value | None = None  # of a URL
    line: int = 0

    def get(self, name: str) -> Value | None:
        """Give the last value of a name."""
        return next((value for key, value in reversed(self.entries) if key == name), None)

    def put(self, name: str, value: Value) -> None:
        """Set a name."""
        self.entries = [entry for entry in self.entries if entry[0] != name]
        self.entries.append((name, value))


@dataclass(frozen=True, slots=True)
class FormText:
    """Fields written out as `a=b&c=d`."""

    of: Fields


@dataclass(slots=True, eq=False)
class Items:
    """A list."""

    items: list[Value] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Names(Items):
    """The names of an object, in their order."""

    of: Fields = field(default_factory=lambda: Fields("object"))


@dataclass(frozen=True, slots=True)
class Element:
    """One element of octets, or a character made of one."""

    of: Octets
    notation: Literal["number", "raw", "hex"] = "number"


@dataclass(frozen=True, slots=True)
class RandomCharacter:
    """One character drawn from an alphabet."""

    id: int
    strong: bool
    made_by: str = ""


@dataclass(frozen=True, slots=True)
class Repeated:
    """What a loop, a map or a comprehension makes, element by element; `times` where known."""

    element: Value
    times: int | None = None


@dataclass(frozen=True, slots=True)
class Parted:
    """A text split at a mark."""

    of: Value
    mark: str


@dataclass(frozen=True, slots=True)
class Hasher:
    """A hash object that waits for its digest."""

    algorithm: str
    input: Value
    library: Literal["node", "python", "other"] = "node"


@dataclass(frozen=True, slots=True)
class Stored:
    """A value read from a store under a key."""

    store: str
    key: str
    parsed: bool = False


@dataclass(frozen=True, slots=True)
class Callback:
    """A parameter of the callback's query."""

    name: str


@dataclass(frozen=True, slots=True)
class Weak:
    """A number that can be guessed: Math.random(), the time."""

    made_by: str


@dataclass(slots=True, eq=False)
class Closure:
    """A function and the scope in which it was made."""

    function: Function
    scope: dict[str, Value]
    calls: int = 0
    effect: Effect | None = None  # the effect that it is, or is part of


@dataclass(frozen=True, slots=True)
class Library:
    """Something of a module: `module` and `name` as imported, or the dotted name of a global."""

    path: str


Value: TypeAlias = (
    Unknown | Known | Octets | RandomText | Encoded | Raw | Printed | Altered | Joined | Pending | Json | Fields
    | FormText | Items | Parted | Element | RandomCharacter | Repeated | Hasher | Stored | Callback | Weak | Closure
    | Library
)  # fmt: skip


def awaited(value: Value) -> Value:
    """Give what a promise brings."""
    while isinstance(value, Pending):
        value = value.of
    return value


def root_of(value: object) -> Random | RandomText | RandomCharacter | None:
    """Give the drawing of randomness that a value comes from, None where there is none or the code does not say."""
    for _ in range(50):
        match value:
            case Random() | RandomText() | RandomCharacter():
                return value
            case Octets():
                value = value.source
            case Digest():
                value = value.input
            case Utf8() | Utf16() | Decoded():
                value = value.text
            case Encoded() | Raw() | Printed() | Altered() | Pending() | Json() | Element():
                value = value.of
            case Repeated():
                value = value.element
            case Joined():
                value = next((part for part in value.parts if root_of_part(part)), None)
            case _:
                return None
    return None


def root_of_part(value: object) -> bool:
    """Tell whether a part of a text has randomness in it."""
    return not isinstance(value, Known) and root_of(value) is not None


def digest_of(value: object) -> Digest | None:
    """Give the outermost digest in a recipe."""
    for _ in range(50):
        match value:
            case Digest():
                return value
            case Octets():
                value = value.source
            case Encoded() | Raw() | Printed() | Altered() | Pending() | Json() | Element():
                value = value.of
            case Utf8() | Utf16() | Decoded():
                value = value.text
            case Repeated():
                value = value.element
            case _:
                return None
    return None
