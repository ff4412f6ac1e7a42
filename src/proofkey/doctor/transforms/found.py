"""What the transform search hands back: a pipeline of five steps and what it means. It never holds the verifier."""

from __future__ import annotations

from typing import NamedTuple


class Pipeline(NamedTuple):
    """The five steps from verifier to challenge; S256 is ascii, sha256, raw, b64url, none."""

    input: str
    hash: str
    notation: str
    encoding: str
    damage: str


S256 = Pipeline("ascii", "sha256", "raw", "b64url", "none")


def deviations(pipeline: Pipeline) -> tuple[str, ...]:
    """Name the steps that are not those of S256 (RFC 7636 4.2), the first one first."""
    return tuple(step for step, is_, wanted in zip(Pipeline._fields, pipeline, S256, strict=True) if is_ != wanted)


class Found(NamedTuple):
    """A pipeline that turns the verifier into the challenge.

    `fault` is a name of the catalogue, None where the pair is right; `accepted_faults` holds it and any other name that
    is as true. `odds` is the binary logarithm of the chance that a pair without any tie would have been explained by
    the pipelines that were tried: -200 means one in 2 to the power of 200. `swapped` says that the challenge was hashed
    and gave the verifier.
    """

    pipeline: Pipeline
    fault: str | None
    accepted_faults: tuple[str, ...]
    words: str
    deviations: tuple[str, ...]
    fix: str
    odds: float
    swapped: bool = False

    @property
    def is_s256(self) -> bool:
        """Tell whether the pair is right."""
        return self.fault is None
