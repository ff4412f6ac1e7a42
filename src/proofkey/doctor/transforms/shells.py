"""What is tried against a challenge, the likely first: shells of hash inputs, each under some functions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import NamedTuple

from proofkey.doctor.transforms import hashes, inputs
from proofkey.doctor.transforms.hashes import Hash
from proofkey.doctor.transforms.inputs import HashInput, Inputs, Texts
from proofkey.doctor.transforms.texts import octets

_ANY = (*hashes.SINGLE, *hashes.TWICE, *hashes.MIXED)
_LOSSY = (*hashes.COMMON, "sha224", "sha256-of-raw", "sha256-of-hex", "sha256-of-b64url", "sha256-of-b64")
_FEW = ("sha256", "none")


class Shell(NamedTuple):
    """Hash inputs and the functions they are put under; `further` are functions that only this shell has.

    `lossy` are the functions whose digests are also tried as read as text, with what is no text lost.
    """

    inputs: Inputs
    functions: tuple[str, ...]
    lossy: tuple[str, ...] = ()
    further: Mapping[str, Hash] = MappingProxyType({})


def of(verifier: str) -> Iterator[Shell]:
    """Give all that is tried for a verifier."""
    texts = Texts(verifier)
    plain = Inputs(["ascii"], [octets(verifier)])
    yield Shell(plain, (*hashes.SINGLE, *hashes.TWICE), lossy=(*hashes.SINGLE, *hashes.TWICE))
    yield Shell(Inputs.of(HashInput(*constant) for constant in inputs.CONSTANTS), hashes.COMMON)
    yield Shell(Inputs.of(texts.single_inputs()), _ANY, lossy=_ANY)
    yield Shell(Inputs.of(texts.common_cut_inputs()), _ANY, lossy=_LOSSY)
    yield Shell(Inputs.of(texts.likeliest_double_inputs()), _ANY)
    yield Shell(Inputs.of(texts.likely_double_inputs()), hashes.USUAL, lossy=("sha256",))
    yield Shell(Inputs(["empty"], [b""]), (*hashes.SINGLE, *hashes.TWICE))
    yield Shell(Inputs.of(texts.cut_inputs()), hashes.COMMON)
    yield Shell(plain, hashes.ANY_TWO)
    for double in texts.double_inputs():
        yield Shell(double, _FEW, lossy=("sha256",))
    yield Shell(texts.completed_inputs(), ("sha256",))


def swapped(challenge: str) -> Shell:
    """Give what is tried where the challenge was hashed and gave the verifier."""
    hashed = tuple(name for name in hashes.COMMON if name != "none")
    return Shell(Inputs.of(Texts(challenge).single_inputs()), hashed)
