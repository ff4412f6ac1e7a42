"""Sort the messages of a capture into logins.

A login's messages are tied by state, code, redirect URI, verifier, client and order in time, in that order of trust;
tabs may be interleaved and any part may be missing.
"""

from __future__ import annotations

from proofkey.doctor.assemble.grouping import Grouping
from proofkey.doctor.capture import Capture
from proofkey.doctor.login import Login

__all__ = ["assemble"]


def assemble(capture: Capture) -> list[Login]:
    """Give the logins of a capture in the order in which they start; an empty list where there is none."""
    return Grouping(capture).logins()
