"""Says in words why a login failed, after it failed: the doctor's page on the fault that the error names (decision 6).

The doctor is imported at the first failure only.
"""

from __future__ import annotations

from dataclasses import dataclass

from proofkey.core.errors import ProofkeyError


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """A fault in words; nothing secret in it."""

    fault: str
    title: str
    explanation: str
    fix: str

    def text(self) -> str:
        """Give it as a few lines."""
        return f"{self.title}\n\n{self.explanation}\n\nTo mend it: {self.fix}"


def diagnose(error: ProofkeyError) -> Diagnosis | None:
    """Explain an error by its fault; None where it names none that the catalogue knows."""
    if error.fault is None:
        return None
    from proofkey.doctor import catalogue

    if error.fault not in catalogue.stages():
        return None
    fault = catalogue.find(error.fault)
    return Diagnosis(error.fault, fault.title, fault.meaning, fault.fix)
