"""What the calls of browsers, Node and common packages make of their arguments, as far as a login uses them."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from proofkey.doctor.sources.source_code import javascript_requests
from proofkey.doctor.sources.source_code.syntax import Call, Function, Regex
from proofkey.doctor.sources.source_code.texts import added, indexed, joined, replaced, sliced
from proofkey.doctor.sources.source_code.trace import Storage
from proofkey.doctor.sources.source_code.values import (
    Altered,
    Callback,
    Closure,
    Decoded,
    Digest,
    Element,
    Encoded,
    Fields,
    FormText,
    Form,
    Hasher,
    Items,
    Joined,
    Json,
    Known,
    Library,
    Octets,
    Parted,
    Pending,
    Printed,
    Random,
    RandomCharacter,
    RandomText,
    Raw,
    Repeated,
    Source,
    Stored,
    Unknown,
    Utf8,
    Utf16,
    Value,
    Weak,
    awaited,
)

if TYPE_CHECKING:
    from proofkey.doctor.sources.source_code.following import Follower

_GLOBAL = re.compile(r"^(?:window|globalThis|self|global|this)\.")
_STORES = re.compile(r"(?:^|[.:])(sessionStorage|localStorage|AsyncStorage|SecureStore|Cookies)$")
_BASE64URL = re.compile(r"base_?64_?url|url_?safe_?base_?64|base64_?uri|b64_?url|b64_?uri|base64_?to_?url|encodeurisafe", re.I)
_TYPED = {"Uint8Array": 1, "Uint16Array": 2, "Uint32Array": 4, "Int8Array": 1, "Uint8ClampedArray": 1, "Int32Array": 4}
_SEARCH = re.compile(r"(?:location|url|href|req|request|route)\w*\.?(?:search|hash|href|url|originalUrl|query)?", re.I)
_UUID = re.compile(r"(?:randomUUID|uuid|uuidv4|uuid4|v4|guid)$", re.IGNORECASE)
_RANDOM_OCTETS = re.compile(r"(?:^|[.:])(?:randomBytes|getRandomBytes(?:Async)?|getRandomValues|generateSecureRandom)$")
_SHA256 = re.compile(r"(?:^|[.:/_-])sha-?256(?:sync|async|hash)?$", re.IGNORECASE)
_HASH_NAMES = {"SHA1": "sha1", "SHA256": "sha256", "SHA384": "sha384", "SHA512": "sha512", "SHA224": "sha224", "MD5": "md5",
               "SHA3": "sha3"}  # fmt: skip


def plain_path(path: str) -> str:
    """Write a global's path without `window.` and its like."""
    return _GLOBAL.sub("", path)


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


def _source(value: Value) -> Source:
    """Give the octets behind a value that a function of octets takes; a text counts as its UTF-8."""
    match value:
        case Octets(source=source):
            return source
        case Unknown():
            return value
        case Raw(of=Octets(source=source)):
            return source
        case _:
            return Utf8(value)


def _octets(value: Value) -> Octets:
    return value if isinstance(value, Octets) else Octets(_source(value), "array")


def algorithm_of(value: Value | None) -> str:
    """Name the hash that a value asks for, "" where it does not say."""
    if isinstance(value, Fields):
        value = value.get("name")
    text = value.value if isinstance(value, Known) else value.path if isinstance(value, Library) else ""
    letters = re.sub(r"[^a-z0-9]", "", str(text).lower().rpartition(".")[2])
    return letters if re.fullmatch(r"sha(?:1|224|256|384|512|3)|md5", letters) else "sha256" if "sha256" in letters else ""


def get_member(follower: Follower, value: Value, name: str, line: int) -> Value | None:
    """Say what `value.name` is where JavaScript or the browser decides it; None where the code does."""
    match value:
        case Octets():
            return value if name in ("buffer", "bytes") else Known(float(value.size)) if name == "length" and value.size else None
        case Fields(kind="url"):
            return value if name in ("searchParams", "href", "search") else None
        case Library(path) if _STORES.search(path) and name not in _STORE_CALLS:
            return _load(follower, path, name, line)
        case Library(path) if re.search(r"(?:req|request|ctx|context)\.query$|router\.query$", path, re.IGNORECASE):
            follower.trace.callback_reads.append((name, line))
            return Callback(name)
        case Unknown(text) if re.search(r"\bquery$|[qQ]ueryParams$|params$", text) and name in ("code", "state", "error"):
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


_STORE_CALLS = frozenset(["getItem", "setItem", "removeItem", "clear", "get", "set", "remove", "getItemAsync", "setItemAsync"])


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
    if (isinstance(owner, Library) and re.search(r"(?:^|\.)(?:location|window|document)$", owner.path)) and name in ("href", "location"):
        javascript_requests.redirect(follower, value, line)
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
        made = _construct(follower, path, first, arguments, node)
        if made is not None:
            return made
    name = path.rpartition(".")[2].rpartition(":")[2] or path
    if _STORES.search(path.rpartition(".")[0]) and name in _STORE_CALLS:
        return _store_call(follower, path.rpartition(".")[0], name, arguments, node)
    requested = javascript_requests.call(follower, path, arguments, node)
    if requested is not None:
        return requested
    hashed = _hash_call(follower, path, name, first, arguments)
    if hashed is not None:
        return hashed
    drawn = _random_call(follower, path, name, first)
    if drawn is not None:
        return drawn
    return _conversion(follower, path, name, first, arguments)


def _construct(follower: Follower, path: str, first: Value, arguments: list[Value], node: Call) -> Value | None:
    if path in _TYPED:
        width = _TYPED[path]
        match first:
            case Known(size) if isinstance(size, float):
                return Octets(Unknown("zeros"), "array", int(size) * width, width)
            case Octets(source=source, size=size):
                return Octets(source, "array", size, width)
            case _:
                return Octets(_source(first), "array", None, width)
    match path:
        case "URLSearchParams":
            return javascript_requests.search_params(follower, first, node.line)
        case "FormData":
            return Fields("multipart", line=node.line)
        case "URL":
            return javascript_requests.url_of(follower, first, node.line)
        case "HttpParams" | "Headers":
            return javascript_requests.http_params(follower, first, path, node.line)
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


def _hash_call(follower: Follower, path: str, name: str, first: Value, arguments: list[Value]) -> Value | None:
    module = path.partition(":")[0]
    if re.search(r"subtle\.digest$", path):
        data = arguments[1] if len(arguments) > 1 else Unknown("")
        digest = Digest(follower.draw(), algorithm_of(first) or "sha256", awaited(data))
        return Pending(Octets(digest, "buffer"))
    if name == "createHash" or (name == "createHmac"):
        return Hasher(algorithm_of(first) or "unknown" if name == "createHash" else "hmac", Known(""))
    if "CryptoJS" in path or "crypto-js" in module:
        return _cryptojs(follower, path, name, first, arguments)
    if name in ("digestStringAsync",):
        data = arguments[1] if len(arguments) > 1 else Unknown("")
        digest = Octets(Digest(follower.draw(), algorithm_of(first) or "sha256", _hashed_input(data)), "buffer")
        options = arguments[2] if len(arguments) > 2 else None
        wanted = options.get("encoding") if isinstance(options, Fields) else None
        base64 = wanted is not None and "base64" in str(wanted).lower()
        return Pending(Encoded("base64", digest) if base64 else Encoded("hex", digest, True, True, False))
    if _SHA256.search(path) or re.search(r"sha256\.(?:array|arrayBuffer|digest|hex|create)$", path):
        return _named_hash(follower, path, module, first, arguments)
    return None


def _hashed_input(value: Value) -> Value:
    """Wrap a text as the octets that a hash of a text takes."""
    return Octets(_source(value), "array")


def _named_hash(follower: Follower, path: str, module: str, first: Value, arguments: list[Value]) -> Value | None:
    """A function called sha256: what it gives depends on the package it comes from."""
    own = follower.functions.get(path.rpartition(".")[2].rpartition(":")[2])
    if own is not None and ":" not in path:
        return None
    if not arguments or path.endswith(".create"):
        return Hasher("sha256", Known(""), "other")
    octets = Octets(Digest(follower.draw(), "sha256", _hashed_input(first)), "array")
    if path.endswith((".array", ".digest")):
        return octets
    if path.endswith(".arrayBuffer"):
        return Octets(octets.source, "buffer")
    if "js-sha256" in module or module in ("sha256", "sha.js/sha256", "hash-wasm", "crypto-hash", "fast-sha256-hex"):
        hexadecimal = Encoded("hex", octets, True, True, False)
        return Pending(hexadecimal) if module in ("hash-wasm", "crypto-hash") else hexadecimal
    if "noble" in module or "fast-sha256" in module:
        return octets
    return Octets(octets.source, "unknown")


def _cryptojs(follower: Follower, path: str, name: str, first: Value, arguments: list[Value]) -> Value | None:
    algorithm = _HASH_NAMES.get(name) or ("sha256" if "sha256" in path.lower() else None)
    if algorithm:
        return Octets(Digest(follower.draw(), algorithm, _hashed_input(first)), "words")
    if path.endswith("WordArray.random"):
        size = int(first.value) if isinstance(first, Known) and isinstance(first.value, float) else None
        return Octets(Random(follower.draw(), size), "words")
    if name == "stringify":
        return encoded(first, path)
    if name == "parse":
        text = "Hex" in path or "Base64" in path
        return Octets(Decoded(first) if text else _source(first), "words")
    if name.startswith("Hmac"):
        return Octets(Digest(follower.draw(), "hmac", first), "words")
    return None


def encoded(value: Value, how: str) -> Value:
    """Encode octets the way a name asks for: hex, base64, base64url."""
    lowered = how.lower()
    octets = _octets(value)
    if "base64url" in lowered:
        return Encoded("base64", octets, True, True, False)
    if "base64" in lowered:
        return Encoded("base64", octets)
    if "hex" in lowered:
        return Encoded("hex", octets, True, True, False)
    return Raw(octets)


def _random_call(follower: Follower, path: str, name: str, first: Value) -> Value | None:
    size = int(first.value) if isinstance(first, Known) and isinstance(first.value, float) else None
    if name == "getRandomValues" and isinstance(first, Octets):
        first.source = Random(follower.draw(), first.size)
        return first
    if _RANDOM_OCTETS.search(path):
        octets = Octets(Random(follower.draw(), size), "node" if "Bytes" in name and "get" not in name else "array")
        return Pending(octets) if name.endswith("Async") else octets
    if path in ("Math.random", "Date.now", "performance.now"):
        return Weak(path + "()")
    if path.endswith((".random", "random:")) and "lodash" in path:
        return Weak(path)
    if _UUID.search(path) and (not isinstance(first, Known) or name != "v4"):
        return RandomText(follower.draw(), 36, True, "a UUID")
    if name in ("nanoid", "customAlphabet"):
        return RandomText(follower.draw(), size or 21, True, "nanoid")
    if "randomstring" in path.lower() and name == "generate":
        return RandomText(follower.draw(), size or 32, True, "randomstring")
    if name == "randomInt":
        return RandomCharacter(follower.draw(), True)
    return None


def _conversion(follower: Follower, path: str, name: str, first: Value, arguments: list[Value]) -> Value | None:
    match path:
        case "btoa":
            return Encoded("base64", text_of(awaited(first) if not isinstance(first, Pending) else first))
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
        case "Object.entries" | "Object.fromEntries" | "Object.assign" | "Object.freeze":
            return first
        case "TextEncoder.encode":
            return Octets(_source(first), "array")
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
        return javascript_requests.form_text(first)
    if path in ("$.param", "jQuery.param"):
        return javascript_requests.form_text(first)
    if _BASE64URL.search(path) and "decode" not in path.lower() and follower.functions.get(name) is None:
        return Encoded("base64", first if isinstance(first, (Encoded, Known, RandomText)) else _octets(first), True, True, False)
    if re.search(r"(?:^|[.:])(?:fromByteArray|base64\.encode|encodeBase64|toBase64|arrayBufferToBase64|encode64)$", path, re.I):
        return Encoded("base64", _octets(awaited(first)) if isinstance(awaited(first), Octets) else first)
    return None


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
        return _mapped(follower, first, mapper)
    if isinstance(first, Octets):
        return Octets(first.source, "array", first.size, first.width)
    return first


def _mapped(follower: Follower, value: Value, mapper: Value) -> Value:
    from proofkey.doctor.sources.source_code.following import element_of, times_of

    element = element_of(value)
    if isinstance(mapper, Closure):
        made = follower.invoke(mapper, [element])
    elif isinstance(mapper, Library):
        node = Call(Function("", (), (), 0), (), 0)
        made = call(follower, mapper.path, [element], {}, node) or Unknown("")
    else:
        made = Unknown("")
    return Repeated(made, times_of(value))


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
        return Octets(_source(first), "node")
    return Octets(_source(first), "node")


# --- calls of methods


def call_method(
    follower: Follower, owner: Value, name: str, arguments: list[Value], keywords: dict[str, Value], node: Call
) -> Value | None:
    """Say what a method of a known kind of value gives."""
    first = arguments[0] if arguments else None
    if isinstance(owner, Unknown):
        noted = javascript_requests.call_on_unknown(follower, owner.text, name, arguments, node)
        if noted is not None:
            return noted
    if name in ("then", "catch", "finally", "pipe", "subscribe", "map") and isinstance(owner, (Pending, Unknown)):
        return _then(follower, owner, name, arguments)
    if isinstance(owner, Pending):
        return None
    if isinstance(owner, Hasher):
        return _hasher(follower, owner, name, arguments)
    if isinstance(owner, Fields):
        return javascript_requests.fields_method(follower, owner, name, arguments, node)
    if name in ("map", "reduce", "forEach") and first is not None and isinstance(owner, (Octets, Items, Repeated, Fields)):
        return _gone_through(follower, owner, name, arguments)
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
    octets = Octets(Digest(follower.draw(), owner.algorithm, _hashed_input(owner.input)), "node")
    if name == "digest":
        return encoded(octets, str(first.value)) if isinstance(first, Known) and isinstance(first.value, str) else octets
    if name in ("hex", "array", "arrayBuffer", "toString"):
        return Encoded("hex", octets, True, True, False) if name in ("hex", "toString") else octets
    return None


def _gone_through(follower: Follower, owner: Value, name: str, arguments: list[Value]) -> Value | None:
    from proofkey.doctor.sources.source_code.following import element_of, times_of

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
    return _mapped(follower, owner, handler)


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
        return sliced(owner, *(ends + [None, None])[:2])
    return owner if name in ("values", "buffer", "concat") else None


def _text_method(
    follower: Follower, owner: Value, name: str, arguments: list[Value], node: Call
) -> Value | None:
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
        return sliced(owner, *(ends + [None, None])[:2])
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
