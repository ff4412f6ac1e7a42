"""The way back: from a written digest to the three bytes it begins with, for every group of notations that may apply.

Three bytes are enough to find the digest among all that were computed; the notation is confirmed by writing it anew.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import product

from proofkey.doctor.pattern import Pattern
from proofkey.doctor.transforms.encodings import text_before_damage

HEAD = 3  # bytes
_SHORTEST = 6  # written bytes that can hold a head worth looking up
_SIZES = (16, 20, 28, 32, 48, 64)

_OPENER = Pattern(r"(?:\(stdin\)= |SHA2?-?256\(stdin\)= |<Buffer |sha256[:=-]|b?['\"]|\\x|0x|%|[\[({])*")
_HEX = Pattern(r"([0-9a-fA-F]{2})((?:[^0-9a-zA-Z]|\\x|, ?|0x|%)*)([0-9a-fA-F]{2})\2([0-9a-fA-F]{2})")
_UNFILLED = Pattern(r"([0-9a-fA-F]{1,2})([ ,:])([0-9a-fA-F]{1,2})\2([0-9a-fA-F]{1,2})\2")
_NUMBERS = Pattern(r"(?:Uint8Array\(\d+\) )?[a-z(\[{<]*(-?\d{1,3})([^\d]{1,2}?)(-?\d{1,3})\2(-?\d{1,3})(?!\d)")
_JSON = Pattern(r'\{"(?:type":"Buffer","data":\[(\d+),(\d+),(\d+)|0":(\d+),"1":(\d+),"2":(\d+))')
_WORD = Pattern(r"\[?(-?\d{1,10}),")
_OCTAL = Pattern(r"\\([0-3][0-7]{2})\\([0-3][0-7]{2})\\([0-3][0-7]{2})")
_BITS = Pattern(r"([01]{8}) ?([01]{8}) ?([01]{8})")
_PRINTED = Pattern(r"(?:bytearray\(|b)*['\"]?(.+)", re.DOTALL)
_TOKEN = Pattern(r"\\x([0-9a-f]{2})|\\([nrt\\'\"])|(.)", re.DOTALL)
# The last three bytes of a text whose beginning was lost.
_LONGEST_TAIL = 40
_LAST_HEX = Pattern(
    r"([0-9a-fA-F]{2})((?:, ?)?0x|\\x|, |[^0-9a-zA-Z]?)([0-9a-fA-F]{2})\2([0-9a-fA-F]{2})(?:[\s>'\"]|-)*\Z"
)
_LAST_BITS = Pattern(r"([01]{8}) ?([01]{8}) ?([01]{8})\Z")
_LAST_NUMBERS = Pattern(r"(-?\d{1,3})[^\d]{1,2}(?:\d+\":)?(-?\d{1,3})[^\d]{1,2}(?:\d+\":)?(-?\d{1,3})[^\d]{0,3}\Z")
_ESCAPES = {"n": 10, "r": 13, "t": 9, "\\": 92, "'": 39, '"': 34}


def read_heads(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Give each notation group that may have written `data`, with the first bytes of the digest under it."""
    if len(data) < _SHORTEST:
        return
    yield "raw", data[:HEAD]
    yield "reversed", data[-HEAD:][::-1]
    yield "reversed", data[3:0:-1]
    yield "reversed", data[-4:-1]
    yield "integer", b"\0" + data[:2]
    yield "integer", b"\0\0" + data[:1]
    if data.isascii():
        for high in product((0, 0x80), repeat=HEAD):
            yield "masked", bytes(byte | bit for byte, bit in zip(data, high, strict=False))
    else:
        yield from _widened(data)
    yield from heads_of_text(text_before_damage(data))
    if data[1] == 0 or data[0] == 0:
        yield from _utf16(data)


def read_beginning(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Give the likely ones of `read_heads`, for one of many beginnings that a damaged text may have had."""
    if len(data) < HEAD:
        return
    yield "raw", data[:HEAD]
    if len(data) < _SHORTEST:
        return
    if not data.isascii():
        yield from _widened(data)
    yield from heads_of_text(text_before_damage(data))
    if data[1] == 0 or data[0] == 0:
        yield from _utf16(data)


def is_lossy(data: bytes) -> bool:
    """Tell whether `data` may be bytes that were read as text and so lost what is no text."""
    if len(data) < 2 * _SHORTEST or data.isalnum():
        return False
    if b"\xef\xbf\xbd" in data:
        return True
    try:
        return not re.fullmatch(r"[\t\r\n\x20-\x7e]*", data.decode("utf-8"))
    except UnicodeDecodeError:
        return False


def read_tails(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Give the last bytes of the digest, for a text whose beginning was lost, or that was written backwards."""
    if len(data) >= _SHORTEST:
        yield "raw", data[-HEAD:]
        yield "reversed", data[:HEAD][::-1]
    if re.match(rb"[0-9a-fA-F]{6}", data):
        yield "hex-reversed", bytes.fromhex(data[:6].decode("ascii"))[::-1]
        yield "hex-reversed", bytes.fromhex(data[:6][::-1].decode("ascii"))
    yield from _tails_of_text(data[-_LONGEST_TAIL:].decode("latin-1"))


def _tails_of_text(text: str) -> Iterator[tuple[str, bytes]]:
    if found := _LAST_HEX.search(text):
        yield "hex", bytes.fromhex(found[1] + found[3] + found[4])
    if found := _LAST_BITS.search(text):
        yield "bits", bytes(int(bits, 2) for bits in found.groups())
    if found := _LAST_NUMBERS.search(text):
        yield "numbers", bytes(int(number) & 0xFF for number in found.groups())


def heads_of_text(text: str) -> Iterator[tuple[str, bytes]]:
    if len(text) < _SHORTEST:
        return
    opener = _OPENER.match(text)
    body = text[opener.end() :] if opener else text
    if found := _HEX.match(body):
        yield "hex", bytes.fromhex(found[1] + found[3] + found[4])
    body = body.partition("\r")[0].partition("\n")[0]
    if re.fullmatch(r"[0-9a-fA-F]{6,}", body):
        yield from _hex_numbers(body)
    elif found := _UNFILLED.match(body):
        yield "hex-unfilled", bytes(int(found[at], 16) for at in (1, 3, 4))
    if found := _NUMBERS.match(text):
        yield "numbers", bytes(int(found[at]) & 0xFF for at in (1, 3, 4))
    if found := _JSON.match(text):
        yield "numbers", bytes(int(number) & 0xFF for number in found.groups() if number is not None)
    if found := _WORD.match(text):
        yield "words", (int(found[1]) & 0xFFFFFFFF).to_bytes(4, "big")[:HEAD]
    if found := _OCTAL.match(text):
        yield "octal-escapes", bytes(int(found[at], 8) for at in (1, 2, 3))
    if found := _BITS.match(text):
        yield "bits", bytes(int(found[at], 2) for at in (1, 2, 3))
    if re.fullmatch(r"-?\d{9,}", text):
        yield from _runs_of_digits(text)
    yield from _printed(text)


def _hex_numbers(body: str) -> Iterator[tuple[str, bytes]]:
    # Leading zeros may be missing, of the whole number or of each byte.
    for text in (body, body[:-2]):
        number = bytes.fromhex(text if len(text) % 2 == 0 else "0" + text)
        yield "integer", number[:HEAD]
    yield "integer", b"\0" + number[:2]
    for lengths in product((1, 2), repeat=HEAD):
        parts, at = [], 0
        for length in lengths:
            parts.append(body[at : at + length])
            at += length
        yield "hex-unfilled", bytes(int(part, 16) for part in parts)
    yield "hex-reversed", bytes.fromhex(body[-6:])[::-1]
    yield "hex-reversed", bytes.fromhex(body[-6:][::-1])


def _runs_of_digits(text: str) -> Iterator[tuple[str, bytes]]:
    for lengths in product((1, 2, 3), repeat=HEAD):
        parts, at = [], 0
        for length in lengths:
            parts.append(text[at : at + length])
            at += length
        if all(part.isdigit() and int(part) < 256 for part in parts):
            yield "digits", bytes(map(int, parts))
    if re.fullmatch("[0-7]{9}", text[:9]) and all(text[at] < "4" for at in (0, 3, 6)):
        yield "digits", bytes(int(text[at : at + 3], 8) for at in (0, 3, 6))
    number = int(text) if len(text) <= 160 else 0
    for size in _SIZES:
        limit = 1 << (8 * size)
        yield from _cut_number(text, size)
        if limit >> 24 < abs(number) < limit:
            value = number % limit
            yield "integer", (value >> (8 * (size - HEAD))).to_bytes(HEAD, "big")
            yield "integer", value.to_bytes(size, "little")[:HEAD]


def _cut_number(text: str, size: int) -> Iterator[tuple[str, bytes]]:
    # The first digits of a number tell its first bytes, for each length that it may have had.
    longest = len(str((1 << (8 * size)) - 1))
    for length in range(max(len(text) + 1, longest - 2), longest + 1):
        least, unit = int(text) * 10 ** (length - len(text)), 10 ** (length - len(text))
        heads = {value >> (8 * (size - HEAD)) for value in (least, least + unit - 1)}
        if len(heads) == 1 and 0 <= (head := heads.pop()) < 1 << (8 * HEAD):
            yield "integer", head.to_bytes(HEAD, "big")


def _printed(text: str) -> Iterator[tuple[str, bytes]]:
    found = _PRINTED.match(text)
    if found is None or ("\\" not in text and not found.start(1)):
        return
    values = [
        int(token[1], 16) if token[1] else _ESCAPES[token[2]] if token[2] else ord(token[3])
        for token in _TOKEN.finditer(found[1][: 4 * HEAD])
    ]
    if len(values) >= HEAD and all(value < 256 for value in values[:HEAD]):
        yield "repr", bytes(values[:HEAD])


def _widened(data: bytes) -> Iterator[tuple[str, bytes]]:
    # Only the first characters count, and the last may be cut in the middle.
    characters = data.decode("utf-8", "ignore")[:HEAD]
    if len(characters) < HEAD or "\ufffd" in characters:
        return
    if all(ord(character) < 256 for character in characters):
        yield "widened", characters.encode("latin-1")
    else:
        narrow = [character.encode("cp1252", "ignore") or bytes([ord(character) & 0xFF]) for character in characters]
        yield "widened", b"".join(narrow)


def _utf16(data: bytes) -> Iterator[tuple[str, bytes]]:
    for narrow, zeros in ((data[0::2], data[1::2]), (data[1::2], data[0::2])):
        if len(narrow) < HEAD or any(zeros[:HEAD]):
            continue
        yield "utf16", narrow[:HEAD]
        if re.match(rb"[0-9a-fA-F]{6}", narrow):
            yield "utf16", bytes.fromhex(narrow[:6].decode("ascii"))
