"""The catalogue of faults: found by walking the folder, loaded when asked for.

A slug is a file name; nothing else lists the faults.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from importlib import import_module
from pathlib import Path

from proofkey.doctor.fault import STAGES, Fault, Stage

FOLDER = Path(__file__).parent / "faults"
PAGES = "https://proofkey.readthedocs.io/en/stable/faults/"


class UnknownFault(LookupError):
    """Raised by `find` for a slug that is not in the catalogue."""


@lru_cache(maxsize=1)
def stages() -> dict[str, Stage]:
    """Give every slug with its stage, in the order of the login and the alphabet, without loading a fault."""
    return {
        path.stem.replace("_", "-"): stage
        for stage in STAGES
        for path in sorted((FOLDER / stage).glob("*.py"))
        if not path.stem.startswith("_")
    }


def slugs() -> list[str]:
    """Name every fault."""
    return list(stages())


@lru_cache(maxsize=1024)
def find(slug: str) -> Fault:
    """Load one fault.

    Raises UnknownFault where the catalogue has no such slug.
    """
    stage = stages().get(slug)
    if stage is None:
        raise UnknownFault(slug)
    module = import_module(f"proofkey.doctor.faults.{stage}.{slug.replace('-', '_')}")
    fault: Fault = module.FAULT
    return replace(fault, slug=slug, stage=stage)


@lru_cache(maxsize=1)
def faults() -> tuple[Fault, ...]:
    """Load every fault."""
    return tuple(find(slug) for slug in stages())


@lru_cache(maxsize=1024)
def explained_by(slug: str) -> frozenset[str]:
    """Name the faults that a finding of this one makes redundant, those behind them too."""
    found: set[str] = set()
    waiting = [slug]
    while waiting:
        at = waiting.pop()
        for vaguer in find(at).explains if at in stages() else ():
            if vaguer not in found:
                found.add(vaguer)
                waiting.append(vaguer)
    return frozenset(found)


def page_of(slug: str) -> str:
    """Give the address of a fault's page."""
    return f"{PAGES}{slug}/"
