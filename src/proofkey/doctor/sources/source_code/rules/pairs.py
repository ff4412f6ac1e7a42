"""Challenges and verifiers that the code makes, and what is wrong with them (RFC 7636 4.1, 4.2)."""

from __future__ import annotations

import re

from proofkey.doctor.sources.source_code.block import Observation
from proofkey.doctor.sources.source_code.rules.challenge import challenge_fault
from proofkey.doctor.sources.source_code.rules.verifier import verifier_fault
from proofkey.doctor.sources.source_code.trace import Named, Trace
from proofkey.doctor.sources.source_code.values import Encoded, Octets, RandomText, Utf8, digest_of, root_of

_CHALLENGE = re.compile(r"challenge$", re.IGNORECASE)
_NO_CHALLENGE = re.compile(
    r"method|check|verif|match|valid|expected|param|promise|key|byte|buffer|digest|raw|bits|captcha|auth_?challenge|api"
    r"|handle|store|save|hash(?!ed)",
    re.IGNORECASE,
)
_VERIFIER = re.compile(r"verifier$", re.IGNORECASE)
_NO_VERIFIER = re.compile(
    r"key|name|length|stor|challenge|byte|array|buffer|get_?code|load|read|retrieve|raw|email", re.IGNORECASE
)
_PRIORITY = {"parameter": 3, "result": 2, "member": 2, "variable": 1}


def challenges_of(trace: Trace) -> list[Named]:
    """Give the values that are meant as challenges, each in its last form."""
    return _last_forms(_plausible(trace, _CHALLENGE, _NO_CHALLENGE))


def verifiers_of(trace: Trace) -> list[Named]:
    """Give the values that are meant as verifiers, each in its last form."""
    return _last_forms(_plausible(trace, _VERIFIER, _NO_VERIFIER))


def _plausible(trace: Trace, wanted: re.Pattern[str], unwanted: re.Pattern[str]) -> list[Named]:
    return [each for each in trace.named if wanted.search(each.name) and not unwanted.search(each.name)]


def _last_forms(found: list[Named]) -> list[Named]:
    """Of values that come from one digest or one drawing keep the one that goes out, else the last."""
    best: dict[object, Named] = {}
    for each in found:
        digest, root = digest_of(each.value), root_of(each.value)
        key: object = (
            ("digest", digest.id) if digest else ("root", root.id) if root else ("line", each.name, each.entry)
        )
        known = best.get(key)
        if known is None or _PRIORITY[each.sink] >= _PRIORITY[known.sink]:
            best[key] = each
    return list(best.values())


def _hashed_ones(challenges: list[Named], verifiers: list[Named]) -> list[Named]:
    """Give the verifiers that have no telling name: the texts whose hash is sent as challenge."""
    known = {root.id for each in verifiers if (root := root_of(each.value))}
    found: list[Named] = []
    for each in challenges:
        digest = digest_of(each.value)
        hashed = digest.input if digest is not None and each.sink == "parameter" else None
        if isinstance(hashed, Octets) and isinstance(hashed.source, Utf8):
            hashed = hashed.source.text
        root = root_of(hashed) if hashed is not None else None
        if isinstance(hashed, (RandomText, Encoded)) and root is not None and root.id not in known:
            found.append(Named("verifier", hashed, each.line, "variable", each.entry))
    return found


def facts_of_pairs(trace: Trace) -> list[Observation]:
    """Name what is wrong with every challenge and verifier that the code makes."""
    challenges, verifiers = challenges_of(trace), verifiers_of(trace)
    found: list[Observation] = []
    for each in challenges:
        fault = challenge_fault(each, verifiers)
        if fault:
            found.append(Observation(fault[0], each.line, fault[1]))
    for each in (*verifiers, *_hashed_ones(challenges, verifiers)):
        fault = verifier_fault(each, challenges)
        if fault:
            found.append(Observation(fault[0], each.line, fault[1]))
    return found
