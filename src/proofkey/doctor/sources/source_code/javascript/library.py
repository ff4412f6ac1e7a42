"""What the calls of browsers, Node and common packages make of their arguments, as far as a login uses them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from proofkey.doctor.sources.source_code.elements import names_of
from proofkey.doctor.sources.source_code.forms import form_text
from proofkey.doctor.sources.source_code.hashing import source_of
from proofkey.doctor.sources.source_code.javascript import sending
from proofkey.doctor.sources.source_code.javascript.crypto import hash_call, random_call
from proofkey.doctor.sources.source_code.javascript.methods import call_method, mapped
from proofkey.doctor.sources.source_code.javascript.octets import octets_of, text_of
from proofkey.doctor.sources.source_code.syntax import Call
from proofkey.doctor.sources.source_code.trace import Storage
from proofkey.doctor.sources.source_code.values import (
    Altered,
    Callback,
    Decoded,
    Element,
    Encoded,
    Fields,
    FormText,
    Items,
    Json,
    Known,
    Library,
    Octets,
    Pending,
    RandomText,
    Raw,
    Repeated,
    Stored,
    Unknown,
    Utf16,
    Value,
    awaited,
)

if TYPE_CHECKING:
    from proofkey.doctor.sources.source_code.following import Follower

__all__ = ["call", "call_method", "get_item", "get_member", "put_item", "put_member", "text_of"]

_GLOBAL = re.compile(r"^(?:window|globalThis|self|global|this)\.")
_STORES = re.compile(r"(?:^|[.:])(sessionStorage|localStorage|AsyncStorage|SecureStore|Cookies)$")
_BASE64URL = re.compile(
    r"base_?64_?url|url_?safe_?base_?64|base64_?uri|b64_?url|b64_?uri|base64_?to_?url|encodeurisafe", re.I
)
_TYPED = {"Uint8Array": 1, "Uint16Array": 2, "Uint32Array": 4, "Int8Array": 1, "Uint8ClampedArray": 1, "Int32Array": 4}


def plain_path(path: str) -> str:
    """Write a global's path without `window.` and its like."""
    return _GLOBAL.sub("", path)


def get_member(follower: Follower, value: Value, name: str, line: int) -> Value | None:
    """Say what `value.name` is where JavaScript or the browser decides it; None where the code does."""
    match value:
        case Octets():
            return (
                value
                if name in ("buffer", "bytes")
                else Known(float(value.size))
                if name == "length" and value.size
                else None
            )
        case Fields(kind="url"):
            return value if name in ("searchParams", "href", "search") else None
        case Library(path) if _STORES.search(path) and name not in _STORE_CALLS:
            return _load(follower, path, name, line)
        case Library(path) if re.search(r"(?:req|request|ctx|context)\.query$|router\.query$", path, re.IGNORECASE):
            follower.trace.callback_reads.append((name, line))
            return Callback(name)
        case Unknown(text) if re.search(r"\bquery$|[qQ]ueryParams$|params$", text) and name in (
            "code",
            "state",
            "error",
        ):
            follower.trace.callback_reads.append((name, line))
            return Callback(name)
        case Library(path):
            return _plain_member(path, name)
        case _:
            return None


def _plain_member(path: str, name: str) -> Value | None:
    if plain_path(path) == "Date" and name == "now":
        return Library("Date.now")
    return None


_STORE_CALLS = frozenset(
    ["getItem", "setItem", "removeItem", "clear", "get", "set", "remove", "getItemAsync", "setItemAsync"]
)


def _store_name(path: str) -> str:
    match = _STORES.search(path)
    return match.group(1) if match else path


def _load(follower: Follower, path: str, key: str, line: int) -> Value:
    stored = Stored(_store_name(path), key)
    follower.trace.storage.append(Storage("get", stored.store, key, stored, line))
    return stored


def _save(follower: Follower, path: str, key: Value, value: Value, line: int) -> None:
    if isinstance(key, Known) and isinstance(key.value, str):
        follower.trace.storage.append(Storage("put", _store_name(path), key.value, value, line))


def put_member(follower: Follower, owner: Value, name: str, value: Value, line: int) -> None:
    """Note an assignment to a member that sends or stores something."""
    if isinstance(owner, Library) and _STORES.search(owner.path):
        _save(follower, owner.path, Known(name), value, line)
    if (isinstance(owner, Library) and re.search(r"(?:^|\.)(?:location|window|document)$", owner.path)) and name in (
        "href",
        "location",
    ):
        sending.redirect(follower, value, line)
    if isinstance(owner, Fields) and owner.kind == "url" and name == "search":
        fields = value.of if isinstance(value, FormText) else value
        if isinstance(fields, Fields):
            owner.entries += fields.entries
            owner.open |= fields.open


def put_item(follower: Follower, owner: Value, key: str, value: Value, line: int) -> None:
    """Note an assignment to `owner[key]`."""
    put_member(follower, owner, key, value, line)


def get_item(follower: Follower, owner: Value, key: str, line: int) -> Value | None:
    """Say what `owner[key]` is."""
    return get_member(follower, owner, key, line)


# --- calls by path


def call(follower: Follower, path: str, arguments: list[Value], keywords: dict[str, Value], node: Call) -> Value | None:
    """Say what a call of something that the code does not define gives; None where nothing is known of it."""
    path = plain_path(path)
    first = arguments[0] if arguments else Unknown("")
    if node.new:
        made = _construct(follower, path, first, node)
        if made is not None:
            return made
    name = path.rpartition(".")[2].rpartition(":")[2] or path
    if _STORES.search(path.rpartition(".")[0]) and name in _STORE_CALLS:
        return _store_call(follower, path.rpartition(".")[0], name, arguments, node)
    requested = sending.call(follower, path, arguments, node)
    if requested is not None:
        return requested
    hashed = hash_call(follower, path, name, first, arguments)
    if hashed is not None:
        return hashed
    drawn = random_call(follower, path, name, first)
    if drawn is not None:
        return drawn
    return _conversion(follower, path, name, first, arguments)


def _construct(follower: Follower, path: str, first: Value, node: Call) -> Value | None:
    if path in _TYPED:
        width = _TYPED[path]
        match first:
            case Known(size) if isinstance(size, float):
                return Octets(Unknown("zeros"), "array", int(size) * width, width)
            case Octets(source=source, size=size):
                return Octets(source, "array", size, width)
            case _:
                return Octets(source_of(first), "array", None, width)
    match path:
        case "URLSearchParams":
            return sending.search_params(follower, first, node.line)
        case "FormData":
            return Fields("multipart", line=node.line)
        case "URL":
            return sending.url_of(follower, first, node.line)
        case "HttpParams" | "Headers":
            return sending.http_params(follower, first, path, node.line)
        case "TextEncoder" | "TextDecoder" | "Date" | "Array" | "XMLHttpRequest":
            return Library(path)
        case "Promise":
            return Unknown("new Promise()")
        case _:
            return None


def _store_call(follower: Follower, path: str, name: str, arguments: list[Value], node: Call) -> Value:
    key = arguments[0] if arguments else Unknown("")
    if name.startswith("set") and len(arguments) > 1:
        _save(follower, path, key, text_of(arguments[1]), node.line)
        return Known(None)
    if name.startswith("get") and isinstance(key, Known) and isinstance(key.value, str):
        return _load(follower, path, key.value, node.line)
    return Unknown(f"{_store_name(path)}.{name}()")


def _conversion(follower: Follower, path: str, name: str, first: Value, arguments: list[Value]) -> Value | None:
    match path:
        case "btoa":
            return Encoded("base64", text_of(awaited(first) if not isinstance(first, Pending) else first))
        case "encodeURIComponent" | "encodeURI" | "escape" if _is_a_word(first):
            return first
        case "encodeURIComponent" | "encodeURI" | "escape":
            return Altered(first, "percent")
        case "decodeURIComponent" | "unescape" | "decodeURI":
            return first.of if isinstance(first, Altered) and first.how == "percent" else first
        case "String":
            return text_of(first)
        case "JSON.stringify":
            return Json(first)
        case "JSON.parse":
            return _parsed(first)
        case "String.fromCharCode" | "String.fromCodePoint":
            return _from_char_code(first)
        case "Array.from":
            return _array_from(follower, first, arguments)
        case "Buffer.from" | "buffer:Buffer.from":
            return _buffer_from(first, arguments)
        case "Object.keys":
            return names_of(first)
        case "Object.entries" | "Object.fromEntries" | "Object.assign" | "Object.freeze":
            return first
        case "TextEncoder.encode":
            return Octets(source_of(first), "array")
        case "TextDecoder.decode":
            return Altered(first, "other", "bytes read as text") if isinstance(first, Octets) else first
        case "Promise.resolve":
            return Pending(first)
        case "Math.floor" | "Math.round" | "Math.ceil" | "parseInt" | "Math.abs" | "Number" | "Math.trunc":
            return first
        case "URL.createObjectURL":
            return Unknown("")
        case _:
            pass
    if "stringify" in name and re.search(r"qs|querystring|query-string", path, re.IGNORECASE):
        return form_text(first)
    if path in ("$.param", "jQuery.param"):
        return form_text(first)
    if _BASE64URL.search(path) and "decode" not in path.lower() and follower.functions.get(name) is None:
        return Encoded(
            "base64", first if isinstance(first, (Encoded, Known, RandomText)) else octets_of(first), True, True, False
        )
    if re.search(
        r"(?:^|[.:])(?:fromByteArray|base64\.encode|encodeBase64|toBase64|arrayBufferToBase64|encode64)$", path, re.I
    ):
        return Encoded("base64", octets_of(awaited(first)) if isinstance(awaited(first), Octets) else first)
    return None


def _is_a_word(value: Value) -> bool:
    """Tell a constant that percent-encoding leaves as it is: the name of a parameter."""
    return isinstance(value, Known) and isinstance(value.value, str) and re.fullmatch(r"\w+", value.value) is not None


def _parsed(value: Value) -> Value:
    match value:
        case Json(of):
            return of
        case Stored(store, key, _):
            return Stored(store, key, True)
        case _:
            return Unknown("JSON.parse()")


def _from_char_code(first: Value) -> Value:
    match first:
        case Octets():
            return Raw(first)
        case Element(of, "number"):
            return Element(of, "raw")
        case Items(items) if items and isinstance(items[0], Octets):
            return Raw(items[0])
        case Unknown():
            return Raw(first)
        case _:
            return first


def _array_from(follower: Follower, first: Value, arguments: list[Value]) -> Value:
    mapper = arguments[1] if len(arguments) > 1 else None
    if isinstance(first, Fields) and (length := first.get("length")) is not None:
        times = int(length.value) if isinstance(length, Known) and isinstance(length.value, float) else None
        first = Repeated(Unknown(""), times)
    if mapper is not None:
        return mapped(follower, first, mapper)
    if isinstance(first, Octets):
        return Octets(first.source, "array", first.size, first.width)
    return first


def _buffer_from(first: Value, arguments: list[Value]) -> Value:
    how = arguments[1] if len(arguments) > 1 else None
    name = str(how.value).lower() if isinstance(how, Known) else ""
    if isinstance(first, Octets):
        return Octets(first.source, "node", first.size)
    if name in ("hex", "base64", "base64url"):
        if isinstance(first, Encoded) and isinstance(first.of, Octets) and first.notation == name[:6].rstrip("u"):
            return Octets(first.of.source, "node", first.of.size)  # decoding what was just encoded
        return Octets(Decoded(first), "node")
    if name.startswith(("utf16", "ucs2")):
        return Octets(Utf16(first), "node")
    if name in ("binary", "latin1") and isinstance(first, Raw):
        return Octets(source_of(first), "node")
    return Octets(source_of(first), "node")
