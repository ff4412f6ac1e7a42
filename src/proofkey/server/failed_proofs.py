"""Counts token requests that failed to prove that they may use a code.

After twenty of them the code's requests are answered without diagnosis: somebody is guessing, and the search would
be work done for him (decision 4). The code itself stays good for its owner.
"""

from __future__ import annotations

from collections import OrderedDict

MOST = 20  # failed proofs that are diagnosed
REMEMBERED = 10_000  # grant ids
KEPT = 600.0  # seconds; longer than any code lives


class FailedProofs:
    """Failed proofs by grant id, in memory."""

    def __init__(self) -> None:
        self._counts: OrderedDict[bytes, tuple[int, float]] = OrderedDict()

    def count(self, grant_id: bytes, now: float) -> bool:
        """Count one; tell whether it may still be diagnosed."""
        count, since = self._counts.pop(grant_id, (0, now))
        self._counts[grant_id] = (count + 1, since)
        while self._counts:
            oldest = next(iter(self._counts))
            if len(self._counts) <= REMEMBERED and now - self._counts[oldest][1] <= KEPT:
                break
            del self._counts[oldest]
        return count < MOST
