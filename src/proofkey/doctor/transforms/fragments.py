"""What can be told of a damaged text in base64 or base32: its first bytes, or its last ones, in every likely reading.

Letters may have lost their case, symbols may be missing or replaced, and either end may be cut.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from itertools import product

from proofkey.doctor.transforms.encodings import (
    BASE64,
    DECODERS,
    TO_STANDARD,
    known,
    text_before_damage,
)

_TAIL = 28  # characters at the end of a text whose beginning was lost
_FOLDED = 32  # characters of a folded text that are read back
_MOST_FOLDED = 48
# What printed digests are made of, the fewest characters first: the fewer, the fewer letters may have been folded.
_PRINTED = tuple(
    rb"(?:%s)*" % characters
    for characters in (
        rb"[01 ]",
        rb"[0-9, \[-]",
        rb"[0-9a-f]",
        rb"[0-9A-F]",
        rb"[0-9a-fA-F,: \0-]",
        rb"[A-Za-z0-9+/_-]",
        rb"[\x20-\x7e]",
    )
)
_BASE64_SYMBOLS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"


def base64_heads(text: str) -> Iterator[bytes]:
    """Give the first bytes of a base64 text in every reading that its damaged symbols and letter case allow."""
    body = text.rstrip("=")[:4]
    folded = len(text) > 15 and _is_folded(text)
    symbols = not re.search(r"[^A-Za-z0-9]", text.rstrip("="))
    heads = {""}
    for character in body:
        if not character.isalnum() or not character.isascii():
            choices = "+/"
        elif folded and character.isalpha():
            choices = character.lower() + character.upper()
        else:
            choices = character
        kept = {head + choice for head in heads for choice in choices if len(head) < 4}
        # A symbol may have been dropped before this character, or two of them.
        dropped = (
            {
                head + symbol + choice
                for head in heads
                for symbol in ("+", "/", "++", "//", "+/", "/+")
                for choice in choices
            }
            if symbols
            else set()
        )
        heads = {head[:4] for head in kept | dropped} | {head for head in heads if len(head) == 4}
    for head in heads:
        if len(head) == 4:
            yield base64.b64decode(head)[:3]


def lost_beginnings(text: str) -> Iterator[bytes]:
    """Give what a base64 text may have begun with before it lost its first character; three bytes if it is no text."""
    rest = known(BASE64, text[:_FOLDED].translate(TO_STANDARD))
    rest = rest[: len(rest) // 4 * 4 - 1]
    if len(rest) < 11:
        return
    readable = text_before_damage(base64.b64decode("A" + rest)[1:])
    rest = rest if readable else rest[:3]
    for lost in _BASE64_SYMBOLS:
        yield base64.b64decode(lost + rest)


def lost_digits(text: str) -> Iterator[bytes]:
    """Give the first three bytes of a hexadecimal text that lost its first digit."""
    if re.fullmatch("[0-9a-fA-F]{16,}", text):
        for lost in "0123456789abcdef":
            yield bytes.fromhex(lost + text[:5])


def folded_beginnings(text: str) -> list[bytes]:
    """Give what a base64 text may have begun with before its letters lost their case, as far as it can be told.

    A digest that was printed before it was encoded shows in a few groups of four; of other bytes, six are read back.
    """
    if len(text) < 20 or not _is_folded(text) or not re.fullmatch("[A-Za-z0-9]{16}", text[:16]):
        return []
    found: list[bytes] = []
    for plausible in map(re.compile, _PRINTED):
        beginnings = [b""]
        for at in range(0, min(len(text) // 4 * 4, _FOLDED), 4):
            if not re.fullmatch("[A-Za-z0-9]{4}", text[at : at + 4]):
                break
            groups = [data for data in _unfold(text[at : at + 4]) if plausible.fullmatch(data)]
            longer = [start + data for start in beginnings for data in groups]
            if len(longer) > _MOST_FOLDED and at:
                break
            beginnings = longer
        found += beginnings
    found += [
        first + second
        for first in _unfold(text[:4])
        for second in _unfold(text[4:8])
        if first[0] > 0xC1 or not first[1]
    ]
    return found


def _is_folded(text: str) -> bool:
    """Tell whether a text has letters of one case, its first one left out: some make that a capital."""
    return text[1:-1].islower() or text[:-1].isupper()


def _unfold(text: str) -> list[bytes]:
    return [base64.b64decode("".join(one)) for one in product(*({c.lower(), c.upper()} for c in text))]


def base64_tails(text: str) -> Iterator[bytes]:
    """Give the last bytes of a base64 text, for each way its end may sit in the groups of four."""
    body = text.rstrip("=").replace("-", "+").replace("_", "/").replace(" ", "+")
    whole = min(_TAIL, (len(body) - 3) // 4 * 4)
    if whole < 8 or not re.fullmatch(r"[A-Za-z0-9+/]*", body[-whole - 3 :]):
        return
    for extra in (0, 2, 3):
        end = body[-(whole + extra) :]
        yield base64.b64decode(end + "=" * (-len(end) % 4))


def base32_tails(text: str) -> Iterator[tuple[str, bytes]]:
    """Give the last bytes of a base32 text, as `base64_tails` does, with the family that it may be of."""
    body = text.rstrip("=").upper()
    for family in ("base32", "base32hex"):
        for extra in (0, 2, 4, 5, 7):
            end = body[-(16 + extra) :]
            if len(end) == 16 + extra and (data := DECODERS[family](end)) and len(data) > 9:
                yield family, data
