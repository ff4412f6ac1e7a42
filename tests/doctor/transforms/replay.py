"""Takes a found pipeline step by step, apart from the search that found it."""

from __future__ import annotations

import re

from proofkey.doctor.transforms import Pipeline, damage, encodings, hashes, inputs, notations, texts

_STEPS = {step.name: step for step in (*inputs.BYTES, *texts.UNDONE, *texts.WRAPPED, *texts.REWRITTEN)}
_NOTATIONS = {notation.name: notation for group in notations.GROUPS.values() for notation in group}
_CONSTANTS = dict(inputs.CONSTANTS)


def fits(pipeline: Pipeline, verifier: str, challenge: str) -> bool:
    """Tell whether the pipeline, taken with the verifier, yields the challenge."""
    digest = _hash(pipeline.hash, _hash_input(pipeline.input, verifier))
    written = _write(pipeline.notation, digest)
    for name in reversed(pipeline.encoding.split("-of-")):
        text = encodings.BY_NAME[name].write(written)
        written = text.encode()
    if pipeline.damage == "none":
        return text == challenge
    harms = (damage.compare(text, wrapping) for wrapping in damage.unwrap(challenge))
    return pipeline.damage in {harm.name for harm in harms if harm}


def _hash_input(name: str, verifier: str) -> bytes:
    if name in _CONSTANTS:
        return _CONSTANTS[name]
    value: object = verifier
    for part in name.split("/"):
        value = _cut(part, verifier) or _STEPS[part].apply(value)  # type: ignore[arg-type]
    return value.encode() if isinstance(value, str) else value  # type: ignore[return-value]


def _cut(name: str, verifier: str) -> str | None:
    if found := re.fullmatch(r"(first|last|without-first|without-character)-(\d+)", name):
        count = int(found[2])
        return {
            "first": verifier[:count],
            "last": verifier[-count:],
            "without-first": verifier[count:],
            "without-character": verifier[: count - 1] + verifier[count:],
        }[found[1]]
    return None


def _hash(name: str, data: bytes) -> bytes:
    if "-of-" not in name:
        return hashes.FUNCTIONS[name][1](data)
    second, between, *first = name.split("-of-", 2)
    return hashes.FUNCTIONS[second][1](hashes.BETWEEN[between][1](_hash(first[0] if first else "sha256", data)))


def _write(name: str, digest: bytes) -> bytes:
    if cut := re.fullmatch(r"first-(\d+)-bytes", name):
        return digest[: int(cut[1])]
    if cut := re.fullmatch(r"first-(\d+)-(hex|HEX)-digits", name):
        digits = digest.hex() if cut[2] == "hex" else digest.hex().upper()
        return digits[: int(cut[1])].encode()
    return _NOTATIONS[name].write(digest) or b""
