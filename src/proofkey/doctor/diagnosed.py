"""A finding with its fault and its login, and when it makes another one redundant."""

from __future__ import annotations

from typing import NamedTuple

from proofkey.doctor.fault import Fault, Finding
from proofkey.doctor.login import Login


class Diagnosed(NamedTuple):
    """One finding, the fault that it is of, and the login that it is about (None: about code in the input)."""

    fault: Fault
    finding: Finding
    login: Login | None


def explains(one: Diagnosed, other: Diagnosed) -> bool:
    """Tell whether one fault is the particular name of what the other says vaguely."""
    return other.fault.slug in one.fault.explains


def silences(one: Diagnosed, other: Diagnosed) -> bool:
    """Tell whether one finding makes another redundant: it explains it and is at least as sure."""
    return explains(one, other) and one.finding.certainty >= other.finding.certainty
