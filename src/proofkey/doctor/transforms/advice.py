"""What must be done instead: one imperative sentence for each step of a pipeline that must change (RFC 7636 4.2)."""

from __future__ import annotations

import re

from proofkey.doctor.transforms import beside, hashes, inputs, notations
from proofkey.doctor.transforms.found import S256, Pipeline, deviations

_GROUP_OF = {one.name: group for group, members in notations.GROUPS.items() for one in members}
_RAW = "Change the notation: encode the raw 32 bytes of the digest"
_NOTATIONS = {
    **dict.fromkeys(
        ("hex", "hex-reversed", "hex-unfilled"),
        f"{_RAW}, not its hexadecimal text (digest() instead of hexdigest(), no toString()).",
    ),
    **dict.fromkeys(
        ("numbers", "digits", "words", "bits", "octal-escapes"),
        f"{_RAW}, not a printed list of numbers (String.fromCharCode(...bytes) instead of String(bytes)).",
    ),
    "integer": f"{_RAW}, not the number that they stand for; leading zeros count.",
    "repr": f"{_RAW}, not what str() or repr() prints for them.",
    "reversed": f"{_RAW}, in the order in which the hash function gave them.",
    **dict.fromkeys(
        ("widened", "utf16", "masked", "replaced"), f"{_RAW}; they are no text, so let nothing decode them as one."
    ),
}
# Parts of the names of damages, and what to send instead.
_DAMAGES = (
    (r"cut\d|middle|dots|escape-cut|character-changed", "the whole challenge, with no character lost or changed"),
    ("plus-became-space", "base64url, which has no '+'; build the query with URLSearchParams or its like"),
    ("half-translated|symbols-swapped", "a challenge with every '+' written as '-' and every '/' as '_'"),
    ("symbols", "the challenge with its '-' and '_' as they are"),
    ("padding", "base64url, which has no '='"),
    ("line", "the challenge without any line break"),
    ("space", "the challenge without white space"),
    ("python-printed", "the text of the challenge, decoded from bytes (.decode('ascii')), not printed bytes"),
    ("quote|bracketed", "the challenge without quotes or brackets"),
    ("percent|html|json", "the challenge unescaped; none of its characters needs an escape"),
    ("lower|upper|case", "the challenge with its letters as they are; upper and lower case differ"),
    ("named|parameter-after|method|added|doubled", "the challenge alone, with nothing before or after it"),
    ("reversed|invisible", "the challenge exactly as it was computed"),
)


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


def _advise_input(pipeline: Pipeline) -> str:
    name = pipeline.input
    if inputs.is_of_damaged_verifier(name):
        return f"Change what is sent: send as code_verifier the very text that was hashed, {inputs.phrase_of(name)}."
    if name == "empty" or name.startswith("text:"):
        return "Change the hash input: make the verifier first, and hash it, not what an unfilled variable holds."
    if "decoded" in name:
        return "Change the hash input: hash the characters of the verifier, not the bytes they decode to."
    if "utf16" in name or "utf32" in name:
        return "Change the hash input: hash the ASCII bytes of the verifier (ASCII or UTF-8), not a wider text."
    if re.search(r"-(lf|crlf|cr)\b|lf-before|two-lf", name):
        return "Change the hash input: hash the verifier without the line break (printf '%s', or trim it first)."
    hashed = beside.phrase_of_input(name, "the verifier") or inputs.phrase_of(name)
    return f"Change the hash input: hash the verifier itself, the very text that is sent later, not {hashed}."


def _advise_hash(pipeline: Pipeline) -> str:
    name = pipeline.hash
    if name == "none":
        return "Change the hash: there is none; take SHA-256 of the verifier."
    if "-of-" in name:
        second, _, first = hashes.split(name)
        functions = {second, *first.split("-of-")[::2]}
        which = "" if functions == {"sha256"} else ", with SHA-256"
        return (
            f"Change the hash: hash once{which}; give the library the verifier itself, not a digest or a finished"
            " challenge."
        )
    said = beside.phrase_of_hash(name) or hashes.FUNCTIONS[name][0]
    return f"Change the hash: SHA-256 instead of {said.rstrip(',')}."


def _advise_notation(pipeline: Pipeline) -> str:
    if pipeline.notation.startswith("first-"):
        return "Change the notation: encode all 32 raw bytes of the digest, not a part of it or of its text."
    return _NOTATIONS.get(_GROUP_OF[pipeline.notation], f"{_RAW}, once and with nothing after them.")


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
    told = [
        next((advice for pattern, advice in _DAMAGES if re.search(pattern, part)), "exactly what was computed")
        for part in pipeline.damage.split("+")
    ]
    return f"Change what is sent: {'; '.join(dict.fromkeys(told))}."
