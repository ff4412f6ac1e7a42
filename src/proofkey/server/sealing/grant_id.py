"""The name of a login: 48 bits of milliseconds, 80 random bits; so ids sort by time of issue (decision 1)."""

from __future__ import annotations

from collections.abc import Callable

_TIME, _RANDOM = 6, 10


def new_grant_id(now: float, entropy: Callable[[int], bytes]) -> bytes:
    """Make a grant id from seconds since the epoch and a cryptographic source such as `secrets.token_bytes`."""
    return int(now * 1000).to_bytes(_TIME, "big") + entropy(_RANDOM)


def issued_at(grant_id: bytes) -> float:
    """Give the time of issue in seconds since the epoch."""
    return int.from_bytes(grant_id[:_TIME], "big") / 1000


def last_issued_until(now: float) -> bytes:
    """Give the greatest id that can have been issued until a time: every id of an earlier login is not above it."""
    return int(now * 1000).to_bytes(_TIME, "big") + b"\xff" * _RANDOM
