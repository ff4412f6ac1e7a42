"""One meaning of an error text: the fault that its words name, and how sure that is."""

from __future__ import annotations

from typing import NamedTuple

from proofkey.doctor.fault import Certainty


class Meaning(NamedTuple):
    """One meaning of a sentence: its topic, and the fault that it names."""

    topic: str
    slug: str
    certainty: Certainty
    words: str = ""  # a pattern that the plain words must have as well
    also: tuple[str, ...] = ()  # other faults that the same words speak of, possible beside the first
    note: str = ""  # what these very words mean
    fix: str = ""  # what to do about them, where the fault's own advice is too general
