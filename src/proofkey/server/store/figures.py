"""What a store's writer counts of itself: how many logins share a commit, how long commits take, what was refused.

Written by the writer's thread alone, read by any; plain numbers, so counting costs a commit next to nothing.
"""

from __future__ import annotations

from bisect import bisect_left

import msgspec

SIZES = (0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512)  # logins of one commit; 0: other writes only
SECONDS = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 5.0)


class StoreFigures(msgspec.Struct):
    """Counts since the store was opened. The last place of each list is for what is above its greatest bound."""

    commits: int = 0
    logins: int = 0  # redemptions that were committed, replays among them
    sizes: list[int] = msgspec.field(default_factory=lambda: [0] * (len(SIZES) + 1))
    durations: list[int] = msgspec.field(default_factory=lambda: [0] * (len(SECONDS) + 1))
    seconds: float = 0.0  # spent on commits
    rolled_back: int = 0  # batches
    turned_away: int = 0  # writes that found the queue full
    waiting: int = 0  # writes queued at the moment of reading

    def committed(self, logins: int, seconds: float) -> None:
        """Count a commit."""
        self.commits += 1
        self.logins += logins
        self.sizes[bisect_left(SIZES, logins)] += 1
        self.durations[bisect_left(SECONDS, seconds)] += 1
        self.seconds += seconds
