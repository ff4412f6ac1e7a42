"""What a challenge tells about itself, with no verifier at hand: its length, its alphabet, what it decodes to.

An S256 challenge is 43 characters of base64url whose last one ends a group of 32 bytes (RFC 7636 4.2). Of what is
written here, only the printed bytes, the placeholders and the hash of nothing are proof; the rest is a likely shape.
"""

from __future__ import annotations

import base64
import hashlib
import re
from typing import Literal, NamedTuple

from proofkey.core.pkce import decode_challenge
from proofkey.doctor.facts import characters
from proofkey.doctor.pattern import Pattern

LONGEST = 4096  # characters
_EXAMPLE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"  # RFC 7636 appendix B

_PLACEHOLDER = Pattern(
    r"""undefined|null|none|nil|nan|true|false|\[?object\ \w+\]?|\[object\ Promise\]|promise\ \{.*\}|<promise.*>
    |<coroutine\ object.*|<built-in\ .*|<bound\ method.*|<[\w.\ ]+\ object\ (?:at|@)\ 0x.*|\[Function.*\]|Symbol\(.*\)
    |<function.*|function\b.*|\[native\ code\].*|\[B@[0-9a-f]+|\[C@[0-9a-f]+|System\.Byte\[\]
    |System\.[\w.]+|Uint8Array\(\d+\).*|ArrayBuffer\(\d+\).*|\(anonymous\)
    |[<{\[$%]*(?:your|my|insert|the|a)?[_ -]?(?:code[_ -]?)?challenge[>}\]%]*|[<{\[$%]*(?:code[_ -]?)?verifier[>}\]%]*
    |x{3,}|\.{3}|\u2026|string|todo|changeme|\{\}|\[\]|\"\"|''|b''""",
    re.IGNORECASE | re.VERBOSE | re.DOTALL,
)
_BITS = {"md5": 128, "sha1": 160, "sha224": 224, "sha256": 256, "sha384": 384, "sha512": 512}
_SAID = {
    "md5": "MD5",
    "sha1": "SHA-1",
    "sha224": "SHA-224",
    "sha256": "SHA-256",
    "sha384": "SHA-384",
    "sha512": "SHA-512",
}
_BY_SIZE = {bits // 8: _SAID[name] for name, bits in _BITS.items()}


class Fact(NamedTuple):
    """Something that is seen in a challenge; `fault` is a name of the catalogue or None, `sentence` tells no value."""

    fault: str | None
    certainty: Literal["proven", "likely", "possible"]
    sentence: str


def facts(challenge: str) -> tuple[Fact, ...]:
    """Say what a challenge shows by itself, the most telling first; nothing where it looks like an S256 challenge."""
    if len(challenge) > LONGEST:
        return (Fact("challenge-wrong-transform", "likely", f"it has {characters(challenge)}; S256 gives 43"),)
    told = tuple(fact for tell in (_constant, _text, _notation, _shape) if (fact := tell(challenge)))
    length = None if told else _length(challenge)
    return (length,) if length else told


def is_printed_bytes(challenge: str) -> bool:
    """Tell whether a challenge is base64 of byte values printed with commas."""
    text = _decode(challenge)
    return text is not None and _all_bytes(r"\d{1,3}(,\d{1,3})+", text)


def _constant(challenge: str) -> Fact | None:
    if _PLACEHOLDER.fullmatch(challenge.strip()) or not challenge.strip():
        return Fact("challenge-placeholder-text", "proven", "it is empty or the printed name of a missing value")
    decoded = _decode(challenge)
    if decoded and len(decoded) > 2 and decoded.isascii() and _PLACEHOLDER.fullmatch(decoded.decode("ascii")):
        return Fact("challenge-placeholder-text", "proven", "it is base64 of the printed name of a missing value")
    if challenge == _EXAMPLE:
        return Fact(None, "proven", "it is the example of RFC 7636 appendix B, whose verifier everybody knows")
    for name in _BITS:
        digest = hashlib.new(name, b"", usedforsecurity=False).digest()
        forms = {digest, digest.hex().encode(), digest.hex().upper().encode()}
        if decoded in forms or challenge.lower() == digest.hex():
            return Fact("challenge-of-empty-text", "proven", f"it is {_SAID[name]} of an empty text")
    return None


def _text(challenge: str) -> Fact | None:
    if re.search(r"[\r\n]", challenge):
        return Fact("challenge-newline-hashed", "likely", "there is a line break in it")
    if len(challenge) > 1 and challenge[0] in "\"'\u201c`" and challenge[-1] in "\"'\u201d`":
        return Fact("challenge-wrong-transform", "likely", "it stands in quotes")
    if re.search(r"%[0-9A-Fa-f]{2}", challenge):
        return Fact("challenge-wrong-transform", "likely", "it is percent-encoded once too often")
    return None


def _notation(challenge: str) -> Fact | None:
    if found := _hex_digest(challenge):
        fault = "challenge-hex-digest" if found == "SHA-256" else "challenge-wrong-transform"
        return Fact(fault, "likely", f"it has the shape of a hexadecimal {found} digest")
    text = _decode(challenge)
    if text is None or not text.isascii():
        return None
    if _all_bytes(r"\d{1,3}(,\d{1,3})+", text):
        count = text.count(b",") + 1
        return Fact("challenge-printed-bytes", "proven", f"it is base64 of {count} byte values printed with commas")
    if _all_bytes(r"[\[({]? ?-?\d{1,3}([,; ] ?-?\d{1,3}){3,}[\])}]?", text):
        return Fact("challenge-printed-bytes", "likely", "it is base64 of printed byte values")
    if found := _hex_digest(text.decode("ascii").strip()):
        fault = "challenge-base64-of-hex" if found == "SHA-256" else "challenge-wrong-transform"
        return Fact(fault, "likely", f"it is base64 of a hexadecimal {found} digest")
    if re.fullmatch(rb"[A-Za-z0-9+/_-]{43,44}=*", text):
        return Fact("challenge-wrong-transform", "likely", "it is base64 of a text that is base64 itself")
    return None


def _shape(challenge: str) -> Fact | None:
    body = challenge.rstrip("=")
    if " " in challenge and re.fullmatch(r"[A-Za-z0-9+/ ]{43}", body):
        return Fact("challenge-plus-became-space", "likely", "it has a space where standard base64 has a '+'")
    if re.search(r"[+/]", body) and re.fullmatch(r"[A-Za-z0-9+/]{43}", body):
        padding = " and keeps its padding" if body != challenge else ""
        return Fact("challenge-standard-base64", "likely", f"it is written in the standard base64 alphabet{padding}")
    if len(body) == 43 and body + "=" == challenge:
        return Fact("challenge-padded", "likely", "it has 44 characters and ends in '='")
    return None


def _length(challenge: str) -> Fact | None:
    body = challenge.rstrip("=")
    if decode_challenge(challenge) or _hex_digest(challenge) or (len(body) == 43 and body != challenge):
        return None
    if not re.fullmatch(r"[A-Za-z0-9_+/ -]+", body):
        return Fact("challenge-wrong-transform", "likely", "it has characters that no base64url text has")
    size = len(body) * 3 // 4
    if len(body) == 43:
        said = "it has 43 characters but does not stand for 32 bytes: its last character is none that S256 gives"
        return Fact(None, "proven", said) if re.fullmatch(r"[A-Za-z0-9_-]+", body) else None
    if size in _BY_SIZE and len(body) == -(-size * 4 // 3) and size != 32 and not _is_text(body):
        return Fact("challenge-wrong-hash", "likely", f"it has the length of a {_BY_SIZE[size]} digest ({size} bytes)")
    if len(body) < 43:
        return Fact("challenge-truncated", "possible", f"it has {characters(challenge)}; S256 gives 43")
    return Fact("challenge-wrong-transform", "likely", f"it has {characters(challenge)}; S256 gives 43")


def _hex_digest(text: str) -> str | None:
    return _BY_SIZE.get(len(text) // 2) if len(text) % 2 == 0 and re.fullmatch("[0-9a-fA-F]+", text) else None


def _is_text(body: str) -> bool:
    decoded = _decode(body)
    return decoded is not None and all(0x20 <= byte < 0x7F for byte in decoded)


def _all_bytes(pattern: str, text: bytes) -> bool:
    if not re.fullmatch(pattern.encode("ascii"), text):
        return False
    return all(-129 < int(number) < 256 for number in re.findall(rb"-?\d+", text))


def _decode(challenge: str) -> bytes | None:
    body = challenge.rstrip("=").replace("-", "+").replace("_", "/").replace(" ", "+")
    if len(body) % 4 == 1 or not re.fullmatch(r"[A-Za-z0-9+/]+", body):
        return None
    return base64.b64decode(body + "=" * (-len(body) % 4))
