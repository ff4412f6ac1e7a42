"""What was promised, beside what was measured in this run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bench.logins.figures import Spread, ratios, spread
from bench.logins.series import OURS, has, series

CONNECTIONS = 64


@dataclass(frozen=True, slots=True)
class Bar:
    """A promise: the figure is at least `least`, or at most `most`."""

    words: str
    figure: Callable[[dict[str, Any]], Spread | None]  # None: not measured in this run
    least: float | None = None
    most: float | None = None

    def holds(self, found: Spread) -> bool:
        """Judge the median."""
        return (self.least is None or found.middle >= self.least) and (self.most is None or found.middle <= self.most)


def _times(peer: str) -> Callable[[dict[str, Any]], Spread | None]:
    """Our logins a second divided by theirs."""
    return lambda data: _divided(data, OURS, peer, "per_second")


def _share(variant: str) -> Callable[[dict[str, Any]], Spread | None]:
    """A variant's logins a second divided by our plain ones."""
    return lambda data: _divided(data, variant, OURS, "per_second")


def _divided(data: dict[str, Any], one: str, other: str, *keys: str) -> Spread | None:
    if not has(data, one, CONNECTIONS) or not has(data, other, CONNECTIONS):
        return None
    return ratios(series(data, one, CONNECTIONS, *keys), series(data, other, CONNECTIONS, *keys))


def _tail(data: dict[str, Any]) -> Spread | None:
    if not has(data, OURS, CONNECTIONS):
        return None
    return ratios(series(data, OURS, CONNECTIONS, "login", "p99"), series(data, OURS, CONNECTIONS, "login", "p50"))


def _start(data: dict[str, Any]) -> Spread | None:
    found = data.get("starting")
    return Spread(found["multiple"], found["multiple_low"], found["multiple_high"]) if found else None


def _idle(data: dict[str, Any]) -> Spread | None:
    found = data.get("starting")
    return spread([found["idle_memory"] / 1e6]) if found else None


def _grown(lowest: int, below: int) -> Callable[[dict[str, Any]], Spread | None]:
    grown = _share("proofkey-grown")
    return lambda data: grown(data) if lowest <= data["schedule"]["grants"] < below else None


BARS = [
    Bar("npm oidc-provider, its in-memory store: times as many logins a second", _times("oidc-provider-memory"), 7),
    Bar("npm oidc-provider, Redis appendfsync always", _times("oidc-provider-redis-always"), 7),
    Bar("npm oidc-provider, SQLite", _times("oidc-provider-sqlite"), 14),
    Bar("@node-oauth/oauth2-server on bare http, in memory", _times("node-oauth2-server"), 1.1),
    Bar("Authlib on Flask, as packaged", _times("authlib-flask"), 50),
    Bar("django-oauth-toolkit, as packaged", _times("django-oauth-toolkit"), 50),
    Bar("glewlwyd, as packaged", _times("glewlwyd"), 40),
    Bar("bare uvicorn ASGI stub: our share of its rate", _times("asgi-stub"), 0.45),
    Bar("p99 of a login divided by its p50", _tail, most=3),
    Bar("1 million live grants and 100,000 clients: share of the rate", _grown(1_000_000, 10_000_000), 0.95),
    Bar("10 million live grants: share of the rate", _grown(10_000_000, 2**63), 0.90),
    Bar("refused logins: share of the rate of good ones", _share("proofkey-refused"), 0.80),
    Bar("1 ms more for every fsync: share of the rate", _share("proofkey-slow-disk"), 0.70),
    Bar(
        "2 workers on PostgreSQL: CPU a login (server and database), times that of one worker",
        lambda data: _divided(data, "proofkey-postgres-2", "proofkey-postgres-1", "processor"),
        most=1.15,
    ),
    Bar("start to the first answer, times `python -c pass`", _start, most=12),
    Bar("memory of an idle server, MB", _idle, most=80),
]
