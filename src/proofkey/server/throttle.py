"""Slows down the guessing of passwords: only failures count, per account and address, backing off.

Nobody is locked out for good: the wait ends by itself, grows to a quarter of an hour at the most, and another address
is not held up by this one's guesses (attacks A47, A49).
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

FREE = 5  # failures without a wait
LONGEST = 900  # seconds
FORGOTTEN = 3600  # seconds after the last failure
REMEMBERED = 50_000  # pairs


@dataclass(slots=True)
class _Failures:
    count: int
    last: float


class Throttle:
    """Failures by (account name, address), in memory: a restart forgives."""

    def __init__(self) -> None:
        self._failures: OrderedDict[tuple[str, str], _Failures] = OrderedDict()

    def wait(self, username: str, address: str, now: float) -> int:
        """Give the seconds until another attempt is looked at; 0 where it may come now."""
        failures = self._failures.get((username.casefold(), address))
        if failures is None or failures.count < FREE or now - failures.last > FORGOTTEN:
            return 0
        pause = min(LONGEST, 2 ** min(failures.count - FREE, 16))
        return max(0, int(failures.last + pause - now + 0.999))

    def failed(self, username: str, address: str, now: float) -> None:
        """Count a wrong password."""
        key = (username.casefold(), address)
        failures = self._failures.pop(key, None)
        if failures is None or now - failures.last > FORGOTTEN:
            failures = _Failures(0, now)
        failures.count += 1
        failures.last = now
        self._failures[key] = failures
        while len(self._failures) > REMEMBERED:
            self._failures.popitem(last=False)

    def succeeded(self, username: str, address: str) -> None:
        """Forget the failures of an account from an address that knows the password."""
        self._failures.pop((username.casefold(), address), None)
