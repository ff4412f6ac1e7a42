"""What the calls of Python's library and of common packages make of their arguments, as far as a login uses them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from proofkey.doctor.sources.source_code.hashing import algorithm_of, source_of
from proofkey.doctor.sources.source_code.python import sending
from proofkey.doctor.sources.source_code.syntax import Call
from proofkey.doctor.sources.source_code.texts import joined, replaced
from proofkey.doctor.sources.source_code.trace import Storage
from proofkey.doctor.sources.source_code.values import (
    Altered,
    Callback,
    Decoded,
    Digest,
    Encoded,
    Fields,
    Hasher,
    Items,
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

_STORE = re.compile(r"(?:^|\.)(?:session|request\.session|flask\.session|st\.session_state|session_state)$")
_ARGS = re.compile(r"request\.(?:args|query_params|GET|query)$|(?:^|\.)query_params$")


def text_of(value: Value) -> Value:
    """Turn a value into text as an f-string or str() does."""
    return Printed(value, "repr") if isinstance(value, Octets) else value


def _octets(value: Value) -> Value:
    """Give what an encoder encodes: octets, or the octets of a text that is itself an encoding."""
    if isinstance(value, Octets) and isinstance(value.source, Utf8) and isinstance(value.source.text, Encoded):
        return value.source.text
    return value if isinstance(value, Octets) else Octets(source_of(value), "bytes")


def get_member(follower: Follower, value: Value, name: str, line: int) -> Value | None:
    """Say what `value.name` is where a library decides it."""
    if isinstance(value, RandomText) and name == "hex" and value.made_by == "a UUID":
        return RandomText(value.id, 32, value.strong, "a UUID")
    return None


def put_member(follower: Follower, owner: Value, name: str, value: Value, line: int) -> None:
    """Nothing is sent by assigning to a member in Python."""


def put_item(follower: Follower, owner: Value, key: str, value: Value, line: int) -> None:
    """Note what is kept in a session."""
    if isinstance(owner, Library) and _STORE.search(owner.path):
        follower.trace.storage.append(Storage("put", "session", key, value, line))


def get_item(follower: Follower, owner: Value, key: str, line: int) -> Value | None:
    """Say what `owner[key]` is where a library decides it."""
    if isinstance(owner, (Library, Unknown)):
        path = owner.path if isinstance(owner, Library) else owner.text
        if _STORE.search(path):
            follower.trace.storage.append(Storage("get", "session", key, Stored("session", key), line))
            return Stored("session", key)
        if _ARGS.search(path):
            follower.trace.callback_reads.append((key, line))
            return Callback(key)
    return None


# --- calls


def _plain_path(path: str) -> str:
    """Write `hashlib:sha256` and `hashlib:.sha256` as `hashlib.sha256`."""
    return re.sub(r":\.?", ".", path)


def call(follower: Follower, path: str, arguments: list[Value], keywords: dict[str, Value], node: Call) -> Value | None:
    """Say what a call of something that the code does not define gives; None where nothing is known of it."""
    path = _plain_path(path)
    first = arguments[0] if arguments else next(iter(keywords.values()), Unknown(""))
    holder, _, name = path.rpartition(".")
    if _STORE.search(holder) and name in ("get", "pop") and isinstance(first, Known) and isinstance(first.value, str):
        return get_item(follower, Library(holder), first.value, node.line)
    if _ARGS.search(holder) and name == "get" and isinstance(first, Known) and isinstance(first.value, str):
        follower.trace.callback_reads.append((first.value, node.line))
        return Callback(first.value)
    for reader in (sending.call, _hash_call, _random_call, _conversion):
        found = reader(follower, path, arguments, keywords, node)
        if found is not None:
            return found
    return None


def _hash_call(
    follower: Follower, path: str, arguments: list[Value], keywords: dict[str, Value], node: Call
) -> Value | None:
    first = arguments[0] if arguments else keywords.get("data", Known(""))
    name = path.rpartition(".")[2]
    if path.startswith("hashlib.") or (path in ("sha256", "sha1", "sha512", "md5") and name not in follower.functions):
        if name == "new":
            algorithm = algorithm_of(first)
            return Hasher(algorithm or "unknown", arguments[1] if len(arguments) > 1 else Known(""), "python")
        return Hasher(name, _hashed_input(first), "python")
    if name == "new" and re.search(r"SHA256|SHA1|SHA512|MD5", path):
        return Hasher(algorithm_of(Library(path.rpartition(".")[0])), _hashed_input(first), "python")
    if (name == "Hash" and path.endswith("hashes.Hash")) or path == "Hash":
        return Hasher(_algorithm_in(first), Known(""), "python")
    if re.search(r"hmac\.(?:new|digest)$", path):
        return Hasher("hmac", first, "python")
    return None


def _algorithm_in(value: Value) -> str:
    text = value.text if isinstance(value, Unknown) else value.path if isinstance(value, Library) else ""
    match = re.search(r"sha-?_?(\d+)|md5", text, re.IGNORECASE)
    return ("sha" + match.group(1) if match.group(1) else "md5") if match else "sha256"


def _hashed_input(value: Value) -> Value:
    return value if isinstance(value, Octets) else Octets(source_of(value), "bytes") if value != Known("") else value


def _random_call(
    follower: Follower, path: str, arguments: list[Value], keywords: dict[str, Value], node: Call
) -> Value | None:
    first = arguments[0] if arguments else keywords.get("nbytes", keywords.get("k", Unknown("")))
    size = int(first.value) if isinstance(first, Known) and isinstance(first.value, float) else None
    given = bool(arguments or keywords)
    match path:
        case "secrets.token_urlsafe" | "token_urlsafe":
            return Encoded("base64", Octets(Random(follower.draw(), size if given else 32), "bytes"), True, True, False)
        case "secrets.token_hex" | "token_hex":
            return Encoded("hex", Octets(Random(follower.draw(), size if given else 32), "bytes"), True, True, False)
        case (
            "secrets.token_bytes"
            | "os.urandom"
            | "token_bytes"
            | "urandom"
            | "get_random_bytes"
            | "Crypto.Random.get_random_bytes"
        ):
            return Octets(Random(follower.draw(), size if given else 32), "bytes")
        case "random.randbytes" | "numpy.random.bytes":
            return Octets(Random(follower.draw(), size, False), "bytes")
        case "secrets.choice" | "random.SystemRandom.choice" | "secrets.SystemRandom.choice":
            return RandomCharacter(follower.draw(), True)
        case "random.choice" | "choice":
            return RandomCharacter(follower.draw(), False, "random.choice()")
        case "random.choices" | "random.sample" | "choices":
            times = keywords.get("k", arguments[1] if len(arguments) > 1 else None)
            number = int(times.value) if isinstance(times, Known) and isinstance(times.value, float) else None
            return Repeated(RandomCharacter(follower.draw(), False, path + "()"), number)
        case (
            "random.randint"
            | "random.getrandbits"
            | "random.random"
            | "random.randrange"
            | "time.time"
            | "datetime.now"
        ):
            return Weak(path + "()")
        case "random.SystemRandom" | "secrets.SystemRandom" | "SystemRandom":
            return Library("random.SystemRandom")
        case "generate_token" | "authlib.common.security.generate_token":
            return RandomText(follower.draw(), size or 30, True, "generate_token")
        case _:
            pass
    if re.search(r"(?:^|\.)uuid[14]$", path):
        return RandomText(follower.draw(), 36, path.endswith("4"), "a UUID")
    return None


def _conversion(
    follower: Follower, path: str, arguments: list[Value], keywords: dict[str, Value], node: Call
) -> Value | None:
    first = arguments[0] if arguments else Unknown("")
    name = path.rpartition(".")[2]
    match name:
        case "urlsafe_b64encode":
            return _as_octets(Encoded("base64", _octets(first), True, True))
        case "b64encode" | "standard_b64encode" | "encodebytes" | "encodestring":
            alternative = arguments[1] if len(arguments) > 1 else keywords.get("altchars")
            url = isinstance(alternative, Known) and alternative.value == "-_"
            text: Value = Encoded("base64", _octets(first), url, url)
            return _as_octets(Altered(text, "newline") if name.startswith("encode") else text)
        case "hexlify" | "b16encode":
            return _as_octets(Encoded("hex", _octets(first), True, True, False))
        case "urlsafe_b64decode" | "b64decode" | "unhexlify" | "fromhex":
            inner = first.source.text if isinstance(first, Octets) and isinstance(first.source, Utf8) else first
            return Octets(Decoded(inner), "bytes")
        case "str":
            return _printed(first, len(arguments) + len(keywords))
        case "bytes":
            how = arguments[1] if len(arguments) > 1 else keywords.get("encoding")
            return _encoded_text(first, how) if how is not None or not isinstance(first, Octets) else first
        case "quote" | "quote_plus" if "pars" in path or path == name:
            return Altered(first, "percent")
        case "unquote" | "unquote_plus":
            return first.of if isinstance(first, Altered) and first.how == "percent" else first
        case "dumps" if "json" in path:
            return Json(first)
        case "loads" if "json" in path:
            return first.of if isinstance(first, Json) else Unknown("")
        case "dict":
            fields = Fields("object", line=node.line)
            fields.entries = list(first.entries) if isinstance(first, Fields) else []
            fields.entries += list(keywords.items())
            for key, value in keywords.items():
                follower.name(key, value, node.line, "parameter")
            return fields
        case "list" | "tuple" | "sorted" | "bytearray" | "int" | "abs":
            return first
        case "sub" if path.startswith("re.") and len(arguments) > 2:
            pattern = first.value if isinstance(first, Known) and isinstance(first.value, str) else ""
            return _on_text(arguments[2], lambda text: replaced(text, pattern, True, arguments[1], regex=True))
        case "create_s256_code_challenge" | "get_code_challenge":
            digest = Digest(follower.draw(), "sha256", Octets(Utf8(first), "bytes"))
            return Encoded("base64", Octets(digest, "bytes"), True, True, False)
        case "generate_code_verifier" if name not in follower.functions:
            length = keywords.get("length", first)
            number = int(length.value) if isinstance(length, Known) and isinstance(length.value, float) else 128
            return RandomText(follower.draw(), number)
        case _:
            return None


def _as_octets(text: Value) -> Value:
    """Mark a text that Python holds as bytes: `str()` of it prints b'...'."""
    return Octets(Utf8(text), "bytes")


def _printed(first: Value, given: int) -> Value:
    if isinstance(first, Octets):
        inner = first.source.text if isinstance(first.source, Utf8) else first
        return inner if given > 1 else Printed(first, "repr")
    return first


def _encoded_text(first: Value, how: Value | None) -> Value:
    name = str(how.value).lower() if isinstance(how, Known) else "utf-8"
    if isinstance(first, Octets):
        return first
    if name.startswith(("utf-16", "utf16", "utf_16")):
        return Octets(Utf16(first), "bytes")
    return Octets(source_of(first), "bytes")


# --- methods


def call_method(
    follower: Follower, owner: Value, name: str, arguments: list[Value], keywords: dict[str, Value], node: Call
) -> Value | None:
    """Say what a method of a known kind of value gives."""
    first = arguments[0] if arguments else next(iter(keywords.values()), None)
    match owner:
        case Hasher():
            return _hasher(follower, owner, name, first)
        case Fields() if name in ("get", "pop", "setdefault") and isinstance(first, Known):
            return owner.get(str(first.value)) or Unknown(str(first.value))
        case Fields() if name == "update" and isinstance(first, Fields):
            owner.entries += first.entries
            return Known(None)
        case Fields() if name in ("items", "copy"):
            return owner
        case Unknown(text):
            if name in ("get", "pop") and isinstance(first, Known) and isinstance(first.value, str):
                found = get_item(follower, Library(text), first.value, node.line)
                if found is not None:
                    return found
            sent = sending.call_on_unknown(follower, name, arguments, keywords, node)
            return sent if sent is not None else _text_method(follower, owner, name, arguments, first)
        case Pending():
            return call_method(follower, awaited(owner), name, arguments, keywords, node)
        case _:
            return _text_method(follower, owner, name, arguments, first)


def _hasher(follower: Follower, owner: Hasher, name: str, first: Value | None) -> Value | None:
    if name == "update" and first is not None:
        # A hash object is changed in place; the name keeps pointing to the old recipe, so the input is put into it.
        object.__setattr__(owner, "input", _hashed_input(first))
        return Known(None)
    octets = Octets(Digest(follower.draw(), owner.algorithm, owner.input), "bytes")
    if name in ("digest", "finalize"):
        return octets
    if name == "hexdigest":
        return Encoded("hex", octets, True, True, False)
    return owner if name == "copy" else None


def _on_text(value: Value, change: Callable[[Value], Value]) -> Value:
    """Apply a change to a text, or to the text that bytes hold."""
    if isinstance(value, Octets):
        if isinstance(value.source, Utf8):
            return Octets(Utf8(change(value.source.text)), value.form)
        return value
    return change(value)


def _text_method(
    follower: Follower, owner: Value, name: str, arguments: list[Value], first: Value | None
) -> Value | None:
    mark = first.value if isinstance(first, Known) and isinstance(first.value, str) else ""
    match name:
        case "encode":
            return _encoded_text(owner, first)
        case "decode":
            if isinstance(owner, Octets):
                return owner.source.text if isinstance(owner.source, Utf8) else Raw(owner)
            return owner
        case "hex" if isinstance(owner, Octets):
            return Encoded("hex", owner, True, True, False)
        case "rstrip" | "strip":
            if "=" in mark:
                return _on_text(owner, lambda text: replace(text, padded=False) if isinstance(text, Encoded) else text)
            return _on_text(
                owner, lambda text: text.of if isinstance(text, Altered) and text.how == "newline" else text
            )
        case "replace" if len(arguments) > 1:
            return _on_text(owner, lambda text: replaced(text, mark, True, arguments[1], regex=False))
        case "translate":
            return _on_text(
                owner, lambda text: replace(text, plus=True, slash=True) if isinstance(text, Encoded) else text
            )
        case "split" | "partition" if mark:
            inner = owner.source.text if isinstance(owner, Octets) and isinstance(owner.source, Utf8) else owner
            return Parted(inner, mark)
        case "append" if isinstance(owner, Items) and first is not None:
            owner.items.append(first)
            return Known(None)
        case "join" if isinstance(owner, Known) and first is not None:
            return joined(first, str(owner.value or ""), follower)
        case "lower" | "upper" if not isinstance(owner, (Known, Unknown)):
            return owner if isinstance(owner, Encoded) and owner.notation == "hex" else Altered(owner, "case")
        case "choice" if isinstance(owner, Library):
            return RandomCharacter(follower.draw(), True)
        case "ljust" | "zfill" | "format":
            return owner if not isinstance(owner, Known) else Unknown("")
        case _:
            return None
