"""What a fault is: its words, the evidence it needs, and the predicate that finds it.

A fault is one file under `faults/<stage>/`; faults/README.md says how to write one.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from proofkey.doctor.evidence import Evidence

if TYPE_CHECKING:
    from proofkey.doctor.login import Login

Stage: TypeAlias = Literal["start", "authorize", "callback", "token", "id_token", "refresh"]
Blame: TypeAlias = Literal["client", "server", "network", "registration", "user"]

BLAMES: tuple[Blame, ...] = ("client", "registration", "user", "server", "network")
STAGES: tuple[Stage, ...] = ("start", "authorize", "callback", "token", "id_token", "refresh")


class Certainty(IntEnum):
    """How sure a finding is: computed from the capture, fitting it and the server's words, or merely not excluded."""

    POSSIBLE = 1
    LIKELY = 2
    PROVEN = 3

    @property
    def word(self) -> str:
        """The certainty in reports: "proven", "likely" or "possible"."""
        return self.name.lower()


POSSIBLE, LIKELY, PROVEN = Certainty.POSSIBLE, Certainty.LIKELY, Certainty.PROVEN


class Finding(NamedTuple):
    """What a predicate found: how sure, one or two sentences with actual facts, and where they are to be seen.

    `fix` replaces the fault's general fix where this capture allows a more exact one. No secret in any text.
    """

    certainty: Certainty
    explanation: str
    evidence: tuple[Evidence, ...] = ()
    fix: str = ""


Check: TypeAlias = "Callable[[Login], Finding | None]"


class Fault(NamedTuple):
    """One entry of the catalogue; slug and stage come from the file's place."""

    title: str  # the defect in one line, no full stop
    meaning: str  # what happened and why a server refuses it, two or three sentences
    fix: str  # imperative
    spec: tuple[str, ...]  # ("RFC 7636 4.2",)
    blame: Blame
    check: Check
    needs: tuple[str, ...]  # evidence paths; where one is unobserved the predicate is not run
    bad: str  # a transcript that shows exactly this fault
    good: str  # the same, put right
    example_js: str = ""
    example_py: str = ""
    wrong_fix: str = ""  # what people try instead, and why not
    suspect: Check | None = None  # what the server's words make possible where a need is unobserved
    explains: tuple[str, ...] = ()  # vaguer faults of the same login that this finding makes redundant
    even_if_accepted: bool = False  # judge it also where the server gave tokens
    registration: str = ""  # JSON of the client registration that `bad` and `good` are read with
    slug: str = ""
    stage: Stage = "token"
