"""Which name of the fault catalogue a pipeline carries.

The name is that of the deviating step where one step deviates and its deviation is a common one. Where several steps
deviate, a name is given only if it describes just this composition; all else is challenge-wrong-transform.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from proofkey.core.pkce import fault_of_verifier
from proofkey.doctor.transforms import inputs
from proofkey.doctor.transforms.challenges import is_printed_bytes
from proofkey.doctor.transforms.found import S256, Pipeline, deviations

GENERAL = "challenge-wrong-transform"

_ENCODINGS: dict[str, tuple[str, ...]] = {
    "b64url-pad": ("challenge-padded",),
    "b64-nopad": ("challenge-standard-base64",),
    "b64": ("challenge-standard-base64", "challenge-padded"),
    **dict.fromkeys(
        ("b64-mime", "b64-mime-crlf", "b64-mime-64", "b64-lines", "b64-lines-crlf", "b64-lines-64"),
        ("challenge-newline-hashed", "challenge-standard-base64", "challenge-padded", GENERAL),
    ),
}
_INPUTS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("plus-lf", "plus-crlf", "plus-cr", "plus-two-lf", "lf-before"), ("challenge-newline-hashed",)),
    **dict.fromkeys(("utf16le", "utf16be", "utf16le-bom", "utf16be-bom", "utf16le-half"), ("challenge-hash-of-utf16",)),
    **dict.fromkeys(
        (
            "b64url-decoded",
            "hex-decoded",
            "base32-decoded",
            "uuid-bytes",
            "b64-decoded-leniently",
            "b64-decoded-skipping",
        ),
        ("challenge-hash-of-decoded-bytes",),
    ),
    **dict.fromkeys(
        ("unquoted-json", "unquoted", "single-unquoted", "curly-unquoted", "quote-before-undone", "quote-after-undone"),
        ("verifier-quoted", "verifier-illegal-characters"),
    ),
    **dict.fromkeys(("decoded-text", "hex-decoded-text", "base32-decoded-text"), ("verifier-encoded-again",)),
    **dict.fromkeys(("b64url", "b64url-pad", "b64", "b64-nopad"), ("verifier-is-other-value", GENERAL)),
}
_DAMAGES = {
    **dict.fromkeys(("line-end-after", "line-end-before", "line-breaks-inside"), "challenge-newline-hashed"),
}


class Names(NamedTuple):
    """The fault of a pipeline and every other name that is as true; the fault is the first of `accepted`."""

    fault: str | None
    accepted: tuple[str, ...]


def name(pipeline: Pipeline, verifier: str, challenge: str, swapped: bool = False) -> Names:
    """Name the fault of a pipeline that was found between this verifier and this challenge."""
    if swapped:
        accepted = ("challenge-and-verifier-swapped", *(() if pipeline == S256 else (GENERAL,)))
    elif pipeline == S256:
        return Names(None, ())
    else:
        accepted = _of_the_composition(pipeline, verifier, challenge) or _of_one_step(pipeline, verifier) or (GENERAL,)
    return Names(accepted[0], accepted)


def _of_the_composition(pipeline: Pipeline, verifier: str, challenge: str) -> tuple[str, ...]:
    steps = set(deviations(pipeline))
    if verifier == challenge:
        return ("challenge-not-hashed",)
    if pipeline.input == "empty":
        return ("challenge-of-empty-text",)
    if pipeline.input.startswith("text:") and pipeline.hash == "none":
        return ("challenge-placeholder-text",)
    if is_printed_bytes(challenge):
        return ("challenge-printed-bytes", GENERAL)
    if pipeline.notation in ("hex", "HEX") and pipeline.damage == "none" and not steps & {"input", "hash"}:
        if pipeline.encoding == "text":
            return ("challenge-hex-digest",)
        if pipeline.encoding == "b64url" and pipeline.notation == "hex":
            return ("challenge-base64-of-hex",)
        if pipeline.encoding in ("b64url", "b64url-pad", "b64", "b64-nopad"):
            return ("challenge-base64-of-hex", GENERAL)
    if steps <= {"encoding", "damage"} and pipeline.encoding in ("b64", "b64-nopad"):
        if set(pipeline.damage.split("+")) <= {"plus-became-space", "padding-dropped"} != {"padding-dropped"}:
            return ("challenge-plus-became-space", "challenge-standard-base64") if "damage" in steps else ()
        if pipeline.damage == "half-translated":
            return ("challenge-standard-base64", GENERAL)
    return ()


def _of_one_step(pipeline: Pipeline, verifier: str) -> tuple[str, ...]:
    steps = deviations(pipeline)
    if len(steps) != 1:
        return ()
    if steps == ("input",):
        return _of_input(pipeline.input, verifier)
    if steps == ("hash",):
        if pipeline.hash == "none":
            return (GENERAL, "challenge-not-hashed")
        if "-of-" not in pipeline.hash:
            return ("challenge-wrong-hash",)
        functions = set(pipeline.hash.split("-of-")[::2])
        return (
            ("challenge-hashed-twice",)
            if functions == {"sha256"}
            else ("challenge-hashed-twice", "challenge-wrong-hash", GENERAL)
        )
    if steps == ("encoding",):
        return _ENCODINGS.get(pipeline.encoding, ())
    if steps == ("damage",):
        if re.fullmatch(r"(front-)?cut\d+", pipeline.damage):
            return ("challenge-truncated",)
        return (_DAMAGES[pipeline.damage],) if pipeline.damage in _DAMAGES else ()
    return ()


def _of_input(step: str, verifier: str) -> tuple[str, ...]:
    fault = fault_of_verifier(verifier)
    if step in ("trimmed", "line-breaks-removed") and re.search(r"[\r\n]", verifier):
        return ("challenge-newline-hashed", "verifier-illegal-characters")
    if step in _INPUTS:
        return _INPUTS[step]
    if step.startswith("lost-character-") or step == "halved":
        return (fault, GENERAL) if fault in ("verifier-too-short", "verifier-too-long") else (GENERAL,)
    if fault == "verifier-illegal-characters" and "/" not in step and _makes_legal(step, verifier):
        return ("verifier-illegal-characters", GENERAL)
    return ()


def _makes_legal(step: str, verifier: str) -> bool:
    """Tell whether the text that was hashed is a legal verifier: then it is what was sent that is wrong."""
    text = next((data for name, data in inputs.Texts(verifier).single_inputs() if name == step), b"")
    return text.isascii() and fault_of_verifier(text.decode("ascii")) is None
