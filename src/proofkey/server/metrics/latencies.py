"""How long answers took, by endpoint and status: one list of counts for each, found by the route."""

from __future__ import annotations

from bisect import bisect_left

import msgspec

BOUNDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)  # seconds
NOWHERE = "none"  # no route has this path


class Latency(msgspec.Struct):
    """Of one endpoint; the last place is for what took longer than the greatest bound."""

    counts: list[int] = msgspec.field(default_factory=lambda: [0] * (len(BOUNDS) + 1))
    seconds: float = 0.0
    statuses: dict[int, int] = msgspec.field(default_factory=dict)


class Latencies:
    """Of all endpoints that were asked."""

    def __init__(self) -> None:
        self.by_endpoint: dict[str, Latency] = {}

    def took(self, endpoint: str, status: int, seconds: float) -> None:
        """Count an answer."""
        latency = self.by_endpoint.get(endpoint)
        if latency is None:
            latency = self.by_endpoint[endpoint] = Latency()
        latency.counts[bisect_left(BOUNDS, seconds)] += 1
        latency.seconds += seconds
        latency.statuses[status] = latency.statuses.get(status, 0) + 1
