"""Which function made the digest: SHA-256 (RFC 7636 4.2), another one, none at all, or one after another.

A function after another is named second-of-notation-of-first, the way the first digest was written standing between;
where the first is SHA-256 itself its name is left out.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Protocol

Hash = Callable[[bytes], bytes]


class _Digest(Protocol):
    def digest(self) -> bytes: ...


def _identity(data: bytes) -> bytes:
    return data


def _library(name: str) -> Hash:
    try:
        fresh = hashlib.new(name, usedforsecurity=False)
    except ValueError:
        return _missing

    def digest(data: bytes) -> bytes:
        function = fresh.copy()  # looking a name up takes longer than hashing
        function.update(data)
        return function.digest()

    return digest


def _missing(_: bytes) -> bytes:
    raise ValueError("this build of the crypto library leaves the function out")


def _direct(constructor: Callable[[bytes], _Digest]) -> Hash:
    return lambda data: constructor(data).digest()


def _keyless(constructor: Callable[[bytes], _Digest], block: int = 64) -> Hash:
    # RFC 2104 2 with a key of zeros; two plain hashes take half the time of the library's HMAC.
    inner, outer = b"\x36" * block, b"\x5c" * block
    return lambda data: constructor(outer + constructor(inner + data).digest()).digest()


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
    "hmac-sha256-empty-key": ("HMAC-SHA-256 with an empty key", _keyless(hashlib.sha256)),
    "hmac-sha256-as-key": (
        "HMAC-SHA-256 of an empty text, keyed with the hash input,",
        lambda data: hmac.digest(data, b"", "sha256"),
    ),
    "hmac-sha256-own-key": ("HMAC-SHA-256 keyed with the text itself", lambda data: hmac.digest(data, data, "sha256")),
    "hmac-sha512-empty-key": ("HMAC-SHA-512 with an empty key", _keyless(hashlib.sha512, 128)),
    "hmac-sha1-empty-key": ("HMAC-SHA-1 with an empty key", _keyless(hashlib.sha1)),
    "hmac-md5-empty-key": ("HMAC-MD5 with an empty key", _keyless(hashlib.md5)),
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
})  # fmt: skip
_MIXED = ("sha256", "sha1", "sha512", "md5", "sha384")

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


SINGLE: tuple[str, ...] = tuple(FUNCTIONS)
TWICE: tuple[str, ...] = tuple(f"sha256-of-{between}" for between in BETWEEN)
USUAL = tuple(name for name in SINGLE if name not in RARE) + tuple(
    f"sha256-of-{between}" for between in BETWEEN if between not in ("b64url-pad", "b64-nopad")
)
COMMON = ("sha256", "none", "sha1", "sha512", "md5", "sha384")


def _after(seconds: Iterable[str], betweens: Iterable[str], firsts: Iterable[str]) -> tuple[str, ...]:
    named = {second: "sha256-of-{}" if second == "sha256" else f"{second}-of-{{}}-of-sha256" for second in seconds}
    return tuple(
        named[second].format(between) if first == "sha256" else f"{second}-of-{between}-of-{first}"
        for first in firsts
        for between in betweens
        for second in named
    )


_THRICE = tuple(f"sha256-of-{between}-of-sha256-of-{between}" for between in ("raw", "hex"))
# One function after another, and SHA-256 three times, for hash inputs that are likely ...
MIXED = (
    *(f"{name}-of-{between}-of-{name}" for name in _MIXED[1:] for between in ("raw", "hex")),
    *_after(("sha256",), ("raw", "hex"), _MIXED[1:]),
    *_after(_MIXED[1:], ("raw", "hex"), ("sha256",)),
    *_THRICE,
)
# ... and whatever can follow each other, for the verifier itself.
ANY_TWO = _after(_MIXED, BETWEEN, (*(name for name in SINGLE if name not in RARE and name != "none"), *TWICE))


def compute(name: str, data: bytes) -> bytes:
    """Compute one digest of one hash input, by the name of its function."""
    return Digests([data]).under(name)[0]


class Digests:
    """The digests of several hash inputs; what two functions need of a third one is computed once."""

    def __init__(self, data: Iterable[bytes], further: Mapping[str, Hash] = MappingProxyType({})) -> None:
        self._known: dict[str, list[bytes]] = {"none": list(data)}
        self._written: dict[tuple[str, str], list[bytes]] = {}
        self._further = further

    def under(self, name: str) -> list[bytes]:
        """Give the digest of each input under a function, in their order."""
        if (known := self._known.get(name)) is None:
            known = self._known[name] = self._compute(name)
        return known

    def _compute(self, name: str) -> list[bytes]:
        if name in FUNCTIONS or name in self._further:
            function, data = self._further.get(name) or FUNCTIONS[name][1], self._known["none"]
        else:
            second, between, first = split(name)
            function, data = FUNCTIONS[second][1], self._write(first, between)
        return [function(one) for one in data]

    def _write(self, first: str, between: str) -> list[bytes]:
        if (written := self._written.get((first, between))) is None:
            write = BETWEEN[between][1]
            written = self._written[first, between] = [write(digest) for digest in self.under(first)]
        return written


def split(name: str) -> tuple[str, str, str]:
    """Take a function after another apart: the second, the notation between, the first."""
    second, between, *first = name.split("-of-", 2)
    return second, between, first[0] if first else "sha256"


def phrase_of(name: str, hashed: str) -> str:
    """Say a hash in words, as 'SHA-256 over the verifier'; `hashed` is the phrase of the hash input."""
    if name == "none":
        return hashed
    if name in FUNCTIONS:
        return f"{FUNCTIONS[name][0]} over {hashed}"
    second, between, first = split(name)
    inner = phrase_of(first, hashed)
    line = " and a line feed" if between.endswith("-lf") else ""
    return f"{FUNCTIONS[second][0]} over {BETWEEN[between][0]} digest{line} of {inner}"
