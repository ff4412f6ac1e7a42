"""Explains a verifier and a challenge that do not fit: which of the five steps of S256 was done otherwise (decision 7).

`search` explains a pair, `search_others` looks for the login that a verifier belongs to, and `facts` says what a
challenge shows without any verifier.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from proofkey.doctor.transforms import advice, naming, words
from proofkey.doctor.transforms.challenges import Fact, facts
from proofkey.doctor.transforms.found import S256, Found, Pipeline, deviations
from proofkey.doctor.transforms.search import Match, find, find_among, find_beside, find_swapped

__all__ = ["S256", "Fact", "Found", "Pipeline", "facts", "search", "search_others"]

_MOST_OTHERS = 1000  # logins
_NOTHING: Mapping[str, str] = MappingProxyType({})


def search(verifier: str, challenge: str, beside: Mapping[str, str] = _NOTHING) -> Found | None:
    """Find how the challenge was made from the verifier; None where no pipeline joins them beyond chance.

    Both are taken as the server decodes them. A right pair is found as well: its `fault` is None. `beside` names other
    values of the same request (state, nonce), one of which may have been taken for the verifier.
    """
    if match := find(verifier, challenge):
        return _found(match, verifier, challenge, swapped=False)
    if match := find_swapped(verifier, challenge):
        return _found(match, verifier, challenge, swapped=True)
    if match := find_beside(verifier, challenge, beside):
        return _found(match, verifier, challenge, swapped=False)
    return None


def search_others(verifier: str, challenges: Sequence[str]) -> tuple[int, Found] | None:
    """Find the login that a verifier belongs to among the challenges of others; gives its place and how they fit.

    An exact S256 fit anywhere comes before any other pipeline.
    """
    found = find_among(verifier, challenges[:_MOST_OTHERS])
    return (found[0], _found(found[1], verifier, challenges[found[0]], swapped=False)) if found else None


def _found(match: Match, verifier: str, challenge: str, swapped: bool) -> Found:
    names = naming.name(match.pipeline, verifier, challenge, swapped)
    return Found(
        pipeline=match.pipeline,
        fault=names.fault,
        accepted_faults=names.accepted,
        words=words.say(match.pipeline, swapped),
        deviations=("roles",) if swapped else deviations(match.pipeline),
        fix=advice.advise(match.pipeline, swapped),
        odds=match.odds,
        swapped=swapped,
    )
