"""The search for the pipeline that turned a verifier into a challenge (decision 7).

It meets in the middle. Backwards, the challenge gives the three bytes that its digest would begin with, for every
damage, encoding and notation that could have written such a text. Forwards, the verifier gives the digest of every hash
input under every hash. Where three bytes agree the challenge is written anew from the digest and compared in full.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import NamedTuple

from proofkey.doctor.transforms import damage, encodings, hashes, inputs, notations, openings
from proofkey.doctor.transforms.found import S256, Pipeline
from proofkey.doctor.transforms.inputs import HashInput

LONGEST_VERIFIER = 600  # characters; RFC 7636 4.1 allows 128
LONGEST_CHALLENGE = 4096  # characters
WEAKEST_ODDS = -20.0  # a find that chance would make more often than once in a million is no proof


class Match(NamedTuple):
    """A pipeline and the binary logarithm of the odds that chance found it."""

    pipeline: Pipeline
    odds: float


class _Reading(NamedTuple):
    """That a digest was written as `data` in a notation of `group`, and that was encoded by `chain`.

    `data` is empty where only the first or last bytes of the digest are known.
    """

    group: str
    chain: tuple[str, ...]
    layers: tuple[bytes, ...]
    data: bytes

    def fits(self, written: bytes) -> int:
        """Tell how well a written digest agrees with what was read: 2 in full, 1 up to a damaged end, 0 at its start."""
        if written == self.data:
            return 2
        if len(self.data) > 9 and written.startswith(self.data[:-3]):
            return 1
        return 0 if written.startswith(self.data[:6]) else -1


class _Middle:
    """All that a challenge could have been written from, keyed by the digest's first and last three bytes."""

    def __init__(self, challenge: str) -> None:
        self.wrappings = damage.unwrap(challenge)
        self.heads: dict[bytes, list[_Reading]] = {}
        self.tails: dict[bytes, list[_Reading]] = {}
        self.lossy: list[_Reading] = []
        for wrapping in self.wrappings:
            self._read(wrapping.text)
        readings = list(chain.from_iterable((*self.heads.values(), *self.tails.values())))
        # How many texts one digest could be written as that would be compared with this challenge.
        self.writings = sum(len(notations.GROUPS[one.group]) * 4 ** len(one.chain) for one in readings) + 1

    def _read(self, text: str) -> None:
        for decoded in encodings.decode_chains(text):
            for group, head in openings.read_heads(decoded.data):
                self._enter(self.heads, head, group, decoded)
            for group, tail in openings.read_tails(decoded.data):
                self._enter(self.tails, tail, group, decoded._replace(data=b""))
            if _LOSSY.issuperset(decoded.chain) and openings.is_lossy(decoded.data):
                self.lossy.append(_reading("replaced", decoded))
        whole = encodings.Decoded(("base64",), b"", (b"",))
        for head in encodings.base64_heads(text):
            self._enter(self.heads, head[:3], "raw", whole)
        for beginning in encodings.folded_beginnings(text):
            self._read_folded(beginning)
        for end in encodings.base64_tails(text):
            for group, tail in openings.read_tails(end):
                self._enter(self.tails, tail, group, whole)

    def _read_folded(self, beginning: bytes) -> None:
        for group, head in openings.read_heads(beginning):
            if group != "raw":
                self._enter(self.heads, head, group, encodings.Decoded(("base64",), beginning, (beginning,)))
        if beginning.isascii():
            for inside in encodings.decode_chains(beginning.decode("ascii")):
                if inside.chain != ("text",):
                    through = encodings.Decoded(("base64", *inside.chain), inside.data, (beginning, *inside.layers))
                    for group, head in openings.read_heads(inside.data):
                        self._enter(self.heads, head, group, through)

    def _enter(self, table: dict[bytes, list[_Reading]], key: bytes, group: str, decoded: encodings.Decoded) -> None:
        readings = table.setdefault(key, [])
        reading = _reading(group, decoded)
        if not any(one[:2] == reading[:2] and one.data[:6] == reading.data[:6] for one in readings):
            readings.append(reading)


def _reading(group: str, decoded: encodings.Decoded) -> _Reading:
    return _Reading(group, decoded.chain, decoded.layers, decoded.data)


def find(verifier: str, challenge: str) -> Match | None:
    """Find the pipeline from verifier to challenge; None where nothing explains the pair beyond chance."""
    if s256(verifier) == challenge:
        return Match(S256, -256.0)
    if not challenge or len(challenge) > LONGEST_CHALLENGE or len(verifier) > LONGEST_VERIFIER:
        return None
    if verifier == challenge:
        return Match(Pipeline("ascii", "none", "raw", "text", "none"), -6.0 * len(verifier))
    return _walk(_shells(verifier), _Middle(challenge), len(verifier))


def find_swapped(verifier: str, challenge: str) -> Match | None:
    """Find a pipeline from the challenge to the verifier: the two changed places."""
    if s256(challenge) == verifier:
        return Match(S256, -256.0)
    if not verifier or max(len(challenge), len(verifier)) > LONGEST_VERIFIER:
        return None
    hashed = {name: function for name, function in _SINGLE_OR_TWICE if name != "none"}
    shells = [_Shell(inputs.single_inputs(challenge), tuple(hashed.items()))]
    return _walk(shells, _Middle(verifier), len(challenge))


def s256(verifier: str) -> str:
    """Compute the challenge that belongs to any text, legal as a verifier or not (RFC 7636 4.2)."""
    return encodings.BY_NAME["b64url"].write(hashes.SHA256(inputs.octets(verifier)))


class _Shell(NamedTuple):
    """Hash inputs and the functions they are put under; a lossy one is for digests that were read as text."""

    inputs: Iterable[HashInput]
    functions: tuple[tuple[str, hashes.Hash], ...]
    lossy: bool = False


_LOSSY = frozenset({"text", "base64", "percent"})


_SINGLE_OR_TWICE = (*hashes.SINGLE.items(), *hashes.TWICE.items())
_COMMON = tuple((name, hashes.SINGLE[name]) for name in hashes.COMMON)
_USUAL = tuple((name, function) for name, function in _SINGLE_OR_TWICE if name not in hashes.RARE)
_SECOND = tuple((name, hashes.SINGLE[name]) for name in hashes.SECOND)
_FEW = tuple((name, hashes.SINGLE[name]) for name in ("sha256", "none"))
_SHA256 = (("sha256", hashes.SHA256),)


def _shells(verifier: str) -> Iterator[_Shell]:
    """Give what is tried, the likely first: each shell is hash inputs, under hash functions."""
    plain = [HashInput("ascii", inputs.octets(verifier))]
    seen = {plain[0].data}

    def unseen(candidates: Iterable[HashInput]) -> Iterator[HashInput]:
        for candidate in candidates:
            if candidate.data not in seen:
                seen.add(candidate.data)
                yield candidate

    yield _Shell(plain, _SINGLE_OR_TWICE)
    yield _Shell([HashInput(*constant) for constant in inputs.CONSTANTS], _COMMON)
    yield _Shell(unseen(inputs.single_inputs(verifier)), _SINGLE_OR_TWICE)
    yield _Shell(chain(plain, inputs.single_inputs(verifier)), _COMMON, lossy=True)
    yield _Shell(unseen(inputs.common_cut_inputs(verifier)), _SINGLE_OR_TWICE)
    yield _Shell(unseen(inputs.likely_double_inputs(verifier)), _USUAL)
    yield _Shell([HashInput("empty", b"")], _SINGLE_OR_TWICE)
    yield _Shell(unseen(inputs.cut_inputs(verifier)), _COMMON)
    yield _Shell((HashInput(*digest) for digest in hashes.first_digests(plain[0].data)), _SECOND)
    yield _Shell(unseen(inputs.reencoded_inputs(verifier)), _COMMON)
    yield _Shell(unseen(inputs.rewrapped_inputs(verifier)), _FEW)
    yield _Shell(inputs.completed_inputs(verifier), _SHA256)


def _walk(shells: Iterable[_Shell], middle: _Middle, length: int) -> Match | None:
    heads, tails = middle.heads, middle.tails
    tried = 0
    for shell in shells:
        if shell.lossy and not middle.lossy:
            continue  # nothing in this challenge was read as text
        for name, data in shell.inputs:
            for function, digest_of in shell.functions:
                digest = digest_of(data)
                if digest[:3] in heads or digest[-3:] in tails or shell.lossy:
                    match = _confirm(name, function, digest, middle, tried + len(shell.functions), length)
                    if match is not None:
                        return match
            tried += len(shell.functions)
    return None


class _Scale(NamedTuple):
    """What a find is weighed with: how much was tried so far, and how many bits of a digest a full match shows."""

    tried: float  # binary logarithm
    bits: int
    constant: int

    def odds(self, kept: float) -> float:
        """Give the odds, as a binary logarithm, of a match on this share of the digest."""
        return self.tried - self.bits * kept + (self.constant if kept < 1 else 0)


def _confirm(name: str, function: str, digest: bytes, middle: _Middle, tried: int, length: int) -> Match | None:
    """Write the challenge anew from a digest, in all the ways that may fit, and choose the plainest that does."""
    effort = math.log2(tried * middle.writings)
    if function == "none":
        # Only what comes from the verifier speaks; a cut text may hold nothing but what was put around it.
        scale = _Scale(effort, 5 * length, 0 if name == "ascii" else 128)
    else:
        scale = _Scale(effort, 8 * len(digest), 0)
    written = list(_written(digest, middle, scale))
    sent = {wrapping.text: wrapping for wrapping in reversed(middle.wrappings)}
    exact = [one for one in written if one[2] in sent]
    best: tuple[int, Match] | None = None
    for notation, encoding, text, share in exact or written:
        for wrapping in [sent[text]] if exact else middle.wrappings:
            harm = damage.compare(text, wrapping)
            if harm is None:
                continue
            odds = scale.odds(harm.kept * share)
            cost = harm.cost + 2 * (notation != "raw") + 2 * (encoding != "b64url")
            if odds <= WEAKEST_ODDS and (best is None or cost < best[0]):
                best = cost, Match(_pipeline(name, function, notation, encoding, harm.name), odds)
    return best[1] if best else None


def _pipeline(name: str, function: str, notation: str, encoding: str, harm: str) -> Pipeline:
    if name.startswith("of-"):
        # What was hashed is itself a digest of the verifier: the two hashes are one step.
        first = name.removesuffix("-of-sha256") if function == "sha256" else name
        return Pipeline("ascii", f"{function}-{first}", notation, encoding, harm)
    return Pipeline(name, function, notation, encoding, harm)


def _written(digest: bytes, middle: _Middle, scale: _Scale) -> Iterator[tuple[str, str, str, float]]:
    """Give notation, encoding, text and the share of the digest in it, for every reading that this digest fits."""
    readings = (*middle.heads.get(digest[:3], ()), *middle.tails.get(digest[-3:], ()), *middle.lossy)
    for reading in readings:
        share = 0.5 if reading.group == "replaced" else 1.0
        written = [(one.name, data) for one in notations.GROUPS[reading.group] if (data := one.write(digest)) is not None]
        best = max((reading.fits(data) for _, data in written), default=-1)
        for notation, data in written if best >= 0 else ():
            shown = min(1.0, (len(reading.data) + 1) / (len(data) + 1)) if reading.data else 1.0
            if reading.fits(data) == best and scale.odds(shown) <= WEAKEST_ODDS:
                for encoding, text in encodings.spell(reading.chain, data, reading.layers):
                    yield notation, encoding, text, share
        size = len(reading.data)
        if reading.group == "raw" and 6 <= size < len(digest):
            for encoding, text in encodings.spell(reading.chain, digest[:size], reading.layers):
                yield f"first-{size}-bytes", encoding, text, size / len(digest)
