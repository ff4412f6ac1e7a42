"""Hashes and random sources of browsers, Node and common packages."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from proofkey.doctor.sources.source_code.hashing import algorithm_of, source_of
from proofkey.doctor.sources.source_code.javascript.octets import encoded, hashed_input
from proofkey.doctor.sources.source_code.values import (
    Decoded,
    Digest,
    Encoded,
    Fields,
    Hasher,
    Known,
    Octets,
    Pending,
    Random,
    RandomCharacter,
    RandomText,
    Unknown,
    Value,
    Weak,
    awaited,
)

if TYPE_CHECKING:
    from proofkey.doctor.sources.source_code.following import Follower

_UUID = re.compile(r"(?:randomUUID|uuid|uuidv4|uuid4|v4|guid)$", re.IGNORECASE)
_RANDOM_OCTETS = re.compile(r"(?:^|[.:])(?:randomBytes|getRandomBytes(?:Async)?|getRandomValues|generateSecureRandom)$")
_SHA256 = re.compile(r"(?:^|[.:/_-])sha-?256(?:sync|async|hash)?$", re.IGNORECASE)
_HASH_NAMES = {name: name.lower() for name in ("SHA1", "SHA224", "SHA256", "SHA384", "SHA512", "SHA3", "MD5")}


def hash_call(follower: Follower, path: str, name: str, first: Value, arguments: list[Value]) -> Value | None:
    module = path.partition(":")[0] if ":" in path else ""  # a name that nothing imports is of no known package
    if re.search(r"subtle\.digest$", path):
        data = arguments[1] if len(arguments) > 1 else Unknown("")
        digest = Digest(follower.draw(), algorithm_of(first) or "sha256", awaited(data))
        return Pending(Octets(digest, "buffer"))
    if name in ("createHash", "createHmac"):
        return Hasher(algorithm_of(first) or "unknown" if name == "createHash" else "hmac", Known(""))
    if "CryptoJS" in path or "crypto-js" in module:
        return _cryptojs(follower, path, name, first)
    if name == "digestStringAsync":
        data = arguments[1] if len(arguments) > 1 else Unknown("")
        octets = Octets(Digest(follower.draw(), algorithm_of(first) or "sha256", hashed_input(data)), "buffer")
        options = arguments[2] if len(arguments) > 2 else None
        wanted = options.get("encoding") if isinstance(options, Fields) else None
        base64 = wanted is not None and "base64" in str(wanted).lower()
        return Pending(Encoded("base64", octets) if base64 else Encoded("hex", octets, True, True, False))
    if _SHA256.search(path) or re.search(r"sha256\.(?:array|arrayBuffer|digest|hex|create)$", path):
        return _named_hash(follower, path, module, first, arguments)
    return None


def _named_hash(follower: Follower, path: str, module: str, first: Value, arguments: list[Value]) -> Value | None:
    """A function called sha256: what it gives depends on the package it comes from."""
    own = follower.functions.get(path.rpartition(".")[2].rpartition(":")[2])
    if own is not None and ":" not in path:
        return None
    if not arguments or path.endswith(".create"):
        return Hasher("sha256", Known(""), "other")
    octets = Octets(Digest(follower.draw(), "sha256", hashed_input(first)), "array")
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


def _cryptojs(follower: Follower, path: str, name: str, first: Value) -> Value | None:
    algorithm = _HASH_NAMES.get(name) or ("sha256" if "sha256" in path.lower() else None)
    if algorithm:
        return Octets(Digest(follower.draw(), algorithm, hashed_input(first)), "words")
    if path.endswith("WordArray.random"):
        size = int(first.value) if isinstance(first, Known) and isinstance(first.value, float) else None
        return Octets(Random(follower.draw(), size), "words")
    if name == "stringify":
        return encoded(first, path)
    if name == "parse":
        text = "Hex" in path or "Base64" in path
        return Octets(Decoded(first) if text else source_of(first), "words")
    if name.startswith("Hmac"):
        return Octets(Digest(follower.draw(), "hmac", first), "words")
    return None


def random_call(follower: Follower, path: str, name: str, first: Value) -> Value | None:
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
