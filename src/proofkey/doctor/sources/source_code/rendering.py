"""Write recipes as the text that would be sent, with `{name}` where the code does not say the value."""

from __future__ import annotations

import re

from proofkey.doctor.sources.source_code.values import (
    Altered,
    Callback,
    Fields,
    FormText,
    Joined,
    Json,
    Known,
    Library,
    Octets,
    Pending,
    Stored,
    Unknown,
    Utf8,
    Value,
)

_WORD = re.compile(r"[^\w.\-]+")


def is_constant(value: Value) -> bool:
    """Tell whether the whole text is written in the code."""
    match value:
        case Known():
            return True
        case Joined(parts):
            return all(is_constant(part) for part in parts)
        case _:
            return False


def text_of(value: Value | None, name: str = "value") -> str:
    """Write a value as text; what is not known becomes `{name}`."""
    match value:
        case None:
            return hole(name)
        case Known(constant):
            if isinstance(constant, bool):
                return str(constant).lower()
            if isinstance(constant, float):
                return str(int(constant)) if constant.is_integer() else str(constant)
            return "" if constant is None else constant
        case Joined(parts):
            return "".join(text_of(part, name) for part in parts)
        case Fields(kind="url", base=base) if base is not None:
            return text_of(base, name)
        case Altered(of, "percent") | Pending(of):
            return text_of(of, name)
        case Unknown(text) | Library(text) if text:
            return hole(text)
        case Callback(text) if text:
            return hole(text)
        case Stored(_, key):
            return hole(key)
        case Octets(source=Utf8(text)):
            return text_of(text, name)
        case FormText() | Json():
            return hole(name)
        case _:
            return hole(name)


def hole(name: str) -> str:
    """Write the mark of an unknown value; it holds no character that a URL gives a meaning."""
    plain = _WORD.sub("_", name.rpartition(":")[2]).strip("_.") or "value"
    if not plain[0].isalpha() and plain[0] != "_":
        plain = "v" + plain
    return "{" + plain[:40] + "}"
