"""The server's clock: seconds since the epoch, and never back.

A code, token or session that has run out must not be good again because somebody, or NTP, sets the machine's clock
back while the server runs. Small corrections are followed; from a step back on, the server counts on by itself until
the machine's clock has caught up, or until it is started anew.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from proofkey.server.logs import event

log = logging.getLogger("proofkey.server")

FOLLOWED = 1.0  # seconds of a step back that are followed at once


class SteadyClock:
    """Reads the wall clock, held against the monotonic one."""

    def __init__(self, wall: Callable[[], float] = time.time, ticks: Callable[[], float] = time.monotonic) -> None:
        self._wall = wall
        self._ticks = ticks
        self._offset = wall() - ticks()  # of the wall clock, when it was followed last
        self._ahead = False

    def __call__(self) -> float:
        """Give the time."""
        wall, ticks = self._wall(), self._ticks()
        if wall - ticks < self._offset - FOLLOWED:
            steady = ticks + self._offset
            if not self._ahead:
                self._ahead = True
                event(log, logging.WARNING, "clock-set-back", seconds=round(steady - wall, 1))
            return steady
        self._ahead = False
        self._offset = wall - ticks
        return wall
