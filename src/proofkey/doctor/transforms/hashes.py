"""Which function made the digest: SHA-256 (RFC 7636 4.2), another one, none at all, or one after another."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Callable, Iterator
from typing import Protocol

Hash = Callable[[bytes], bytes]


class _Digest(Protocol):
    def digest(self) -> bytes: ...


def _identity(data: bytes) -> bytes:
    return data


def _library(name: str) -> Hash:
    def digest(data: bytes) -> bytes:
        return hashlib.new(name, data, usedforsecurity=False).digest()

    return digest


def _direct(constructor: Callable[[bytes], _Digest]) -> Hash:
    return lambda data: constructor(data).digest()


def _keyed(algorithm: str, key: bytes | None, message: bytes | None) -> Hash:
    # None stands for the hash input itself.
    def digest(data: bytes) -> bytes:
        return hmac.digest(data if key is None else key, data if message is None else message, algorithm)

    return digest


SHA256: Hash = _direct(hashlib.sha256)

FUNCTIONS: dict[str, tuple[str, Hash]] = {
    "sha256": ("SHA-256", SHA256),
    "none": ("no hash", _identity),
    "sha1": ("SHA-1", _direct(hashlib.sha1)),
    "sha512": ("SHA-512", _direct(hashlib.sha512)),
    "md5": ("MD5", _direct(hashlib.md5)),
    "sha384": ("SHA-384", _direct(hashlib.sha384)),
    "sha224": ("SHA-224", _direct(hashlib.sha224)),
    "sha512-256": ("SHA-512/256", _library("sha512_256")),
    "sha512-224": ("SHA-512/224", _library("sha512_224")),
    "sha3-256": ("SHA3-256", _direct(hashlib.sha3_256)),
    "sha3-512": ("SHA3-512", _direct(hashlib.sha3_512)),
    "sha3-384": ("SHA3-384", _direct(hashlib.sha3_384)),
    "sha3-224": ("SHA3-224", _direct(hashlib.sha3_224)),
    "blake2b": ("BLAKE2b", _direct(hashlib.blake2b)),
    "blake2b-256": ("BLAKE2b-256", lambda data: hashlib.blake2b(data, digest_size=32).digest()),
    "blake2s": ("BLAKE2s", _direct(hashlib.blake2s)),
    "shake128-256": ("SHAKE128 with 256 bits", lambda data: hashlib.shake_128(data).digest(32)),
    "shake256-256": ("SHAKE256 with 256 bits", lambda data: hashlib.shake_256(data).digest(32)),
    "shake256-512": ("SHAKE256 with 512 bits", lambda data: hashlib.shake_256(data).digest(64)),
    "ripemd160": ("RIPEMD-160", _library("ripemd160")),
    "sm3": ("SM3", _library("sm3")),
    "hmac-sha256-empty-key": ("HMAC-SHA-256 with an empty key", _keyed("sha256", b"", None)),
    "hmac-sha256-as-key": ("HMAC-SHA-256 of an empty text, keyed with the hash input,", _keyed("sha256", None, b"")),
    "hmac-sha256-own-key": ("HMAC-SHA-256 keyed with the text itself", _keyed("sha256", None, None)),
    "hmac-sha512-empty-key": ("HMAC-SHA-512 with an empty key", _keyed("sha512", b"", None)),
    "hmac-sha1-empty-key": ("HMAC-SHA-1 with an empty key", _keyed("sha1", b"", None)),
    "hmac-md5-empty-key": ("HMAC-MD5 with an empty key", _keyed("md5", b"", None)),
}


def _available(name: str) -> bool:
    # Some builds of the crypto library leave out RIPEMD-160, SM3 or the short SHA-512s.
    try:
        FUNCTIONS[name][1](b"")
    except ValueError:
        return False
    return True


FUNCTIONS = {name: function for name, function in FUNCTIONS.items() if _available(name)}
RARE = frozenset({
    "sha512-224", "sha3-224", "sha3-384", "shake128-256", "shake256-256", "shake256-512", "ripemd160", "sm3",
    "hmac-sha256-as-key", "hmac-sha256-own-key", "hmac-sha512-empty-key", "hmac-sha1-empty-key", "hmac-md5-empty-key",
    "sha256-of-b64url-pad", "sha256-of-b64-nopad",
})  # fmt: skip
SECOND = ("sha256", "sha1", "sha512", "md5", "sha384", "sha224", "sha3-256", "sha3-512")
COMMON = ("sha256", "none", "sha1", "sha512", "md5", "sha384")

# How the first digest was written before it was hashed again.
BETWEEN: dict[str, tuple[str, Hash]] = {
    "raw": ("the raw", _identity),
    "hex": ("the hexadecimal", lambda digest: digest.hex().encode("ascii")),
    "HEX": ("the upper-case hexadecimal", lambda digest: digest.hex().upper().encode("ascii")),
    "hex-lf": ("the hexadecimal", lambda digest: digest.hex().encode("ascii") + b"\n"),
    "b64url": ("the base64url", lambda digest: base64.urlsafe_b64encode(digest).rstrip(b"=")),
    "b64url-pad": ("the padded base64url", base64.urlsafe_b64encode),
    "b64": ("the standard base64", base64.b64encode),
    "b64-nopad": ("the unpadded standard base64", lambda digest: base64.b64encode(digest).rstrip(b"=")),
}


SINGLE: dict[str, Hash] = {name: function for name, (_, function) in FUNCTIONS.items()}


def _again(write: Hash) -> Hash:
    return lambda data: SHA256(write(SHA256(data)))


def _after(second: Hash, write: Hash, first: Hash) -> Hash:
    return lambda data: second(write(first(data)))


TWICE: dict[str, Hash] = {f"sha256-of-{between}": _again(write) for between, (_, write) in BETWEEN.items()}
# Other functions twice, or one after another.
MIXED: dict[str, Hash] = {
    f"{second}-of-{between}-of-{first}": _after(SINGLE[second], BETWEEN[between][1], SINGLE[first])
    for second, between, first in (
        ("sha1", "raw", "sha1"), ("sha1", "hex", "sha1"), ("md5", "raw", "md5"), ("md5", "hex", "md5"),
        ("sha512", "raw", "sha512"), ("sha512", "hex", "sha512"), ("sha384", "hex", "sha384"),
        ("sha256", "hex", "md5"), ("sha256", "hex", "sha1"), ("sha256", "hex", "sha512"), ("sha256", "raw", "sha512"),
    )
}  # fmt: skip
for _between in ("raw", "hex"):
    MIXED[f"sha256-of-{_between}-of-sha256-of-{_between}"] = _after(
        SHA256, BETWEEN[_between][1], TWICE[f"sha256-of-{_between}"]
    )


def first_digests(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Give what a second hash may have been taken of: every digest of `data`, however it was written between."""
    for first, function in SINGLE.items():
        if first != "none":
            digest = function(data)
            for between, (_, write) in BETWEEN.items():
                yield f"of-{between}-of-{first}", write(digest)
    for twice, function in TWICE.items():
        digest = function(data)
        for between, (_, write) in BETWEEN.items():
            yield f"of-{between}-of-{twice}", write(digest)


def phrase_of(name: str, hashed: str) -> str:
    """Say a hash in words, as 'SHA-256 over the verifier'; `hashed` is the phrase of the hash input."""
    if name == "none":
        return hashed
    if name in FUNCTIONS:
        return f"{FUNCTIONS[name][0]} over {hashed}"
    second, between, *first = name.split("-of-", 2)
    inner = phrase_of(first[0] if first else "sha256", hashed)
    line = " and a line feed" if between.endswith("-lf") else ""
    return f"{FUNCTIONS[second][0]} over {BETWEEN[between][0]} digest{line} of {inner}"
