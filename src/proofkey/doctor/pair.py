"""How a verifier and a challenge belong together, searched once for all the faults that ask."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from proofkey.doctor.transforms.found import Found


@lru_cache(maxsize=512)
def explain(verifier: str, challenge: str) -> Found | None:
    """Give the pipeline that turns the verifier into the challenge; None where none is found."""
    from proofkey.doctor.transforms.search import search  # loads tables that most runs do not need

    return search(verifier, challenge)
