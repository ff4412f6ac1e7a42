"""How the written digest became text: base64url without padding (RFC 7636 4.2, RFC 7515 appendix C), or another way.

Encodings come in families that decode alike. A text may have been encoded more than once: a chain of families, the
outermost first; an empty chain means that the notation itself was sent as text.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Iterator
from typing import NamedTuple
from urllib.parse import quote_from_bytes, unquote_to_bytes

from proofkey.doctor.pattern import Pattern

DEEPEST = 3
_LONGEST_NUMBER = 96  # bytes
_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


class Encoding(NamedTuple):
    """One spelling of a family; its phrase takes what is encoded at `{}`, its tail stands at the sentence's end."""

    name: str
    phrase: str
    write: Callable[[bytes], str]
    tail: str = ""


class Decoded(NamedTuple):
    """What a text holds under a chain of families; `layers` are the bytes after each family, the outermost first.

    `whole` is not set where damage in the middle left only the beginning readable.
    """

    chain: tuple[str, ...]
    layers: tuple[bytes, ...]
    data: bytes
    whole: bool = True


def _ascii(write: Callable[[bytes], bytes]) -> Callable[[bytes], str]:
    return lambda data: write(data).decode("ascii")


def _lines(width: int, end: str, last: bool) -> Callable[[bytes], str]:
    def write(data: bytes) -> str:
        text = base64.b64encode(data).decode("ascii")
        return end.join(text[at : at + width] for at in range(0, len(text), width)) + (end if last else "")

    return write


def _base58(data: bytes) -> str:
    if len(data) > _LONGEST_NUMBER:
        return ""  # too long to be a digest, and the work grows with the square
    number, text = int.from_bytes(data, "big"), ""
    while number:
        number, rest = divmod(number, 58)
        text = _BASE58[rest] + text
    return "1" * (len(data) - len(data.lstrip(b"\0"))) + text


def _around(before: str, after: str) -> Callable[[bytes], str]:
    return lambda data: before + data.decode("utf-8", "replace") + after


def _every_byte(data: bytes) -> str:
    return "".join(f"%{byte:02X}" for byte in data)


def _lower_escapes(data: bytes) -> str:
    return re.sub("%..", lambda found: found[0].lower(), quote_from_bytes(data, safe=""))


SPELLINGS: dict[str, tuple[Encoding, ...]] = {
    "base64": (
        Encoding("b64url", "base64url of {}", _ascii(lambda data: base64.urlsafe_b64encode(data).rstrip(b"="))),
        Encoding("b64url-pad", "base64url of {}", _ascii(base64.urlsafe_b64encode), "padded"),
        Encoding(
            "b64-nopad", "standard base64 of {}", _ascii(lambda data: base64.b64encode(data).rstrip(b"=")), "unpadded"
        ),
        Encoding("b64", "standard base64 of {}", _ascii(base64.b64encode), "padded"),
        Encoding("b64-mime", "standard base64 with line breaks of {}", _lines(76, "\n", True), "padded"),
        Encoding("b64-mime-crlf", "standard base64 with line breaks of {}", _lines(76, "\r\n", True), "padded"),
        Encoding("b64-lines", "standard base64 in lines of {}", _lines(76, "\n", False), "padded"),
        Encoding("b64-lines-crlf", "standard base64 in lines of {}", _lines(76, "\r\n", False), "padded"),
        Encoding("b64-lines-64", "standard base64 in lines of 64 of {}", _lines(64, "\n", False), "padded"),
        Encoding("b64-mime-64", "standard base64 with line breaks at 64 of {}", _lines(64, "\n", True), "padded"),
    ),
    "base32": (
        Encoding("b32", "base32 of {}", _ascii(base64.b32encode), "padded"),
        Encoding("b32-nopad", "base32 of {}", _ascii(lambda data: base64.b32encode(data).rstrip(b"=")), "unpadded"),
        Encoding("b32-lower", "lower-case base32 of {}", _ascii(lambda data: base64.b32encode(data).lower()), "padded"),
        Encoding(
            "b32-lower-nopad",
            "lower-case base32 of {}",
            _ascii(lambda data: base64.b32encode(data).rstrip(b"=").lower()),
            "unpadded",
        ),
    ),
    "base32hex": (
        Encoding("b32hex", "base32hex of {}", _ascii(base64.b32hexencode), "padded"),
        Encoding(
            "b32hex-nopad", "base32hex of {}", _ascii(lambda data: base64.b32hexencode(data).rstrip(b"=")), "unpadded"
        ),
    ),
    "base58": (Encoding("b58", "base58 of {}", _base58),),
    "base85": (Encoding("b85", "base85 of {}", _ascii(base64.b85encode)),),
    "ascii85": (
        Encoding("a85", "Ascii85 of {}", _ascii(base64.a85encode)),
        Encoding("a85-adobe", "framed Ascii85 of {}", _ascii(lambda data: base64.a85encode(data, adobe=True))),
    ),
    "percent": (
        Encoding("percent", "the percent-encoded form of {}", lambda data: quote_from_bytes(data, safe="")),
        Encoding("percent-lower", "the percent-encoded form, in lower case, of {}", _lower_escapes),
        Encoding("percent-all", "the percent-encoded form, byte for byte, of {}", _every_byte),
    ),
    "hex": (
        Encoding("hex", "the hexadecimal text of {}", lambda data: data.hex()),
        Encoding("HEX", "the upper-case hexadecimal text of {}", lambda data: data.hex().upper()),
    ),
    # Only between two other encodings: around the last one it is a damage.
    "around": (
        Encoding("in-quotes", "{} in double quotes", _around('"', '"')),
        Encoding("in-single-quotes", "{} in single quotes", _around("'", "'")),
        Encoding("python-bytes", "the printed Python bytes of {}", _around("b'", "'")),
        Encoding("line-feed-after", "{} with a line feed after it", _around("", "\n")),
    ),
    "text": (
        Encoding("text", "{}", lambda data: data.decode("utf-8", "replace")),
        Encoding("text-latin1", "the Latin-1 text of {}", lambda data: data.decode("latin-1")),
    ),
}
BY_NAME = {encoding.name: encoding for family in SPELLINGS.values() for encoding in family}


def decode_chains(text: str) -> Iterator[Decoded]:
    """Give all that a text may hold, through at most three encodings; what cannot be read any further is left out."""
    for data in {text.encode("utf-8", "replace"), text.encode("latin-1", "replace")}:
        yield Decoded(("text",), (data,), data)
    yield from _decode_inside(text, (), ())


def spell(chain: tuple[str, ...], data: bytes, layers: tuple[bytes, ...]) -> Iterator[tuple[str, str]]:
    """Encode by a chain, in each spelling of each family that agrees with what was read; give name and text."""
    family, inner = chain[0], chain[1:]
    if not inner:
        for encoding in SPELLINGS[family]:
            yield encoding.name, encoding.write(data)
        return
    written = [(name, text.encode("utf-8")) for name, text in spell(inner, data, layers[1:])]
    read = layers[0]
    agreeing = [one for one in written if one[1] == read] or [
        one for one in written if one[1][:8].lower() == read[:8].lower() or not read
    ]
    for name, text_inside in agreeing[:4]:
        for encoding in SPELLINGS[family]:
            yield f"{encoding.name}-of-{name}", encoding.write(text_inside)


def _decode_inside(
    text: str, chain: tuple[str, ...], layers: tuple[bytes, ...], whole: bool = True
) -> Iterator[Decoded]:
    for family, decode in DECODERS.items():
        data = decode(text) if chain or family != "around" else None
        if not data or len(data) < 6:
            continue
        here, through = (*chain, family), (*layers, data)
        if family != "around":
            yield Decoded(here, through, data, whole)
        if len(here) < DEEPEST and (inside := text_before_damage(data)):
            yield from _decode_inside(inside, here, through, whole and len(inside) == len(data))


def text_before_damage(data: bytes) -> str:
    """Give decoded bytes as text; where a lost or strange character put them out of step, as far as they are text."""
    text = data.translate(_NO_TEXT_TO_NUL).partition(b"\0")[0].decode("ascii")
    return text if len(text) == len(data) or len(text) >= _FEWEST_IN_STEP else ""


_NO_TEXT_TO_NUL = bytes(byte if 0x20 <= byte < 0x7F or byte in b"\r\n" else 0 for byte in range(256))
_FEWEST_IN_STEP = 7  # characters; the bytes of a digest begin so in one of a thousand


def decode_base64(text: str) -> bytes | None:
    """Read a base64 text in either alphabet, with what may stand for its symbols; None where it is none."""
    body = known(BASE64, re.sub(r"[=\r\n\t]", "", text).translate(TO_STANDARD))
    body = body[: len(body) - (len(body) % 4 == 1)]
    if not body:
        return None
    return base64.b64decode(body + "=" * (-len(body) % 4))


def known(alphabet: Pattern, text: str) -> str:
    """Give what an alphabet knows of a text: all of it, or a good part of its beginning."""
    # One strange character does not make the text before it unreadable.
    found = alphabet.match(text)
    return found[0] if found and (found.end() == len(text) or found.end() >= _FEWEST_KNOWN) else ""


BASE64 = Pattern("[A-Za-z0-9+/]+")
_HEX = Pattern("[0-9a-fA-F]+")
_FEWEST_KNOWN = 16
TO_STANDARD = {ord("-"): "+", ord(" "): "+", ord("."): "+", ord("_"): "/", ord(","): "/", ord("~"): "/"}


def _decode_base32(alphabet: str, decode: Callable[[str], bytes]) -> Callable[[str], bytes | None]:
    pattern = Pattern(alphabet, re.IGNORECASE)

    def read(text: str) -> bytes | None:
        body = known(pattern, text.strip().rstrip("="))
        if not body:
            return None
        # A cut text is read as far as it goes.
        body = body[: len(body) - {1: 1, 3: 1, 6: 1}.get(len(body) % 8, 0)]
        return decode(body.upper() + "=" * (-len(body) % 8))

    return read


def _decode_base58(text: str) -> bytes | None:
    if len(text) > 2 * _LONGEST_NUMBER or not re.fullmatch(f"[{_BASE58}]+", text):
        return None
    number = 0
    for character in text:
        number = number * 58 + _BASE58.index(character)
    return b"\0" * (len(text) - len(text.lstrip("1"))) + number.to_bytes((number.bit_length() + 7) // 8, "big")


def _decode_85(decode: Callable[[str], bytes]) -> Callable[[str], bytes | None]:
    def read(text: str) -> bytes | None:
        body = text.removeprefix("<~").removesuffix("~>")
        try:
            return decode(body[: len(body) - (len(body) % 5 == 1)])
        except (ValueError, binascii.Error):
            return None

    return read


def _decode_percent(text: str) -> bytes | None:
    return unquote_to_bytes(text) if re.search("%[0-9A-Fa-f]{2}", text) else None


def decode_hex(text: str) -> bytes | None:
    """Read hexadecimal digits, as far as they go; None where they are few."""
    digits = known(_HEX, text)
    return bytes.fromhex(digits[: len(digits) // 2 * 2]) if len(digits) >= 16 else None


def _decode_around(text: str) -> bytes | None:
    if not text.endswith(('"', "'", "\n")):
        return None
    inside = re.fullmatch(r"""b?(["'])(.*)\1|(.*)\n""", text)
    return (inside[2] or inside[3] or "").encode("utf-8") if inside else None


DECODERS: dict[str, Callable[[str], bytes | None]] = {
    "base64": decode_base64,
    "base32": _decode_base32("[A-Z2-7]+", base64.b32decode),
    "base32hex": _decode_base32("[0-9A-V]+", base64.b32hexdecode),
    "base58": _decode_base58,
    "base85": _decode_85(base64.b85decode),
    "ascii85": _decode_85(base64.a85decode),
    "percent": _decode_percent,
    "hex": decode_hex,
    "around": _decode_around,
}
