"""The backward half of the search: all that a challenge could have been written from.

Every damage is undone, every encoding taken off and every notation read, as far as three bytes (`openings`).
"""

from __future__ import annotations

from itertools import chain
from typing import NamedTuple

from proofkey.doctor.transforms import damage, encodings, notations, openings
from proofkey.doctor.transforms.encodings import Decoded

_TEXTS = frozenset({"text", "base64", "percent"})  # families under which lost bytes are looked for


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

    def __init__(self, challenge: str) -> None:
        self.wrappings = damage.unwrap(challenge)
        self.heads: dict[bytes, list[Reading]] = {}
        self.tails: dict[bytes, list[Reading]] = {}
        self.lossy: dict[bytes, list[Reading]] = {}
        self.written = 0  # characters of unhashed texts that were written to be compared with this challenge
        for wrapping in self.wrappings:
            self._decode(wrapping.text)
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
            size = len(decoded.data)
            for group, head in openings.read_heads(decoded.data):
                _enter(self.heads, head, Reading(group, *decoded, size))
            for group, tail in openings.read_tails(decoded.data):
                _enter(self.tails, tail, Reading(group, *decoded._replace(data=b""), size))
            if _TEXTS.issuperset(decoded.chain) and openings.is_lossy(decoded.data):
                _enter(self.lossy, surviving(decoded.data), Reading("replaced", *decoded, None))

    def _repair(self, text: str) -> None:
        """Read a base64 text whose symbols, letter case or ends were damaged."""
        unknown = Decoded(("base64",), (b"",), b"")
        for head in encodings.base64_heads(text):
            _enter(self.heads, head, Reading("raw", *unknown, len(text)))
        for end in encodings.base64_tails(text):
            for group, tail in openings.read_tails(end):
                _enter(self.tails, tail, Reading(group, *unknown, len(text)))
            for inner in encodings.base64_tails(end.decode("latin-1")):
                _enter(
                    self.tails, inner[-3:], Reading("raw", ("base64", "base64"), (b"", b""), b"", len(text) * 3 // 4)
                )
        for beginning in encodings.folded_beginnings(text):
            self._unfold(beginning)

    def _unfold(self, beginning: bytes) -> None:
        inside = [Decoded(("base64",), (beginning,), beginning)]
        if again := encodings.decode_base64(beginning.decode("latin-1")):
            inside.append(Decoded(("base64", "base64"), (beginning, again), again))
        for decoded in inside:
            for group, head in openings.read_heads(decoded.data):
                _enter(self.heads, head, Reading(group, *decoded, None))


_LOST = bytes((0x3F, *range(0x80, 0x100)))


def surviving(data: bytes) -> bytes:
    """Give the first bytes that reading `data` as text, of whatever kind, would neither change nor drop."""
    return data.translate(None, _LOST)[:3]


def _enter(table: dict[bytes, list[Reading]], key: bytes, reading: Reading) -> None:
    known = table.setdefault(key, [])
    if not any(one[:2] == reading[:2] and one.data == reading.data for one in known):
        known.append(reading)
