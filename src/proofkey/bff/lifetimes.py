"""How long a login lasts here: idle, in all, and until the browser has to be back from the server."""

from __future__ import annotations

from dataclasses import dataclass

from proofkey.core.errors import Misuse

MINUTE, HOUR = 60.0, 3600.0


@dataclass(frozen=True, slots=True)
class Lifetimes:
    """All in seconds. Raises Misuse where a session would end before it is idle."""

    idle: float = 2 * HOUR  # without any request
    absolute: float = 12 * HOUR  # whatever happens
    pending: int = 600  # from login to callback
    leeway: float = MINUTE  # before its end at which an access token is renewed
    touch: float = MINUTE  # a session in use is written down so often

    def __post_init__(self) -> None:
        if not 0 < self.idle <= self.absolute or not 0 < self.pending <= HOUR or not 0 <= self.touch < self.idle:
            raise Misuse("a session's idle lifetime is positive and not longer than its absolute one")

    def is_over(self, created_at: float, seen_at: float, now: float) -> bool:
        """Tell whether a session of this age ended."""
        return now >= created_at + self.absolute or now >= seen_at + self.idle
