"""The search for the pipeline that turned a verifier into a challenge (decision 7).

It meets in the middle. Backwards, the challenge gives the three bytes that its digest would begin with, for every
damage, encoding and notation that could have written such a text. Forwards, the verifier gives the digest of every hash
input under every hash. Where three bytes agree the challenge is written anew from the digest and compared in full.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from proofkey.core.pkce import decode_challenge
from proofkey.doctor.transforms import beside, damage, encodings, hashes, notations, shells
from proofkey.doctor.transforms.found import S256, Pipeline
from proofkey.doctor.transforms.hashes import Digests
from proofkey.doctor.transforms.readings import LOST, Reading, Readings, surviving
from proofkey.doctor.transforms.shells import Shell
from proofkey.doctor.transforms.texts import octets

LONGEST_VERIFIER = 600  # characters; RFC 7636 4.1 allows 128
LONGEST_CHALLENGE = 4096  # characters
_MOST_WRITTEN = 40_000  # characters written from texts that were not hashed: many begin alike
WEAKEST_ODDS = -20.0  # a find that chance would make more often than once in a million is no proof
_USUAL_BEGINNINGS = (16, 20, 32, 40, 43, 64)  # bytes or digits of a digest that code takes
_MOST_REPAIRED = 40  # challenges of a capture in which damage is looked for as deeply as in a single one
_SHORTEST_VALUE = 8  # characters that two values share on purpose or by a mix-up, and not by chance


class Match(NamedTuple):
    """A pipeline and the binary logarithm of the odds that chance found it."""

    pipeline: Pipeline
    odds: float


def find(verifier: str, challenge: str) -> Match | None:
    """Find the pipeline from verifier to challenge; None where nothing explains the pair beyond chance."""
    found = find_among(verifier, [challenge])
    return found[1] if found else None


def find_among(verifier: str, challenges: Sequence[str]) -> tuple[int, Match] | None:
    """Find one of many challenges that came from this verifier: its place, and how it was made.

    The verifier's digests are computed once for all. A right challenge comes before any other, an unhashed one next.
    """
    for wanted, match in (
        (s256(verifier), Match(S256, -256.0)),
        (verifier, Match(Pipeline("ascii", "none", "raw", "text", "none"), -6.0 * len(verifier))),
    ):
        if wanted and wanted in challenges:
            return challenges.index(wanted), match
    if len(verifier) > LONGEST_VERIFIER:
        return None
    repair = len(challenges) <= _MOST_REPAIRED
    readings = [Readings(challenge if len(challenge) <= LONGEST_CHALLENGE else "", repair) for challenge in challenges]
    return _walk(shells.of(verifier), readings, len(verifier))


def find_swapped(verifier: str, challenge: str) -> Match | None:
    """Find a pipeline from the challenge to the verifier: the two changed places."""
    if s256(challenge) == verifier:
        return Match(S256, -256.0)
    if not verifier or max(len(challenge), len(verifier)) > LONGEST_VERIFIER:
        return None
    found = _walk([shells.swapped(challenge)], [Readings(verifier, repair=False)], len(challenge))
    return found[1] if found else None


def find_beside(verifier: str, challenge: str, values: Mapping[str, str]) -> Match | None:
    """Find a pipeline from another value of the request, from one next to the verifier, or with one as a key."""
    if not values or len(verifier) > LONGEST_VERIFIER or len(challenge) > LONGEST_CHALLENGE:
        return None
    for name, value in values.items():
        # An S256 challenge may have been taken for the state, too: then it is the state that is another's value.
        if value == challenge and len(value) >= _SHORTEST_VALUE and decode_challenge(value) is None:
            return Match(Pipeline(f"value:{name}", "none", "raw", "text", "none"), -5.0 * len(value))
    found = _walk(beside.shells(verifier, values), [Readings(challenge)], len(verifier))
    return found[1] if found else None


def s256(verifier: str) -> str:
    """Compute the challenge that belongs to any text, legal as a verifier or not (RFC 7636 4.2)."""
    return encodings.BY_NAME["b64url"].write(hashes.SHA256(octets(verifier)))


def _walk(tried_shells: Iterable[Shell], challenges: Sequence[Readings], length: int) -> tuple[int, Match] | None:
    heads = _places(readings.heads for readings in challenges)
    tails = _places(readings.tails for readings in challenges)
    lossy = _places(readings.lossy for readings in challenges)
    tried = 0
    refused: set[bytes] = set()  # the same digest again has nothing new to say
    for shell in tried_shells:
        digests = Digests(shell.inputs.data, shell.further)
        hits: list[tuple[int, int, bytes]] = []
        for column, function in enumerate(shell.functions):
            computed = digests.under(function)
            tried += len(computed) * len(challenges)
            hits += [
                (row, column, digest)
                for row, digest in enumerate(computed)
                if digest[:3] in heads or digest[-3:] in tails
            ]
            if lossy and function in shell.lossy:
                hits += [
                    (row, column, digest)
                    for row, digest in enumerate(computed)
                    if digest.translate(None, LOST)[:3] in lossy
                ]
        for row, column, digest in sorted(hits):
            if digest in refused:
                continue
            refused.add(digest)
            attempt = _Attempt(shell.inputs.name_of(row), shell.functions[column], digest, tried, length)
            near = {*heads.get(digest[:3], ()), *tails.get(digest[-3:], ()), *lossy.get(surviving(digest), ())}
            for place in sorted(near):
                if match := _confirm(attempt, challenges[place]):
                    return place, match
    return None


def _places(tables: Iterable[Mapping[bytes, object]]) -> dict[bytes, list[int]]:
    """Tell in which of the tables each key stands."""
    places: dict[bytes, list[int]] = {}
    for place, table in enumerate(tables):
        for key in table:
            places.setdefault(key, []).append(place)
    return places


class _Attempt(NamedTuple):
    """A digest that may be behind a challenge; `length` is the verifier's.

    `tried` counts the digests so far, once for each challenge that they were tried against.
    """

    name: str
    function: str
    digest: bytes
    tried: int
    length: int


class _Scale(NamedTuple):
    """What a find is weighed with: how much was tried so far, and how many bits of a digest a full match shows.

    `constant` bits of a cut text may have come from elsewhere; `least` is how well a writing must agree, as
    `Reading.fits` tells.
    """

    tried: float  # binary logarithm
    bits: int
    constant: int
    least: int

    def odds(self, kept: float) -> float:
        """Give the odds, as a binary logarithm, of a match on this share of the digest."""
        return self.tried - self.bits * kept + (self.constant if kept < 1 else 0)


def _scale(attempt: _Attempt, readings: Readings) -> _Scale:
    effort = math.log2(attempt.tried * readings.writings)
    if attempt.function != "none":
        return _Scale(effort, 8 * len(attempt.digest), constant=0, least=0)
    if attempt.name == "ascii":
        return _Scale(effort, 5 * attempt.length, constant=0, least=0)
    # Unlike digests, texts made of one verifier begin alike, and a cut one may hold only what was put around it.
    return _Scale(effort, 5 * attempt.length, constant=128, least=2)


def _confirm(attempt: _Attempt, readings: Readings) -> Match | None:
    """Write the challenge anew from a digest, in all the ways that may fit, and choose the plainest that does."""
    candidates = readings.of(attempt.digest)
    if not candidates:
        return None
    scale = _scale(attempt, readings)
    if scale.least and readings.written > _MOST_WRITTEN and all(one.data != attempt.digest for one in candidates):
        return None
    written = list(dict.fromkeys(_written(attempt.digest, candidates, scale)))  # many readings, few writings
    if scale.least:
        readings.written += 36 * len(attempt.digest) + sum(len(text) for _, _, text, _ in written)
    sent = {wrapping.text: wrapping for wrapping in reversed(readings.wrappings)}
    exact = [one for one in written if one[2] in sent and one[3] == 1.0]
    best: tuple[int, Match] | None = None
    for notation, encoding, text, share in exact or written:
        for wrapping in [sent[text]] if exact else readings.wrappings:
            harm = damage.compare(text, wrapping)
            if harm is None:
                continue
            odds = scale.odds(harm.kept * share)
            cost = harm.cost + 2 * (notation != "raw") + 2 * (encoding != "b64url") + 3 * (share < 1)
            if odds <= WEAKEST_ODDS and (best is None or cost < best[0]):
                best = cost, Match(_pipeline(attempt, notation, encoding, harm.name), odds)
    return best[1] if best else None


def _pipeline(attempt: _Attempt, notation: str, encoding: str, harm: str) -> Pipeline:
    return Pipeline(attempt.name, attempt.function, notation, encoding, harm)


def _written(digest: bytes, candidates: Iterable[Reading], scale: _Scale) -> Iterator[tuple[str, str, str, float]]:
    """Give notation, encoding, text and the share of the digest in it, for every reading that the digest fits."""
    for reading in candidates:
        if scale.odds(reading.share(len(digest))) > WEAKEST_ODDS:
            continue  # no notation is much shorter than the digest: too little of it can be left
        for notation, data in _agreeing(digest, reading, scale.least):
            if scale.odds(reading.share(len(data))) <= WEAKEST_ODDS:
                for encoding, text in encodings.spell(reading.chain, data, reading.layers):
                    yield notation, encoding, text, 0.5 if reading.group == "replaced" else 1.0
        for notation, data, share in _beginnings(digest, reading):
            for encoding, text in encodings.spell(reading.chain, data, reading.layers):
                yield notation, encoding, text, share


def _beginnings(digest: bytes, reading: Reading) -> Iterator[tuple[str, bytes, float]]:
    """Write the beginning of a digest, as long as what was read, or as long as is usual; give its share as well."""
    for length in _sizes(reading):
        if reading.group == "raw" and 6 <= length < len(digest):
            yield f"first-{length}-bytes", digest[:length], length / len(digest)
        if reading.group == "hex" and 12 <= length < 2 * len(digest):
            for name, digits in (("hex", digest.hex()), ("HEX", digest.hex().upper())):
                if digits.encode("ascii").startswith(reading.data[:6]):
                    yield f"first-{length}-{name}-digits", digits[:length].encode("ascii"), length / len(digits)


def _sizes(reading: Reading) -> Iterable[int]:
    if reading.size is None:
        return _USUAL_BEGINNINGS
    if reading.data:
        return (reading.size,)
    return (reading.size, *(usual for usual in _USUAL_BEGINNINGS if 0 < abs(usual - reading.size) < 3))


def _agreeing(digest: bytes, reading: Reading, least: int) -> Iterator[tuple[str, bytes]]:
    """Write a digest in the notations of a reading; give those that agree best with what was read."""
    written = [(one.name, data) for one in notations.GROUPS[reading.group] if (data := one.write(digest)) is not None]
    best = max((reading.fits(data) for _, data in written), default=-1)
    for name, data in written:
        if best >= least and reading.fits(data) == best:
            yield name, data
