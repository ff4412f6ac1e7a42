"""A pipeline in words: what was done to make the challenge; `advice` says what must be done instead."""

from __future__ import annotations

import re

from proofkey.doctor.transforms import beside, damage, encodings, hashes, inputs, notations
from proofkey.doctor.transforms.found import S256, Pipeline

_NOTATIONS = {one.name: one.phrase for group in notations.GROUPS.values() for one in group}
_RIGHT = "base64url, without padding, of the raw SHA-256 digest of the verifier's ASCII characters"


def say(pipeline: Pipeline, swapped: bool = False) -> str:
    """Say in one sentence how the challenge was made."""
    if swapped:
        made = _made(pipeline, "the challenge")
        return f"Challenge and verifier changed places: the verifier is {made}."
    if pipeline == S256:
        return f"The challenge is right: {_RIGHT}."
    if inputs.is_of_damaged_verifier(pipeline.input):
        changed = "the verifier was changed after it was hashed"
        if pipeline._replace(input="ascii") == S256:
            return f"The challenge fits {inputs.phrase_of(pipeline.input, 'the sent verifier')}: {changed}."
        return f"The challenge is {_made(pipeline, 'the sent verifier')}; {changed}."
    return f"The challenge is {_made(pipeline, 'the verifier')}."


def _made(pipeline: Pipeline, of: str) -> str:
    hashed = beside.phrase_of_input(pipeline.input, of) or inputs.phrase_of(pipeline.input, of)
    keyed = beside.phrase_of_hash(pipeline.hash)
    said = f"{keyed} over {hashed}" if keyed else hashes.phrase_of(pipeline.hash, hashed)
    notation = _notation_phrase(pipeline.notation)
    said = (notation.replace("digest", "text") if pipeline.hash == "none" else notation).format(said)
    if pipeline[2:4] == ("raw", "text") and pipeline.hash != "none":
        said = f"the raw bytes, sent as text, of {said}"
    tails = []
    for name in reversed(pipeline.encoding.split("-of-")):
        encoding = encodings.BY_NAME[name]
        said = encoding.phrase.format(said)
        tails.append(encoding.tail)
    endings = [tail for tail in tails[-1:] if tail]
    if pipeline.hash == "none":
        endings.insert(0, "not hashed")
    # What came last is said apart, or it would read as something around the verifier.
    arrived = "" if pipeline.damage == "none" else f"; it arrived {damage.phrase_of(pipeline.damage)}"
    return ", ".join([said, *endings]) + arrived


def _notation_phrase(name: str) -> str:
    if found := re.fullmatch(r"first-(\d+)-bytes", name):
        return f"the first {found[1]} bytes of {{}}"
    if found := re.fullmatch(r"first-(\d+)-(hex|HEX)-digits", name):
        upper = "upper-case " if found[2] == "HEX" else ""
        return f"the first {found[1]} digits of the {upper}hexadecimal digest of {{}}"
    return _NOTATIONS[name]
