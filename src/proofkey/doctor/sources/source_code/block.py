"""What goes into the reading of code and what comes out of it."""

from __future__ import annotations

from dataclasses import dataclass, field

from proofkey.doctor.sources.draft import Draft


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of code; `line` is where it begins in the text."""

    language: str  # "javascript", "python", "shell", "other"
    line: int
    text: str


@dataclass(frozen=True, slots=True)
class Observation:
    """A mistake, the line where it stands, and one sentence on it."""

    slug: str
    line: int
    what: str


@dataclass(slots=True)
class CodeReading:
    """Mistakes, the gravest first, and the requests that the code would send."""

    facts: list[Observation] = field(default_factory=list)
    drafts: list[Draft] = field(default_factory=list)
