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

from proofkey.doctor.transforms import damage, encodings, hashes, inputs, notations
from proofkey.doctor.transforms.found import S256, Pipeline
from proofkey.doctor.transforms.inputs import HashInput
from proofkey.doctor.transforms.readings import Reading, Readings
from proofkey.doctor.transforms.texts import octets

LONGEST_VERIFIER = 600  # characters; RFC 7636 4.1 allows 128
LONGEST_CHALLENGE = 4096  # characters
_MOST_WRITTEN = 300_000  # characters compared with one challenge; only one that imitates many notations comes near
WEAKEST_ODDS = -20.0  # a find that chance would make more often than once in a million is no proof


class Match(NamedTuple):
    """A pipeline and the binary logarithm of the odds that chance found it."""

    pipeline: Pipeline
    odds: float


def find(verifier: str, challenge: str) -> Match | None:
    """Find the pipeline from verifier to challenge; None where nothing explains the pair beyond chance."""
    if s256(verifier) == challenge:
        return Match(S256, -256.0)
    if not challenge or len(challenge) > LONGEST_CHALLENGE or len(verifier) > LONGEST_VERIFIER:
        return None
    if verifier == challenge:
        return Match(Pipeline("ascii", "none", "raw", "text", "none"), -6.0 * len(verifier))
    return _walk(_shells(verifier), Readings(challenge), len(verifier))


def find_swapped(verifier: str, challenge: str) -> Match | None:
    """Find a pipeline from the challenge to the verifier: the two changed places."""
    if s256(challenge) == verifier:
        return Match(S256, -256.0)
    if not verifier or max(len(challenge), len(verifier)) > LONGEST_VERIFIER:
        return None
    hashed = tuple((name, function) for name, function in _SINGLE_OR_TWICE if name != "none")
    return _walk([_Shell(inputs.single_inputs(challenge), hashed)], Readings(verifier), len(challenge))


def s256(verifier: str) -> str:
    """Compute the challenge that belongs to any text, legal as a verifier or not (RFC 7636 4.2)."""
    return encodings.BY_NAME["b64url"].write(hashes.SHA256(octets(verifier)))


class _Shell(NamedTuple):
    """Hash inputs and the functions they are put under; a lossy one is for digests that were read as text."""

    inputs: Iterable[HashInput]
    functions: tuple[tuple[str, hashes.Hash], ...]
    lossy: bool = False


def _functions(names: Iterable[str]) -> tuple[tuple[str, hashes.Hash], ...]:
    return tuple((name, hashes.SINGLE.get(name) or hashes.TWICE[name]) for name in names)


_SINGLE_OR_TWICE = _functions((*hashes.SINGLE, *hashes.TWICE))
_USUAL = _functions(name for name, _ in _SINGLE_OR_TWICE if name not in hashes.RARE)
_COMMON = _functions(hashes.COMMON)
_SECOND = _functions(hashes.SECOND)
_FEW = _functions(("sha256", "none"))
_SHA256 = _functions(("sha256",))


def _shells(verifier: str) -> Iterator[_Shell]:
    """Give what is tried, the likely first: each shell is hash inputs, under hash functions."""
    plain = [HashInput("ascii", octets(verifier))]
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


def _walk(shells: Iterable[_Shell], readings: Readings, length: int) -> Match | None:
    heads, tails = readings.heads, readings.tails
    tried = 0
    for shell in shells:
        if shell.lossy and not readings.lossy:
            continue  # nothing in this challenge was read as text
        for name, data in shell.inputs:
            for function, digest_of in shell.functions:
                digest = digest_of(data)
                if digest[:3] in heads or digest[-3:] in tails or shell.lossy:
                    match = _confirm(name, function, digest, readings, tried + len(shell.functions), length)
                    if match is not None or readings.written > _MOST_WRITTEN:
                        return match
            tried += len(shell.functions)
    return None


class _Scale(NamedTuple):
    """What a find is weighed with: how much was tried so far, and how many bits of a digest a full match shows.

    `constant` bits of a cut text may have come from elsewhere; `least` is how well a writing must agree (`Reading.fits`).
    """

    tried: float  # binary logarithm
    bits: int
    constant: int
    least: int

    def odds(self, kept: float) -> float:
        """Give the odds, as a binary logarithm, of a match on this share of the digest."""
        return self.tried - self.bits * kept + (self.constant if kept < 1 else 0)


def _confirm(name: str, function: str, digest: bytes, readings: Readings, tried: int, length: int) -> Match | None:
    """Write the challenge anew from a digest, in all the ways that may fit, and choose the plainest that does."""
    effort = math.log2(tried * readings.writings)
    if function != "none":
        scale = _Scale(effort, 8 * len(digest), constant=0, least=0)
    elif name == "ascii":
        scale = _Scale(effort, 5 * length, constant=0, least=0)
    else:
        # Unlike digests, texts made of one verifier begin alike, and a cut one may hold what was put around it only.
        scale = _Scale(effort, 5 * length, constant=128, least=2)
    written = list(_written(digest, readings, scale))
    readings.written += sum(len(text) + 50 for _, _, text, _ in written)
    sent = {wrapping.text: wrapping for wrapping in reversed(readings.wrappings)}
    exact = [one for one in written if one[2] in sent]
    best: tuple[int, Match] | None = None
    for notation, encoding, text, share in exact or written:
        for wrapping in [sent[text]] if exact else readings.wrappings:
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


def _written(digest: bytes, readings: Readings, scale: _Scale) -> Iterator[tuple[str, str, str, float]]:
    """Give notation, encoding, text and the share of the digest in it, for every reading that this digest fits."""
    for reading in readings.of(digest):
        if scale.odds(reading.share(len(digest))) > WEAKEST_ODDS:
            continue  # no notation is much shorter than the digest: too little of it can be left
        for notation, data in _agreeing(digest, reading, scale.least):
            if scale.odds(reading.share(len(data))) <= WEAKEST_ODDS:
                for encoding, text in encodings.spell(reading.chain, data, reading.layers):
                    yield notation, encoding, text, 0.5 if reading.group == "replaced" else 1.0
        size = len(reading.data)
        if reading.group == "raw" and 6 <= size < len(digest):
            for encoding, text in encodings.spell(reading.chain, digest[:size], reading.layers):
                yield f"first-{size}-bytes", encoding, text, size / len(digest)


def _agreeing(digest: bytes, reading: Reading, least: int) -> Iterator[tuple[str, bytes]]:
    """Write a digest in the notations of a reading; give those that agree best with what was read."""
    written = [(one.name, data) for one in notations.GROUPS[reading.group] if (data := one.write(digest)) is not None]
    best = max((reading.fits(data) for _, data in written), default=-1)
    for name, data in written:
        if best >= least and reading.fits(data) == best:
            yield name, data
