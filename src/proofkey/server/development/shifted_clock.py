"""The server's clock in development: it can be moved, for everybody or for one request.

Keys keep the real time: a server that comes back from next month must still find the key that seals today.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_ahead: ContextVar[float] = ContextVar("ahead", default=0.0)  # of the request that this task answers


@contextmanager
def ahead(seconds: float) -> Iterator[None]:
    """Judge what this task does as if it happened so many seconds later."""
    before = _ahead.set(seconds)
    try:
        yield
    finally:
        _ahead.reset(before)


class ShiftedClock:
    """Seconds since the epoch, and what a test added to them."""

    def __init__(self, real: Callable[[], float]) -> None:
        self._real = real
        self.moved = 0.0  # seconds

    def __call__(self) -> float:
        """Give the time."""
        return self._real() + self.moved + _ahead.get()
