"""A piece of code in the shared syntax."""

from __future__ import annotations

from dataclasses import dataclass, field

from proofkey.doctor.sources.source_code.syntax import Statement

MAX_DEPTH = 60  # nested expressions and blocks; deeper code is passed over


@dataclass(frozen=True, slots=True)
class Program:
    """Statements in order; `imports` gives for a local name its module and the name there ("*" for the whole)."""

    statements: tuple[Statement, ...]
    imports: dict[str, tuple[str, str]] = field(default_factory=dict)
