"""What methods of strings, arrays, hashes and promises make of their values."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from proofkey.doctor.sources.source_code.elements import element_of, times_of, turns_of
from proofkey.doctor.sources.source_code.javascript import sending
from proofkey.doctor.sources.source_code.javascript.octets import encoded, hashed_input, text_of
from proofkey.doctor.sources.source_code.syntax import Call, Function, Regex
from proofkey.doctor.sources.source_code.texts import added, indexed, joined, replaced, sliced
from proofkey.doctor.sources.source_code.values import (
    Altered,
    Closure,
    Decoded,
    Digest,
    Element,
    Encoded,
    Fields,
    FormText,
    Hasher,
    Items,
    Known,
    Library,
    Names,
    Octets,
    Parted,
    Pending,
    Printed,
    RandomText,
    Repeated,
    Unknown,
    Utf16,
    Value,
    Weak,
    awaited,
)

if TYPE_CHECKING:
    from proofkey.doctor.sources.source_code.following import Follower


def call_method(
    follower: Follower, owner: Value, name: str, arguments: list[Value], keywords: dict[str, Value], node: Call
) -> Value | None:
    """Say what a method of a known kind of value gives."""
    first = arguments[0] if arguments else None
    if isinstance(owner, Unknown):
        noted = sending.call_on_unknown(follower, owner.text, name, arguments, node)
        if noted is not None:
            return noted
    if name in ("then", "catch", "finally", "pipe", "subscribe", "map") and isinstance(owner, (Pending, Unknown)):
        return _then(follower, owner, name, arguments)
    if isinstance(owner, Pending):
        return None
    if isinstance(owner, Hasher):
        return _hasher(follower, owner, name, arguments)
    turned = _turned(follower, owner, name, arguments)
    if turned is not None:
        return turned
    if isinstance(owner, Fields):
        return sending.fields_method(follower, owner, name, arguments, node)
    if (
        name in ("map", "reduce", "forEach")
        and first is not None
        and isinstance(owner, (Octets, Items, Repeated, Fields))
    ):
        return _gone_through(follower, owner, name, arguments)
    if name == "push" and isinstance(owner, Items):
        owner.items += arguments
        return Unknown("")
    if name == "join":
        separator = str(first.value) if isinstance(first, Known) and first.value is not None else ","
        if isinstance(owner, Octets):
            return Printed(owner, "numbers")
        return joined(owner, separator, follower)
    if name == "fill" and isinstance(owner, (Octets, Library, Repeated)):
        return Repeated(Unknown(""), None)
    if isinstance(owner, Octets):
        return _octets_method(owner, name, first, arguments)
    if isinstance(owner, Element) and name == "toString":
        return Element(owner.of, "hex") if isinstance(first, Known) and first.value == 16.0 else owner
    if isinstance(owner, Weak) and name == "toString":
        return RandomText(follower.draw(), 11, False, owner.made_by)
    return _text_method(follower, owner, name, arguments, node)


def _then(follower: Follower, owner: Value, name: str, arguments: list[Value]) -> Value:
    handler = arguments[0] if arguments else None
    if name == "catch" or not isinstance(handler, Closure):
        return owner
    inner = awaited(owner)
    result = follower.invoke(handler, [inner])
    return Pending(awaited(result)) if name in ("then", "pipe", "map", "subscribe") else owner


def _hasher(follower: Follower, owner: Hasher, name: str, arguments: list[Value]) -> Value | None:
    first = arguments[0] if arguments else None
    if name == "update" and first is not None:
        how = arguments[1] if len(arguments) > 1 else None
        encoding = str(how.value).lower() if isinstance(how, Known) else ""
        data: Value = Octets(Decoded(first), "node") if encoding in ("hex", "base64", "base64url") else first
        if encoding.startswith(("utf16", "ucs2")):
            data = Octets(Utf16(first), "node")
        return Hasher(owner.algorithm, data, owner.library)
    octets = Octets(Digest(follower.draw(), owner.algorithm, hashed_input(owner.input)), "node")
    if name == "digest":
        return (
            encoded(octets, str(first.value)) if isinstance(first, Known) and isinstance(first.value, str) else octets
        )
    if name in ("hex", "array", "arrayBuffer", "toString"):
        return Encoded("hex", octets, True, True, False) if name in ("hex", "toString") else octets
    return None


def _turned(follower: Follower, owner: Value, name: str, arguments: list[Value]) -> Value | None:
    """Follow a function that is called for every member of an object; None where this is no such call."""
    handler = arguments[0] if arguments else None
    if name not in ("map", "reduce", "forEach") or not isinstance(handler, Closure):
        return None
    turns = turns_of(owner, by_name=False)
    if turns is None:
        return None
    if name == "reduce":
        made = arguments[1] if len(arguments) > 1 else Known("")
        for each in turns:
            made = follower.invoke(handler, [made, each])
        return made
    results = [follower.invoke(handler, [each]) for each in turns]
    if name == "forEach":
        return Known(None)
    fields = owner.of if isinstance(owner, Names) else owner
    # `name=value` for every member, to be joined by "&"; a map to anything else is rare beside it.
    return FormText(fields) if isinstance(fields, Fields) else Items(results)


def _gone_through(follower: Follower, owner: Value, name: str, arguments: list[Value]) -> Value | None:
    handler = arguments[0]
    if name == "reduce":
        if not isinstance(handler, Closure):
            return Unknown("")
        start = arguments[1] if len(arguments) > 1 else Known("")
        made = follower.invoke(handler, [start, element_of(owner)])
        return joined(Repeated(made.element, times_of(owner)), "", follower) if isinstance(made, Repeated) else made
    if isinstance(owner, Fields):
        return FormText(owner) if name == "map" else Known(None)
    if name == "forEach" and isinstance(handler, Closure):
        before = dict(handler.scope)
        follower.invoke(handler, [element_of(owner)])
        for key, value in list(handler.scope.items()):
            if isinstance(value, Repeated) and before.get(key) is not value:
                handler.scope[key] = joined(Repeated(value.element, times_of(owner)), "", follower)
        return Known(None)
    return mapped(follower, owner, handler)


def mapped(follower: Follower, value: Value, mapper: Value) -> Value:
    """Give what mapping a function over a value makes."""
    element = element_of(value)
    if isinstance(mapper, Closure):
        made = follower.invoke(mapper, [element])
    elif isinstance(mapper, Library):
        node = Call(Function("", (), (), 0), (), 0)
        made = follower.library.call(follower, mapper.path, [element], {}, node) or Unknown("")
    else:
        made = Unknown("")
    return Repeated(made, times_of(value))


def _octets_method(owner: Octets, name: str, first: Value | None, arguments: list[Value]) -> Value | None:
    if name == "toString":
        if owner.form == "words":
            path = first.path if isinstance(first, Library) else ""
            return encoded(owner, path or "hex")
        if isinstance(first, Known) and isinstance(first.value, str):
            return encoded(owner, first.value)
        return text_of(owner)
    if name in ("toBase64", "toHex"):
        options = first if isinstance(first, Fields) else None
        if name == "toHex":
            return Encoded("hex", owner, True, True, False)
        url = options is not None and options.get("alphabet") == Known("base64url")
        bare = options is not None and options.get("omitPadding") == Known(True)
        return Encoded("base64", owner, url, url, not bare)
    if name in ("slice", "subarray"):
        ends = [int(a.value) if isinstance(a, Known) and isinstance(a.value, float) else None for a in arguments[:2]]
        return sliced(owner, *[*ends, None, None][:2])
    return owner if name in ("values", "buffer", "concat") else None


def _text_method(follower: Follower, owner: Value, name: str, arguments: list[Value], node: Call) -> Value | None:
    first = arguments[0] if arguments else None
    if name in ("replace", "replaceAll") and node.arguments:
        by = arguments[1] if len(arguments) > 1 else Known("")
        pattern = node.arguments[0]
        if isinstance(pattern, Regex):
            return replaced(owner, pattern.pattern, "g" in pattern.flags, by, regex=True)
        if isinstance(first, Known) and isinstance(first.value, str):
            return replaced(owner, first.value, name == "replaceAll", by, regex=False)
        return owner
    if name == "split":
        if isinstance(owner, (Encoded, Altered)) and isinstance(first, Known) and first.value in ("+", "/", "="):
            return Parted(owner, str(first.value))
        return Items([owner]) if not isinstance(owner, Unknown) else Unknown("")
    if name in ("slice", "substring", "substr"):
        ends = [int(a.value) if isinstance(a, Known) and isinstance(a.value, float) else None for a in arguments[:2]]
        if isinstance(owner, (Element, Weak)):
            return owner
        return sliced(owner, *[*ends, None, None][:2])
    if name in ("trim", "toString", "valueOf", "normalize", "padStart", "padEnd", "trimEnd", "concat", "flat"):
        if name == "concat" and first is not None:
            return added(owner, first)
        if name == "padEnd" and isinstance(owner, Encoded) and not owner.padded:
            return replace(owner, padded=True)
        if name == "toString" and isinstance(first, Library) and isinstance(owner, (Encoded, Octets)):
            return encoded(owner, first.path)
        return owner if not isinstance(owner, Unknown) else None
    if name in ("toLowerCase", "toUpperCase") and not isinstance(owner, (Unknown, Known, Element)):
        hexadecimal = isinstance(owner, Encoded) and owner.notation == "hex"
        return owner if hexadecimal else Altered(owner, "case")
    if name in ("charAt", "at", "charCodeAt", "codePointAt") and first is not None:
        return indexed(owner, first, follower)
    return None
