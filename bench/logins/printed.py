"""Tables of a run, in Markdown: ratios first, and no figure without its ratio."""

from __future__ import annotations

from typing import Any

from bench.logins.figures import Spread, ratios, spread

OURS = "proofkey"


def tables(data: dict[str, Any]) -> str:
    """Write a table for each number of connections, and what was not measured."""
    numbers = sorted({run["connections"] for run in data["runs"]})
    parts = [comparison(data, number) for number in numbers]
    if data["missing"]:
        parts.append("\n".join(f"- {name}: not measured: {why}" for name, why in data["missing"].items()))
    return "\n\n".join(parts)


def comparison(data: dict[str, Any], connections: int) -> str:
    """Write the table: ours divided by each, logins a second, latencies, processor time, memory."""
    head = (
        f"### {connections} connections\n\n"
        "| server | ours / this | logins/s (median, lowest to highest) | p50 ms | p99 ms | p99 / p50 "
        "| CPU us a login | cores | memory MB | generator idle |\n"
        "|---|---|---|---|---|---|---|---|---|---|"
    )
    ours = series(data, OURS, connections, "per_second")
    lines = [_row(data, name, connections, ours) for name in data["peers"] if name not in data["missing"]]
    return "\n".join([head, *lines])


def series(data: dict[str, Any], peer: str, connections: int, *keys: str) -> list[float]:
    """Give one figure of a server, round by round."""
    found = []
    for run in data["runs"]:
        if run["peer"] == peer and run["connections"] == connections:
            value: Any = run
            for key in keys:
                value = value[key]
            found.append(float(value))
    return found


def _row(data: dict[str, Any], name: str, connections: int, ours: list[float]) -> str:
    def middle(*keys: str) -> float:
        return spread(series(data, name, connections, *keys)).middle

    rate = series(data, name, connections, "per_second")
    ratio = ratio_text(ratios(ours, rate)) if ours else "-"
    p50, p99 = middle("login", "p50") / 1000, middle("login", "p99") / 1000
    return (
        f"| {name} | {ratio} | {rate_text(spread(rate))} | {p50:.2f} | {p99:.2f} | {p99 / p50:.1f} "
        f"| {middle('processor') * 1e6:,.0f} | {middle('cores'):.2f} | {middle('memory') / 1e6:,.0f} "
        f"| {middle('idle'):.0%} |"
    )


def ratio_text(found: Spread) -> str:
    """Write a ratio with its spread."""
    digits = 2 if found.middle < 10 else 0
    return f"**{found.middle:.{digits}f}** ({found.low:.{digits}f} to {found.high:.{digits}f})"


def rate_text(found: Spread) -> str:
    """Write a rate with its spread."""
    return f"{found.middle:,.0f} ({found.low:,.0f} to {found.high:,.0f})"
