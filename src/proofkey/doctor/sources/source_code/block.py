"""What goes into the reading of code and what comes out of it."""

from __future__ import annotations

from dataclasses import dataclass, field

from proofkey.doctor.sources.draft import Draft

# The parts of a login that code may have, in their order and in words for people.
PAIR = "how the verifier and the challenge are made"
AUTHORIZATION = "the parameters of the authorization request"
CALLBACK = "what is read from the callback, and whether its state is compared"
KEEPING = "where the verifier waits for the callback"
REDEMPTION = "the address, the fields and the body of the token request"
SETTINGS = "the settings of a login library"
EFFECT = "whether an effect redeems the code twice"
PARTS = (PAIR, AUTHORIZATION, KEEPING, CALLBACK, REDEMPTION, SETTINGS, EFFECT)


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of code; `line` is where it begins in the text."""

    language: str  # "javascript", "python", "shell", "other"
    line: int
    text: str


@dataclass(frozen=True, slots=True)
class Observation:
    """A mistake, the line where it stands, and one sentence on it.

    A `conditional` one breaks a login in React's StrictMode only; a `possible` one depends on the server. `fix` says
    what to do in this very code, where that is more exact than the fault's own advice.
    """

    slug: str
    line: int
    what: str
    conditional: bool = False
    possible: bool = False
    fix: str = ""


@dataclass(slots=True)
class CodeReading:
    """Mistakes, the gravest first, and the requests that the code would send; which parts of a login it has."""

    facts: list[Observation] = field(default_factory=list)
    drafts: list[Draft] = field(default_factory=list)
    parts: set[str] = field(default_factory=set)
    settings: list[str] = field(default_factory=list)  # what login libraries are told, in words
