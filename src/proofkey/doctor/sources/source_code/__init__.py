"""Source code of a client, read without running it: the requests that it would send and the mistakes that it shows."""

from __future__ import annotations

from proofkey.doctor.sources.source_code.block import Block, CodeReading, Observation

__all__ = ["Block", "CodeReading", "Observation", "read_code"]


def read_code(blocks: list[Block], *, advice: bool = False) -> CodeReading:
    """Read blocks of code that belong together."""
    return CodeReading()
