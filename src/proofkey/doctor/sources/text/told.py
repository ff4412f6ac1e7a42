"""What the asker himself says happened, where that is a fault: two token requests with one code."""

from __future__ import annotations

import re

from proofkey.doctor.sources.source_code import Observation
from proofkey.doctor.sources.text.segments import Segment

_TWICE = re.compile(
    r"\b(?:two|double|duplicate[ds]?|twice)\b[^.?!\n]{0,60}\b(?:POSTs?|requests?|calls?|exchanges)\b"
    r"|\b2 (?:token )?(?:POSTs|requests|calls)\b"
    r"|\b(?:POST|request|call|exchange|effect|callback|useEffect|function|code)s?\b[^.?!\n]{0,60}"
    r"\b(?:twice|two times|a second time|double)\b",
    re.IGNORECASE,
)
_OF_THE_CODE = re.compile(
    r"\b(?:token|code|exchange|redeem\w*|callback|useEffect|StrictMode|strict mode)\b", re.IGNORECASE
)
_DENIED = re.compile(
    r"\b(?:not|never|n['’]t|only once|no second|just one|once|generat\w+|verifier|encod\w+|hash\w*)\b", re.IGNORECASE
)


def facts_told(segments: list[Segment]) -> list[Observation]:
    """Name the faults that the asker's sentences tell of."""
    for segment in segments:
        if segment.kind != "prose" or len(segment.text) > 5_000:
            continue
        for sentence in re.split(r"(?<=[.?!])\s", segment.text):
            if _TWICE.search(sentence) and _OF_THE_CODE.search(sentence) and not _DENIED.search(sentence):
                what = "The question tells of two token requests in one login; a code is for one."
                return [Observation("code-redeemed-twice", segment.line, what)]
    return []
