"""How the digest was written down before it was encoded as text: raw bytes, hexadecimal, printed numbers and so on.

Notations come in groups: those of a group are read back in the same way (`openings`).
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Literal, NamedTuple

Write = Callable[[bytes], bytes | None]


class Notation(NamedTuple):
    """One way to write a digest; its phrase takes the digest's own phrase at `{}`."""

    name: str
    phrase: str
    write: Write


def _text(write: Callable[[bytes], str]) -> Write:
    return lambda digest: write(digest).encode("utf-8")


def _hex(separator: str = "", before: str = "", after: str = "", upper: bool = False, each: str = "") -> Write:
    spelling = "02X" if upper else "02x"
    return lambda digest: (before + separator.join(each + format(byte, spelling) for byte in digest) + after).encode(
        "ascii"
    )


def _numbers(separator: str, before: str = "", after: str = "", signed: bool = False) -> Write:
    def write(digest: bytes) -> bytes:
        values = (byte - 256 if signed and byte > 127 else byte for byte in digest)
        return (before + separator.join(map(str, values)) + after).encode("ascii")

    return write


def _words(order: str, digest: bytes) -> bytes | None:
    if len(digest) % 4:
        return None
    words = [digest[at : at + 4] for at in range(0, len(digest), 4)]
    return b"".join(word[::-1] for word in words) if order == "inside" else b"".join(reversed(words))


def _word_list(digest: bytes) -> bytes | None:
    if len(digest) % 4:
        return None
    values = (int.from_bytes(digest[at : at + 4], "big", signed=True) for at in range(0, len(digest), 4))
    return ",".join(map(str, values)).encode("ascii")


def _number(write: Callable[[int], str], order: Literal["big", "little"] = "big", signed: bool = False) -> Write:
    # Digests have 64 bytes at most; a longer text that was not hashed is not printed as one number.
    return lambda data: write(int.from_bytes(data, order, signed=signed)).encode("ascii") if len(data) <= 64 else None


def _cp1252(digest: bytes) -> str:
    return "".join(bytes([b]).decode("cp1252", "ignore") or chr(b) for b in digest)


RAW = Notation("raw", "{}", lambda digest: digest)

GROUPS: dict[str, tuple[Notation, ...]] = {
    "raw": (
        RAW,
        Notation("raw-lf", "the digest, a line feed behind it, of {}", lambda digest: digest + b"\n"),
        Notation("raw-nul", "the digest, a NUL behind it, of {}", lambda digest: digest + b"\0"),
        Notation("raw-twice", "the digest, written twice, of {}", lambda digest: digest * 2),
    ),
    "reversed": (
        Notation("bytes-reversed", "the digest, in reversed byte order, of {}", lambda digest: digest[::-1]),
        Notation("words-reversed", "the digest, each 32-bit word reversed, of {}", lambda d: _words("inside", d)),
        Notation("word-order-reversed", "the digest, in reversed order of words, of {}", lambda d: _words("order", d)),
    ),
    "hex": (
        Notation("hex", "the hexadecimal digest of {}", _hex()),
        Notation("HEX", "the upper-case hexadecimal digest of {}", _hex(upper=True)),
        Notation("hex-colons", "the hexadecimal digest with colons of {}", _hex(":")),
        Notation("HEX-colons", "the upper-case hexadecimal digest with colons of {}", _hex(":", upper=True)),
        Notation("hex-spaces", "the hexadecimal digest with spaces of {}", _hex(" ")),
        Notation("HEX-spaces", "the upper-case hexadecimal digest with spaces of {}", _hex(" ", upper=True)),
        Notation("hex-dashes", "the hexadecimal digest with dashes of {}", _hex("-")),
        Notation("HEX-dashes", "the upper-case hexadecimal digest with dashes of {}", _hex("-", upper=True)),
        Notation("hex-commas", "the hexadecimal digest with commas of {}", _hex(",")),
        Notation("HEX-commas", "the upper-case hexadecimal digest with commas of {}", _hex(",", upper=True)),
        Notation("hex-space-after", "the hexadecimal digest with a space after each byte of {}", _hex(" ", after=" ")),
        Notation("hex-0x", "the hexadecimal digest with '0x' before it of {}", _hex(before="0x")),
        Notation(
            "HEX-0x", "the upper-case hexadecimal digest with '0x' before it of {}", _hex(before="0x", upper=True)
        ),
        Notation("hex-0x-list", "the hexadecimal bytes with '0x' and commas of {}", _hex(",", each="0x")),
        Notation(
            "hex-0x-list-spaced", "the hexadecimal bytes with '0x' and spaced commas of {}", _hex(", ", each="0x")
        ),
        Notation("hex-escapes", "the '\\x' escapes of {}", _hex(each="\\x")),
        Notation("HEX-escapes", "the upper-case '\\x' escapes of {}", _hex(each="\\x", upper=True)),
        Notation("hex-percent", "the percent escapes of {}", _hex(each="%")),
        Notation("HEX-percent", "the upper-case percent escapes of {}", _hex(each="%", upper=True)),
        Notation("hex-bytea", "the hexadecimal digest with '\\x' before it of {}", _hex(before="\\x")),
        Notation("hex-buffer", "the printed Buffer of {}", _hex(" ", "<Buffer ", ">")),
        Notation("hex-quoted", "the quoted hexadecimal digest of {}", _hex(before='"', after='"')),
        Notation("hex-single-quoted", "the hexadecimal digest in single quotes of {}", _hex(before="'", after="'")),
        Notation(
            "hex-python", "the printed Python bytes of the hexadecimal digest of {}", _hex(before="b'", after="'")
        ),
        Notation("hex-lf", "the hexadecimal digest and a line feed of {}", _hex(after="\n")),
        Notation("hex-crlf", "the hexadecimal digest and a line end of {}", _hex(after="\r\n")),
        Notation("HEX-lf", "the upper-case hexadecimal digest and a line feed of {}", _hex(after="\n", upper=True)),
        Notation("hex-sha256sum", "the line that sha256sum prints for {}", _hex(after="  -\n")),
        Notation("hex-sha256sum-cut", "the line that sha256sum prints, without its end, for {}", _hex(after="  -")),
        Notation("hex-space-dash", "the hexadecimal digest, a space and a dash of {}", _hex(after=" -")),
        Notation("hex-openssl-1", "the line that openssl prints for {}", _hex(before="(stdin)= ", after="\n")),
        Notation(
            "hex-openssl-1-cut", "the line that openssl prints, without its end, for {}", _hex(before="(stdin)= ")
        ),
        Notation("hex-openssl-3", "the line that openssl prints for {}", _hex(before="SHA2-256(stdin)= ", after="\n")),
        Notation(
            "hex-openssl-3-cut",
            "the line that openssl prints, without its end, for {}",
            _hex(before="SHA2-256(stdin)= "),
        ),
        Notation("hex-openssl-2", "the line that openssl prints for {}", _hex(before="SHA256(stdin)= ", after="\n")),
        Notation("hex-named", "the hexadecimal digest with 'sha256:' before it of {}", _hex(before="sha256:")),
        Notation("hex-named-equals", "the hexadecimal digest with 'sha256=' before it of {}", _hex(before="sha256=")),
        Notation("hex-named-dash", "the hexadecimal digest with 'sha256-' before it of {}", _hex(before="sha256-")),
        Notation("hex-twice", "the hexadecimal digest, written twice, of {}", lambda d: d.hex().encode() * 2),
    ),
    "hex-reversed": (
        Notation(
            "hex-bytes-reversed", "the hexadecimal digest in reversed byte order of {}", _text(lambda d: d[::-1].hex())
        ),
        Notation(
            "HEX-bytes-reversed",
            "the upper-case hexadecimal digest in reversed byte order of {}",
            _text(lambda d: d[::-1].hex().upper()),
        ),
        Notation("hex-text-reversed", "the hexadecimal digest, read backwards, of {}", _text(lambda d: d.hex()[::-1])),
        Notation(
            "HEX-text-reversed",
            "the upper-case hexadecimal digest, read backwards, of {}",
            _text(lambda d: d.hex().upper()[::-1]),
        ),
    ),
    "hex-unfilled": (
        Notation(
            "hex-unfilled",
            "the hexadecimal bytes without leading zeros of {}",
            _text(lambda d: "".join(f"{b:x}" for b in d)),
        ),
        Notation(
            "HEX-unfilled",
            "the upper-case hexadecimal bytes without leading zeros of {}",
            _text(lambda d: "".join(f"{b:X}" for b in d)),
        ),
        Notation(
            "hex-unfilled-list",
            "the comma-printed hexadecimal bytes of {}",
            _text(lambda d: ",".join(f"{b:x}" for b in d)),
        ),
        Notation(
            "hex-unfilled-spaces",
            "the hexadecimal bytes without leading zeros, with spaces, of {}",
            _text(lambda d: " ".join(f"{b:x}" for b in d)),
        ),
        Notation(
            "hex-unfilled-colons",
            "the hexadecimal bytes without leading zeros, with colons, of {}",
            _text(lambda d: ":".join(f"{b:x}" for b in d)),
        ),
    ),
    "numbers": (
        Notation("decimal", "the comma-printed bytes of {}", _numbers(",")),
        Notation("decimal-spaced", "the comma-printed bytes, with spaces, of {}", _numbers(", ")),
        Notation("decimal-brackets", "the JSON array of the bytes of {}", _numbers(",", "[", "]")),
        Notation("decimal-brackets-spaced", "the printed list of the bytes of {}", _numbers(", ", "[", "]")),
        Notation("decimal-spaces", "the bytes as numbers with spaces of {}", _numbers(" ")),
        Notation("decimal-spaces-brackets", "the printed slice of the bytes of {}", _numbers(" ", "[", "]")),
        Notation("decimal-braces", "the bytes as numbers in braces of {}", _numbers(", ", "{", "}")),
        Notation("decimal-parentheses", "the printed tuple of the bytes of {}", _numbers(", ", "(", ")")),
        Notation("decimal-python", "the printed bytearray list of {}", _numbers(", ", "bytearray([", "])")),
        Notation("decimal-signed", "the comma-printed signed bytes of {}", _numbers(",", signed=True)),
        Notation(
            "decimal-signed-spaced", "the comma-printed signed bytes, with spaces, of {}", _numbers(", ", signed=True)
        ),
        Notation("decimal-signed-brackets", "the JSON array of the signed bytes of {}", _numbers(",", "[", "]", True)),
        Notation(
            "decimal-signed-printed", "the printed array of the signed bytes of {}", _numbers(", ", "[", "]", True)
        ),
        Notation("decimal-colons", "the bytes as numbers with colons of {}", _numbers(":")),
        Notation("decimal-dots", "the bytes as numbers with full stops of {}", _numbers(".")),
        Notation("decimal-dashes", "the bytes as numbers with dashes of {}", _numbers("-")),
        Notation("decimal-lines", "the bytes as numbers, one a line, of {}", _numbers("\n")),
        Notation("decimal-semicolons", "the bytes as numbers with semicolons of {}", _numbers(";")),
        Notation(
            "decimal-typed-array",
            "the printed Uint8Array of {}",
            lambda d: _numbers(", ", f"Uint8Array({len(d)}) [", "]")(d),
        ),
        Notation(
            "json-object",
            "the JSON object of the typed array of {}",
            _text(lambda d: json.dumps({str(at): byte for at, byte in enumerate(d)}, separators=(",", ":"))),
        ),
        Notation(
            "json-buffer",
            "the JSON form of the Buffer of {}",
            _text(lambda d: json.dumps({"type": "Buffer", "data": list(d)}, separators=(",", ":"))),
        ),
    ),
    "digits": (
        Notation("decimal-run", "the bytes as numbers without separator of {}", _numbers("")),
        Notation("octal", "the octal bytes of {}", _text(lambda d: "".join(f"{b:03o}" for b in d))),
    ),
    "integer": (
        Notation("integer", "the number that is the digest of {}", _number(str)),
        Notation("integer-little", "the little-endian number that is the digest of {}", _number(str, "little")),
        Notation("integer-hex", "the hexadecimal number, without leading zeros, of {}", _number("{:x}".format)),
        Notation(
            "integer-HEX", "the upper-case hexadecimal number, without leading zeros, of {}", _number("{:X}".format)
        ),
        Notation("integer-python-hex", "the Python hex() of the number of {}", _number(hex)),
        Notation("integer-bytes", "the digest without its leading zero bytes of {}", lambda d: d.lstrip(b"\0")),
        Notation("integer-signed", "the signed number that is the digest of {}", _number(str, signed=True)),
    ),
    "octal-escapes": (
        Notation("octal-escapes", "the octal escapes of {}", _text(lambda d: "".join(f"\\{b:03o}" for b in d))),
    ),
    "words": (Notation("words-decimal", "the comma-printed 32-bit words of {}", _word_list),),
    "bits": (
        Notation("binary", "the binary digits of {}", _text(lambda d: "".join(f"{b:08b}" for b in d))),
        Notation(
            "binary-spaces", "the binary digits with spaces of {}", _text(lambda d: " ".join(f"{b:08b}" for b in d))
        ),
    ),
    "repr": (
        Notation("python-bytes", "the printed Python bytes of {}", _text(lambda d: str(d))),
        Notation(
            "python-bytes-inside",
            "the printed Python bytes, without b and quotes, of {}",
            _text(lambda d: str(d)[2:-1]),
        ),
        Notation("python-bytearray", "the printed Python bytearray of {}", _text(lambda d: str(bytearray(d)))),
    ),
    "widened": (
        Notation(
            "latin1-utf8",
            "the bytes, each as a character in UTF-8, of {}",
            lambda d: d.decode("latin-1").encode("utf-8"),
        ),
        Notation("cp1252-utf8", "the bytes, read as Windows-1252 and written as UTF-8, of {}", _text(_cp1252)),
    ),
    "utf16": (
        Notation(
            "latin1-utf16le",
            "the bytes, each as a UTF-16 character (little-endian), of {}",
            lambda d: d.decode("latin-1").encode("utf-16-le"),
        ),
        Notation(
            "latin1-utf16be",
            "the bytes, each as a UTF-16 character (big-endian), of {}",
            lambda d: d.decode("latin-1").encode("utf-16-be"),
        ),
        Notation(
            "hex-utf16le",
            "the hexadecimal digest in UTF-16 (little-endian) of {}",
            lambda d: d.hex().encode("utf-16-le"),
        ),
        Notation(
            "HEX-utf16le",
            "the upper-case hexadecimal digest in UTF-16 (little-endian) of {}",
            lambda d: d.hex().upper().encode("utf-16-le"),
        ),
        Notation(
            "hex-utf16be", "the hexadecimal digest in UTF-16 (big-endian) of {}", lambda d: d.hex().encode("utf-16-be")
        ),
        Notation(
            "HEX-utf16be",
            "the upper-case hexadecimal digest in UTF-16 (big-endian) of {}",
            lambda d: d.hex().upper().encode("utf-16-be"),
        ),
    ),
    "masked": (
        Notation("seven-bit", "the bytes, cut to seven bits each, of {}", lambda d: bytes(b & 0x7F for b in d)),
    ),
    "replaced": (
        Notation(
            "utf8-replaced",
            "the bytes, read as UTF-8 with replacement characters, of {}",
            lambda d: d.decode("utf-8", "replace").encode("utf-8"),
        ),
        Notation(
            "utf8-ignored",
            "the bytes, read as UTF-8 and the rest dropped, of {}",
            lambda d: d.decode("utf-8", "ignore").encode("utf-8"),
        ),
        Notation(
            "ascii-question-marks",
            "the bytes, read as ASCII with question marks, of {}",
            lambda d: bytes(b if b < 128 else 0x3F for b in d),
        ),
        Notation(
            "ascii-replaced",
            "the bytes, read as ASCII with replacement characters, of {}",
            lambda d: d.decode("ascii", "replace").encode("utf-8"),
        ),
        Notation("ascii-ignored", "only the ASCII bytes of {}", lambda d: bytes(b for b in d if b < 128)),
    ),
}
