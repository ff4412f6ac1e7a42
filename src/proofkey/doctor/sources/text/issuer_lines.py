"""Frameworks that are told their issuer in a file: Spring, Quarkus, ASP.NET (OpenID Connect Discovery 4.1)."""

from __future__ import annotations

import re

from proofkey.doctor.address import without_parameters
from proofkey.doctor.sources.source_code import Observation
from proofkey.doctor.sources.source_code.issuer_setting import fact_of, misplaced_issuer
from proofkey.doctor.sources.text.segments import Segment

_URL = r"[\"']?\s*[:=]\s*[$@]?[\"']?(https?://[^\s\"'#]{1,400})"
# No library of JavaScript or Python spells its setting so.
_SETTINGS = {
    ("issuer-uri", "Spring"): re.compile(r"\bissuer-uri\b" + _URL),
    ("auth-server-url", "Quarkus"): re.compile(r"\bauth-server-url\b" + _URL),
    ("Authority", "ASP.NET"): re.compile(r"\bAuthority\b" + _URL),
}


def facts_of_issuers(segments: list[Segment]) -> list[Observation]:
    """Name an issuer setting that holds the address of an endpoint or of the metadata document."""
    for segment in segments:
        for number, line in enumerate(segment.text.split("\n"), segment.line):
            for (name, reader), pattern in _SETTINGS.items():
                match = pattern.search(line[:2_000])
                if match and (misplaced := misplaced_issuer(match[1])):
                    return [fact_of(misplaced, name, without_parameters(match[1]), number, reader)]
    return []
