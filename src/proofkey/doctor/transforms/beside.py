"""Other values of the request in the place of the verifier, next to it, or as the key of an HMAC.

A variable that was mixed up leaves a challenge that has nothing to do with the verifier and all to do with the state.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Iterator, Mapping

from proofkey.doctor.transforms import hashes
from proofkey.doctor.transforms.hashes import Hash
from proofkey.doctor.transforms.inputs import HashInput, Inputs
from proofkey.doctor.transforms.shells import Shell
from proofkey.doctor.transforms.texts import octets

LONGEST = 2048  # characters of a value
_KEYED = {"hmac-sha256": "HMAC-SHA-256", "hmac-sha512": "HMAC-SHA-512", "hmac-sha1": "HMAC-SHA-1"}
_PHRASES = {
    "value:": "the {}",
    "verifier-and-value:": "{of} and the {} behind it",
    "value-and-verifier:": "the {} and {of} behind it",
}


def shells(verifier: str, values: Mapping[str, str]) -> Iterator[Shell]:
    """Give what is tried: hash inputs that hold one of the values, and functions that have one as their key."""
    usual = tuple(name for name in hashes.USUAL if name != "none")
    yield Shell(Inputs.of(_inputs_beside(verifier, values)), usual)
    keyed = _keyed_functions(values)
    yield Shell(Inputs(["ascii"], [octets(verifier)]), tuple(keyed), further=keyed)


def _inputs_beside(verifier: str, values: Mapping[str, str]) -> Iterator[HashInput]:
    for name, value in values.items():
        if value and len(value) <= LONGEST and value != verifier:
            yield HashInput(f"value:{name}", octets(value))
            yield HashInput(f"verifier-and-value:{name}", octets(verifier + value))
            yield HashInput(f"value-and-verifier:{name}", octets(value + verifier))


def _keyed_functions(values: Mapping[str, str]) -> dict[str, Hash]:
    return {
        f"{algorithm}-keyed:{name}": _keyed(octets(value), algorithm.removeprefix("hmac-"))
        for name, value in values.items()
        if value and len(value) <= LONGEST
        for algorithm in _KEYED
    }


def phrase_of_input(name: str, of: str) -> str | None:
    """Say a hash input of this file in words; None where it is another file's."""
    for prefix, phrase in _PHRASES.items():
        if name.startswith(prefix):
            return phrase.format(name.removeprefix(prefix), of=of)
    return None


def phrase_of_hash(name: str) -> str | None:
    """Say a keyed function in words; None where it is none."""
    algorithm, found, key = name.partition("-keyed:")
    return f"{_KEYED[algorithm]}, keyed with the {key}," if found else None


def _keyed(key: bytes, algorithm: str) -> Callable[[bytes], bytes]:
    digest = getattr(hashlib, algorithm)
    return lambda data: hmac.new(key, data, digest).digest()
