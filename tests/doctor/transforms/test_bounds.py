"""How much work a pair may cost, counted and not timed, and what chance may make of that much searching."""

from __future__ import annotations

import base64
import hashlib
import hmac
import math
import random
from collections.abc import Callable

import pytest

from proofkey.doctor.transforms import hashes, shells
from proofkey.doctor.transforms.hashes import Digests
from proofkey.doctor.transforms.readings import Readings
from proofkey.doctor.transforms.search import WEAKEST_ODDS
from tests.doctor.transforms.compositions import _b64url

MOST_DIGESTS = 40_000
MOST_BEGINNINGS = 1_500
MOST_WRITINGS = 1 << 16
WHOLE = 240  # bits of a digest that a whole challenge shows, and some to spare

VERIFIERS: dict[str, Callable[[random.Random], str]] = {
    "shortest": lambda draw: _b64url(draw.randbytes(32)).decode(),
    "longest": lambda draw: _b64url(draw.randbytes(96)).decode(),
    "hexadecimal": lambda draw: draw.randbytes(64).hex(),
    "all symbols": lambda draw: "".join(draw.choices("Aa0-._~", k=128)),
    "64 characters": lambda draw: _b64url(draw.randbytes(48)).decode(),
}
CHALLENGES: dict[str, Callable[[random.Random], str]] = {
    "as it should be": lambda draw: _b64url(draw.randbytes(32)).decode(),
    "hexadecimal": lambda draw: draw.randbytes(32).hex(),
    "encoded twice": lambda draw: _b64url(_b64url(draw.randbytes(32))).decode(),
    "printed numbers": lambda draw: _b64url(",".join(map(str, draw.randbytes(64))).encode()).decode(),
    "in lower case": lambda draw: _b64url(draw.randbytes(32).hex().encode()).decode().lower(),
    "in upper case": lambda draw: _b64url(draw.randbytes(64)).decode().upper(),
    "base32": lambda draw: base64.b32encode(draw.randbytes(32)).decode(),
    "digits": lambda draw: "".join(map(str, draw.randbytes(64))),
    "bytes as text": lambda draw: draw.randbytes(64).decode("latin-1"),
    "in lines": lambda draw: base64.encodebytes(draw.randbytes(64)).decode(),
}


@pytest.mark.parametrize("kind", VERIFIERS)
def test_the_digests_of_a_verifier_are_bounded(kind: str) -> None:
    """However long it is and whatever it is made of."""
    verifier = VERIFIERS[kind](random.Random(kind))
    digests = sum(len(shell.inputs.data) * len(shell.functions) for shell in shells.of(verifier))
    assert 10_000 < digests <= MOST_DIGESTS


@pytest.mark.parametrize("look", CHALLENGES)
def test_the_readings_of_a_challenge_are_bounded(look: str) -> None:
    """A digest is looked up among few beginnings, and few texts are written from one that is found there."""
    draw = random.Random(look)
    for _ in range(20):
        readings = Readings(CHALLENGES[look](draw))
        assert len(readings.heads) + len(readings.tails) + len(readings.lossy) <= MOST_BEGINNINGS
        assert readings.writings <= MOST_WRITINGS


def test_searching_so_much_leaves_chance_no_room() -> None:
    """The widest search errs about a whole challenge once in 2 to the power of 200, about any once in a million."""
    assert math.log2(MOST_DIGESTS * MOST_WRITINGS) - WHOLE < -200
    assert WEAKEST_ODDS <= -20


def test_every_hash_input_and_function_has_a_name_of_its_own() -> None:
    """A name that stood for two things could not be said in words."""
    names: dict[str, bytes] = {}
    for shell in shells.of(VERIFIERS["shortest"](random.Random(1))):
        assert len(set(shell.functions)) == len(shell.functions)
        for place, data in enumerate(shell.inputs.data):
            if not shell.inputs.name_of(place).startswith("lost-character-"):
                assert names.setdefault(shell.inputs.name_of(place), data) == data


def test_shared_digests_are_those_computed_one_by_one() -> None:
    """Side by side or alone, through any function that is tried, a digest is the same."""
    data = [b"", b"a verifier", b"x" * 200]
    digests = Digests(data)
    for name in (*hashes.SINGLE, *hashes.TWICE, *hashes.MIXED, *hashes.ANY_TWO[::7]):
        assert digests.under(name) == [hashes.compute(name, one) for one in data]
    inner = hashlib.md5(b"a verifier", usedforsecurity=False).hexdigest()
    assert hashes.compute("sha256-of-hex-of-md5", b"a verifier") == hashlib.sha256(inner.encode()).digest()


@pytest.mark.parametrize("algorithm", ["sha256", "sha512", "sha1", "md5"])
def test_an_hmac_with_an_empty_key_is_that_of_the_library(algorithm: str) -> None:
    """It is put together from two plain hashes for speed."""
    assert hashes.compute(f"hmac-{algorithm}-empty-key", b"a verifier") == hmac.digest(b"", b"a verifier", algorithm)
