"""The catalogue of faults: found by walking the folder, loaded when asked for.

A slug is a file name; nothing else lists the faults.
"""

from __future__ import annotations

import os
import sys
from functools import lru_cache
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import module_from_spec
from types import ModuleType

from proofkey.doctor.fault import STAGES, Fault, Stage

FOLDER = os.path.join(os.path.dirname(__file__), "faults")  # pathlib takes time to load
# The pages are served by every proofkey server; the demo's usual address is on this machine and works offline.
# A team names its own server in PROOFKEY_FAULT_PAGES.
PAGES = "http://127.0.0.1:8400/faults"


class UnknownFault(LookupError):
    """Raised by `find` for a slug that is not in the catalogue."""


@lru_cache(maxsize=1)
def stages() -> dict[str, Stage]:
    """Give every slug with its stage, in the order of the login and the alphabet, without loading a fault."""
    return {
        name.removesuffix(".py").replace("_", "-"): stage
        for stage in STAGES
        for name in sorted(os.listdir(f"{FOLDER}/{stage}"))
        if name.endswith(".py") and not name.startswith("_")
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
    fault: Fault = _module(stage, slug.replace("-", "_")).FAULT
    return fault._replace(slug=slug, stage=stage)


@lru_cache(maxsize=1)
def faults() -> tuple[Fault, ...]:
    """Load every fault."""
    return tuple(find(slug) for slug in stages())


@lru_cache(maxsize=1024)
def page_of(slug: str) -> str:
    """Give the address of a fault's page."""
    return f"{os.environ.get('PROOFKEY_FAULT_PAGES', PAGES).rstrip('/')}/{slug}"


def _module(stage: str, file: str) -> ModuleType:
    """Import a fault's module straight from its file.

    Walking the import path for each of some hundred files takes longer than loading them.
    """
    name = f"proofkey.doctor.faults.{stage}.{file}"
    if name not in sys.modules:
        loader = SourceFileLoader(name, f"{FOLDER}/{stage}/{file}.py")
        spec = ModuleSpec(name, loader, origin=loader.path)
        spec.has_location = True  # so that the module knows its file
        sys.modules[name] = module_from_spec(spec)
        try:
            loader.exec_module(sys.modules[name])
        except BaseException:
            del sys.modules[name]
            raise
    return sys.modules[name]
