"""A pipeline in words: what was done, and what must be done instead."""

from __future__ import annotations

import re

from proofkey.doctor.transforms import beside, damage, encodings, hashes, inputs, notations
from proofkey.doctor.transforms.found import S256, Pipeline, deviations

_NOTATIONS = {one.name: one.phrase for group in notations.GROUPS.values() for one in group}
_RIGHT = "base64url, without padding, of the raw SHA-256 digest of the verifier's ASCII characters"


def say(pipeline: Pipeline, swapped: bool = False) -> str:
    """Say in one sentence how the challenge was made."""
    if swapped:
        made = _made(pipeline, "the challenge")
        return f"Challenge and verifier changed places: the verifier is {made}."
    if pipeline == S256:
        return f"The challenge is right: {_RIGHT}."
    if _verifier_is_damaged(pipeline):
        changed = "the verifier was changed after it was hashed"
        if pipeline._replace(input="ascii") == S256:
            return f"The challenge fits {inputs.phrase_of(pipeline.input, 'the sent verifier')}: {changed}."
        return f"The challenge is {_made(pipeline, 'the sent verifier')}; {changed}."
    return f"The challenge is {_made(pipeline, 'the verifier')}."


def advise(pipeline: Pipeline, swapped: bool = False) -> str:
    """Say which step must change, and how."""
    if swapped:
        return (
            "Send the hash as code_challenge in the authorization request and keep the random text for code_verifier."
        )
    if pipeline == S256:
        return "Nothing in the pair needs to change."
    if pipeline[1:] == ("none", "raw", "text", "none"):
        sent = beside.phrase_of_input(pipeline.input, "the verifier") or "the verifier itself"
        return f"Change the hash and the encoding: send base64url(SHA-256(verifier)), not {sent}."
    advice = {
        "input": _advise_input,
        "hash": _advise_hash,
        "notation": _advise_notation,
        "encoding": _advise_encoding,
        "damage": _advise_damage,
    }
    return " ".join(advice[step](pipeline) for step in deviations(pipeline))


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
    if pipeline.damage != "none":
        endings.append(damage.phrase_of(pipeline.damage))
    return ", ".join([said, *endings])


def _notation_phrase(name: str) -> str:
    if found := re.fullmatch(r"first-(\d+)-bytes", name):
        return f"the first {found[1]} bytes of {{}}"
    if found := re.fullmatch(r"first-(\d+)-(hex|HEX)-digits", name):
        upper = "upper-case " if found[2] == "HEX" else ""
        return f"the first {found[1]} digits of the {upper}hexadecimal digest of {{}}"
    return _NOTATIONS[name]


def _verifier_is_damaged(pipeline: Pipeline) -> bool:
    first = pipeline.input.split("/")[0]
    return first in inputs.DAMAGED or first.startswith("lost-character-")


def _advise_input(pipeline: Pipeline) -> str:
    name = pipeline.input
    if _verifier_is_damaged(pipeline):
        return f"Change what is sent: send as code_verifier the very text that was hashed, {inputs.phrase_of(name)}."
    if name == "empty" or name.startswith("text:"):
        return "Change the hash input: make the verifier first, and hash it, not what an unfilled variable holds."
    if re.search(r"-(lf|crlf|cr)\b|lf-before|two-lf", name):
        return "Change the hash input: hash the verifier without the line break (printf '%s', or trim it first)."
    if "utf16" in name or "utf32" in name:
        return "Change the hash input: hash the ASCII bytes of the verifier (ASCII or UTF-8), not a wider text."
    if "decoded" in name:
        return "Change the hash input: hash the characters of the verifier, not the bytes they decode to."
    return (
        "Change the hash input: hash the ASCII characters of the very text that is sent as code_verifier, nothing else."
    )


def _advise_hash(pipeline: Pipeline) -> str:
    if pipeline.hash == "none":
        return "Change the hash: there is none; take SHA-256 of the verifier."
    if "-of-" in pipeline.hash:
        return "Change the hash: hash once; give the library the verifier itself, not a digest or a finished challenge."
    said = beside.phrase_of_hash(pipeline.hash) or hashes.FUNCTIONS[pipeline.hash][0]
    return f"Change the hash: SHA-256 instead of {said.rstrip(',')}."


def _advise_notation(pipeline: Pipeline) -> str:
    return "Change the notation: encode the raw 32 bytes of the digest (digest(), not hexdigest() or a printed form)."


def _advise_encoding(pipeline: Pipeline) -> str:
    name = pipeline.encoding
    if "-of-" in name:
        return "Change the encoding: encode the digest once, with base64url without padding."
    if name == "b64url-pad":
        return "Change the encoding: strip the '=' at its end."
    if name in ("b64", "b64-nopad"):
        return "Change the encoding: base64url, that is '-' for '+', '_' for '/', and no '='."
    if "mime" in name or "lines" in name:
        return "Change the encoding: base64url without line breaks and without '='."
    return "Change the encoding: write the digest as base64url without padding."


def _advise_damage(pipeline: Pipeline) -> str:
    name = pipeline.damage
    if "cut" in name:
        return "Change what is sent: the whole challenge, with no character lost."
    if "plus-became-space" in name:
        return "Change what is sent: base64url has no '+'; build the query with URLSearchParams or its like."
    if "line" in name:
        return "Change what is sent: the challenge without any line break."
    if "quote" in name:
        return "Change what is sent: the challenge without quotes."
    return "Change what is sent: the challenge exactly as it was computed."
