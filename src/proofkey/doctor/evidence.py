"""What the doctor knows about one value: seen, absent, or not observed.

Absent means that the place where the value belongs was captured and the value is not there. Unobserved means that
nobody looked: a request that is not in the capture, a body that the tool did not record. A fault may be proven from
what is seen or absent, never from what is unobserved.
"""

from __future__ import annotations

from typing import NamedTuple, TypeAlias


class Evidence(NamedTuple):
    """One place of the capture and what it shows; no secret belongs in `what`."""

    where: str
    what: str


class Seen(NamedTuple):
    """A value that the capture shows; `where` names the place for people ("entry 7, body: code_verifier")."""

    value: str
    where: str

    def shows(self, what: str) -> Evidence:
        """Quote this place in a finding."""
        return Evidence(self.where, what)

    def __repr__(self) -> str:
        # The value may be a verifier or a code.
        return f"Seen({len(self.value)} characters at {self.where})"


class Absent(NamedTuple):
    """The place was captured and the value is not there."""

    where: str

    def shows(self, what: str) -> Evidence:
        """Quote this place in a finding."""
        return Evidence(self.where, what)


class Unobserved:
    """The capture does not show whether the value was there."""

    __slots__ = ()


UNOBSERVED = Unobserved()

Observation: TypeAlias = Seen | Absent | Unobserved


def text_of(observation: Observation) -> str | None:
    """Give the value where one was seen, else None."""
    return observation.value if isinstance(observation, Seen) else None
