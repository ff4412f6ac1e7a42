"""How JavaScript turns texts into octets and octets into texts."""

from __future__ import annotations

from proofkey.doctor.sources.source_code.hashing import source_of
from proofkey.doctor.sources.source_code.values import (
    Encoded,
    Fields,
    FormText,
    Items,
    Joined,
    Octets,
    Pending,
    Printed,
    Raw,
    Value,
)


def text_of(value: Value) -> Value:
    """Turn a value into text as JavaScript does by itself."""
    match value:
        case Octets(form="array" | "node"):
            return Printed(value, "numbers") if value.form == "array" else Raw(value)
        case Octets(form="buffer"):
            return Printed(value, "type")
        case Octets(form="words"):
            return Encoded("hex", value, True, True, False)
        case Items(items):
            return Joined(tuple(items))
        case Pending():
            return Printed(value, "type")
        case Fields(kind="form"):
            return FormText(value)
        case _:
            return value


def octets_of(value: Value) -> Octets:
    return value if isinstance(value, Octets) else Octets(source_of(value), "array")


def hashed_input(value: Value) -> Value:
    """Wrap a text as the octets that a hash of a text takes."""
    return Octets(source_of(value), "array")


def encoded(value: Value, how: str) -> Value:
    """Encode octets the way a name asks for: hex, base64, base64url."""
    lowered = how.lower()
    octets = octets_of(value)
    if "base64url" in lowered:
        return Encoded("base64", octets, True, True, False)
    if "base64" in lowered:
        return Encoded("base64", octets)
    if "hex" in lowered:
        return Encoded("hex", octets, True, True, False)
    return Raw(octets)
