"""Slows down the guessing of passwords: only failures count, per account and address, backing off.

Nobody is locked out for good: the wait ends by itself, grows to a quarter of an hour at the most, and another address
is not held up by this one's guesses (attacks A47, A49). Of an IPv6 address the /64 counts: the rest of it is its
owner's to choose anew for each guess.
"""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import IPv6Address, ip_address

import msgspec

from proofkey.server.store.documents import name_key

FREE = 5  # failures without a wait
LONGEST = 900  # seconds
FORGOTTEN = 3600  # seconds after the last failure
REMEMBERED = 50_000  # pairs


class _Failures(msgspec.Struct):
    count: int
    last: float


class Throttle:
    """Failures by (account name, address), in memory: a restart forgives."""

    def __init__(self) -> None:
        self._failures: OrderedDict[tuple[str, str], _Failures] = OrderedDict()
        self._underway: Counter[tuple[str, str]] = Counter()
        self.counts = Counter(accepted=0, refused=0, held_back=0)  # what came of all attempts

    def wait(self, username: str, address: str, now: float) -> int:
        """Give the seconds until another attempt is looked at; 0 where it may come now."""
        key = _key(username, address)
        failures = self._failures.get(key)
        if failures is None or now - failures.last > FORGOTTEN:
            failures = _Failures(0, now)
        underway = self._underway[key]
        if failures.count + underway < FREE:
            return 0
        pause = min(LONGEST, 2 ** min(failures.count - FREE, 16)) if failures.count >= FREE else 0
        # Those underway may fail yet.
        wait = 1 if pause == 0 or underway else max(0, int(failures.last + pause - now + 0.999))
        self.counts["held_back"] += wait > 0
        return wait

    @contextmanager
    def attempt(self, username: str, address: str) -> Iterator[None]:
        """Hold a place while a password is looked at, so that guesses sent at once are not all free."""
        key = _key(username, address)
        self._underway[key] += 1
        try:
            yield
        finally:
            self._underway[key] -= 1
            if not self._underway[key]:
                del self._underway[key]

    def failed(self, username: str, address: str, now: float) -> None:
        """Count a wrong password."""
        self.counts["refused"] += 1
        key = _key(username, address)
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
        self.counts["accepted"] += 1
        self._failures.pop(_key(username, address), None)


def _key(username: str, address: str) -> tuple[str, str]:
    try:
        parsed = ip_address(address)
    except ValueError:
        return name_key(username), address
    if isinstance(parsed, IPv6Address) and parsed.ipv4_mapped is None:
        return name_key(username), parsed.packed[:8].hex()
    return name_key(username), str(parsed)
