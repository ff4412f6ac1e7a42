"""The backward half of the search: all that a challenge could have been written from.

Every damage is undone, every encoding taken off and every notation read, as far as three bytes (`openings`).
"""

from __future__ import annotations

from itertools import chain
from typing import NamedTuple

from proofkey.doctor.transforms import damage, encodings, fragments, notations, openings

_BARE = frozenset({"raw", "reversed", "masked"})

_HEX_TAIL = 56  # digits at the end of a text in hexadecimal whose beginning is out of step
_UNLIKELY = frozenset({"reversed", "case-swapped"})  # in a text that was damaged in another way as well


class Reading(NamedTuple):
    """That a digest was written as `data` in a notation of `group`, and that was encoded by `chain`.

    `data` is empty where only a few bytes of the digest are known. `size` is how many bytes were written at most, None
    where that cannot be told.
    """

    group: str
    chain: tuple[str, ...]
    layers: tuple[bytes, ...]
    data: bytes
    size: int | None

    def share(self, length: int) -> float:
        """Tell how much of a writing of this length can be left in the challenge at most."""
        return 1.0 if self.size is None else min(1.0, (self.size + 4) / (length + 1))

    def fits(self, written: bytes) -> int:
        """Tell how well a written digest agrees: 2 in full, 1 up to a damaged end, 0 at its start, -1 not at all."""
        if written == self.data:
            return 2
        if len(self.data) > 9 and written.startswith(self.data[:-3]):
            return 1
        return 0 if written.startswith(self.data[:6]) else -1


class Readings:
    """The readings of a challenge, keyed by the digest's first and by its last three bytes.

    `lossy` are those where bytes were read as text and what is no text was lost: their key is what survived first.
    """

    def __init__(self, challenge: str, repair: bool = True) -> None:
        self.wrappings = damage.unwrap(challenge)
        self.heads: dict[bytes, list[Reading]] = {}
        self.tails: dict[bytes, list[Reading]] = {}
        self.lossy: dict[bytes, list[Reading]] = {}
        self.written = 0  # characters of unhashed texts that were written to be compared with this challenge
        for wrapping in self.wrappings:
            self._decode(wrapping.text)
            if repair and _UNLIKELY.isdisjoint(wrapping.name.split("+")):
                self._repair(wrapping.text)
        entered = chain.from_iterable((*self.heads.values(), *self.tails.values()))
        # How many texts one digest could be written as that would be compared with this challenge.
        self.writings = 1 + sum(len(notations.GROUPS[one.group]) * 4 ** len(one.chain) for one in entered)

    def of(self, digest: bytes) -> list[Reading]:
        """Give the readings under which a digest may have been written."""
        lossy = self.lossy.get(surviving(digest), ()) if self.lossy else ()
        return [*self.heads.get(digest[:3], ()), *self.tails.get(digest[-3:], ()), *lossy]

    def _decode(self, text: str) -> None:
        for decoded in encodings.decode_chains(text):
            chain, layers, data, whole = decoded
            size = len(data) if whole else None
            for group, head in openings.read_heads(data):
                if chain[-1] == "hex" and group in _BARE:
                    continue  # that is a notation of the digest, not an encoding
                _enter(self.heads, head, Reading(group, chain, layers, data, size))
            for group, tail in openings.read_tails(data) if whole and chain[-1] != "hex" else ():
                _enter(self.tails, tail, Reading(group, chain, layers, b"", size))
            if openings.is_lossy(data):
                _enter(self.lossy, surviving(data), Reading("replaced", chain, layers, data, None))

    def _repair(self, text: str) -> None:
        """Read a base64 text whose symbols, letter case or ends were damaged."""
        size = len(text.rstrip("=")) * 3 // 4
        for head in fragments.base64_heads(text):
            self._enter_unknown("raw", ("base64",), head, size)
        for end in fragments.base64_tails(text):
            self._enter_tails(("base64",), end, size)
        for family, end in fragments.base32_tails(text):
            self._enter_tails((family,), end, len(text.rstrip("=")) * 5 // 8)
        if len(text) >= _HEX_TAIL and (digits := encodings.decode_hex(text[-_HEX_TAIL:])):
            self._enter_tails(("hex",), digits, len(text) // 2)
        for head in fragments.lost_digits(text):
            self._enter_unknown("hex", ("text",), head, len(text) // 2 * 2 + 2)
        for beginning in fragments.lost_beginnings(text):
            self._enter_beginning(beginning, size + 1)
        for beginning in fragments.folded_beginnings(text):
            self._enter_beginning(beginning, size)

    def _enter_beginning(self, beginning: bytes, size: int) -> None:
        """Enter what a base64 text may have begun with; `size` is how many bytes the whole text stood for."""
        for group, head in openings.read_beginning(beginning):
            self._enter_unknown(group, ("base64",), head, size)
        inside = encodings.text_before_damage(beginning)
        if len(inside) < len(beginning) // 2 or not inside:
            return
        for family, decode, left in (("base64", encodings.decode_base64, 3 / 4), ("hex", encodings.decode_hex, 1 / 2)):
            for group, head in openings.read_beginning(decode(inside) or b""):
                if family == "base64" or group not in _BARE:
                    self._enter_unknown(group, ("base64", family), head, int(size * left))

    def _enter_tails(self, chain: tuple[str, ...], end: bytes, size: int) -> None:
        for group, tail in openings.read_tails(end):
            if chain[-1] != "hex" or group not in _BARE:
                _enter(self.tails, tail, Reading(group, chain, (b"",) * len(chain), b"", size))
        if len(chain) == 1:
            inside = end.decode("latin-1").rstrip("\"'\r\n")
            for inner in fragments.base64_tails(inside):
                self._enter_tails((*chain, "base64"), inner, size * 3 // 4)
            if inner := encodings.decode_hex(inside[len(inside) % 2 :]) or b"":
                self._enter_tails((*chain, "hex"), inner, size // 2)

    def _enter_unknown(self, group: str, chain: tuple[str, ...], head: bytes, size: int) -> None:
        _enter(self.heads, head, Reading(group, chain, (b"",) * len(chain), b"", size))


LOST = bytes((0x3F, *range(0x80, 0x100)))


def surviving(data: bytes) -> bytes:
    """Give the first bytes that reading `data` as text, of whatever kind, would neither change nor drop."""
    return data.translate(None, LOST)[:3]


def _enter(table: dict[bytes, list[Reading]], key: bytes, reading: Reading) -> None:
    known = table.setdefault(key, [])
    if not any(one[:2] == reading[:2] and one.data == reading.data for one in known):
        known.append(reading)
