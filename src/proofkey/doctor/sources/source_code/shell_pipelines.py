"""Challenges made in the shell: `echo "$V" | openssl dgst -sha256 -binary | base64 | tr '+/' '-_' | tr -d '='`."""

from __future__ import annotations

import re

from proofkey.doctor.sources.source_code.block import Block, Observation

_ASSIGNMENT = re.compile(
    r"^[ \t]*(?:\$ )?(?:export[ \t]+|local[ \t]+)?(\w*(?:challenge|CHALLENGE)\w*)=\"?[$`(]+(.{5,600}?)[)`]+\"?[ \t]*$",
    re.M,
)
_ALONE = re.compile(
    r"^[ \t]*(?:\$ )?((?:echo|printf)\b[^\n|]{0,300}\|[^\n]*(?:sha256|SHA256|shasum)[^\n]*)$", re.MULTILINE
)


def facts_of_shell(block: Block) -> list[Observation]:
    """Name what a pipeline that makes a challenge gets wrong."""
    found: list[Observation] = []
    text = re.sub(r"\\\n[ \t]*", " ", block.text)
    pipelines = [(match.start(), match.group(2)) for match in _ASSIGNMENT.finditer(text)]
    pipelines += [(match.start(), match.group(1)) for match in _ALONE.finditer(text)] if not pipelines else []
    for offset, pipeline in pipelines:
        line = block.line + text.count("\n", 0, offset)
        fault = _fault_of(pipeline)
        if fault:
            found.append(Observation(fault[0], line, fault[1]))
    return found


def _fault_of(pipeline: str) -> tuple[str, str] | None:
    stages = [stage.strip() for stage in pipeline.split("|")]
    hashing = next((stage for stage in stages if re.search(r"sha-?256|shasum|dgst", stage, re.IGNORECASE)), None)
    if hashing is None:
        return None
    faults: list[tuple[str, str]] = []
    if re.match(r"echo\s+(?!-\w*n)", stages[0]):
        faults.append(
            ("challenge-newline-hashed", "echo without -n adds a line break, which is hashed with the verifier.")
        )
    encoding = next((stage for stage in stages if re.search(r"base64|basenc", stage)), None)
    after_hash = stages[stages.index(hashing) + 1 :]
    binary = "-binary" in hashing or any(re.search(r"xxd\s+-r", stage) for stage in after_hash)
    if not binary and encoding is not None:
        faults.append(
            ("challenge-base64-of-hex", "The hexadecimal text of the digest is base64-encoded, not the digest.")
        )
    elif not binary:
        faults.append(("challenge-hex-digest", "The challenge is the hexadecimal digest."))
    rest = " ".join(stages)
    if encoding is not None and "base64url" not in rest:
        if not re.search(r"[+]", rest) or not re.search(r"[-_]['\"]?\s*$|_-|-_|/_|\\/_|s/\+", rest):
            faults.append(("challenge-standard-base64", "'+' and '/' are not replaced by '-' and '_'."))
        elif not re.search(r"=", rest):
            faults.append(("challenge-padded", "The '=' at the end is not removed."))
    if not faults:
        return None
    return (
        faults[0] if len(faults) == 1 else ("challenge-wrong-transform", " ".join(sentence for _, sentence in faults))
    )
