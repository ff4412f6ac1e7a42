"""The segments of a text: prose, code, commands, raw HTTP, objects, pages, each with the line where it begins."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, TypeAlias

from proofkey.doctor.sources.draft import Draft
from proofkey.doctor.sources.text.code_lines import Language
from proofkey.doctor.sources.text.powershell import Value
from proofkey.doctor.sources.text.raw_http import Answer, Lines
from proofkey.doctor.sources.text.shell_words import Command

if TYPE_CHECKING:
    from proofkey.doctor.sources.printed.unshown import Printed

Kind: TypeAlias = Literal["prose", "code", "command", "request", "answer", "object", "print", "pairs", "page", "blank"]


@dataclass(slots=True)
class Segment:
    """A stretch of the text; `text` is it, `line` (from 1) where it begins."""

    kind: Kind
    line: int
    text: str
    language: Language = "other"
    draft: Draft | None = None  # of a command or a request
    answer: Answer | None = None
    command: Command | None = None
    printed: Printed | None = None
    pairs: list[tuple[str, str]] = field(default_factory=list)
    written: bool = False  # the pairs are as in a form: not decoded yet


@dataclass(slots=True)
class Cutting:
    """A text that is being cut; what it counts bounds the work for noise."""

    source: Lines
    tags: list[str | None]  # of each line, the language of the fence around it
    variables: dict[str, str]  # of a shell
    tables: dict[str, Value]  # of PowerShell
    found: list[Segment] = field(default_factory=list)
    commands: int = 0
    objects: int = 0
    no_prints: int = 0  # what looked like a print and was none

    def put(self, kind: Kind, start: int, end: int, **more: object) -> None:
        """Add the lines from one index up to another as a segment."""
        text = "\n".join(self.source.lines[start:end])
        segment = Segment(kind, start + 1, text)
        for name, value in more.items():
            setattr(segment, name, value)
        self.found.append(segment)
