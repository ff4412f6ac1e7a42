"""Figures of a result file, round by round."""

from __future__ import annotations

from typing import Any

OURS = "proofkey"


def series(data: dict[str, Any], peer: str, connections: int, *keys: str) -> list[float]:
    """Give one figure of a server in the order of the rounds; `keys` lead to it inside a run."""
    found = []
    for run in data["runs"]:
        if run["peer"] == peer and run["connections"] == connections:
            value: Any = run
            for key in keys:
                value = value[key]
            found.append(float(value))
    return found


def has(data: dict[str, Any], peer: str, connections: int) -> bool:
    """Tell whether a server was measured with so many connections."""
    return peer not in data["missing"] and bool(series(data, peer, connections, "per_second"))
