"""Counts requests per minute, in memory: for limits that a personality has.

Genesys Cloud gives a client 300 tokens a minute by client_credentials and answers 400, not 429, beyond them.
"""

from __future__ import annotations

from collections import OrderedDict

REMEMBERED = 10_000  # names


class PerMinute:
    """How often each name came in the running minute."""

    def __init__(self, most: int | None) -> None:
        self._most = most
        self._counts: OrderedDict[str, tuple[int, int]] = OrderedDict()  # name -> minute, count

    def wait(self, name: str, now: float) -> int:
        """Count one; give the seconds until the next is served, 0 where this one is."""
        if self._most is None:
            return 0
        minute = int(now // 60)
        last, count = self._counts.pop(name, (minute, 0))
        count = count + 1 if last == minute else 1
        self._counts[name] = (minute, count)
        if len(self._counts) > REMEMBERED:
            self._counts.popitem(last=False)
        return 0 if count <= self._most else max(1, (minute + 1) * 60 - int(now))
