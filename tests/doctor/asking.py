"""Questions as people paste them, and what the doctor's first finding may be."""

from __future__ import annotations

from dataclasses import dataclass, field

from proofkey.doctor.diagnose import diagnose
from proofkey.doctor.sources import read


@dataclass
class Questions:
    """Texts, each with the first findings that are right."""

    asked: list[tuple[frozenset[str], str]] = field(default_factory=list)

    def ask(self, expected: str, text: str) -> None:
        """Keep a question with the slugs of right first findings; "ok" and "none" are verdicts."""
        self.asked.append((frozenset(expected.split()), text))

    @property
    def names(self) -> list[str]:
        """How pytest shows each: by its first line."""
        return [text.strip().split("\n")[0][:50] for _, text in self.asked]


def first_finding(text: str) -> str:
    """Name what the doctor says first of a text that it must be able to judge."""
    diagnosis = diagnose(read("", text.encode()))
    assert diagnosis.failures == []
    return diagnosis.findings[0].fault.slug if diagnosis.findings else "ok" if diagnosis.verdict == "ok" else "none"
