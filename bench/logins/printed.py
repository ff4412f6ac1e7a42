"""Tables of a run, in Markdown: ratios first, and no figure without its ratio."""

from __future__ import annotations

from typing import Any

from bench.logins.bars import BARS, CONNECTIONS
from bench.logins.figures import Spread, ratios, spread
from bench.logins.series import OURS, has, series

_COLUMNS = (
    "server",
    "ours / this",
    "logins/s, median (lowest to highest)",
    "p50 ms",
    "p99 ms",
    "authorize p50",
    "token p50",
    "CPU us a login",
    "CPU, this / ours",
    "cores",
    "memory MB",
    "generator idle",
)


def tables(data: dict[str, Any]) -> str:
    """Write everything: promises, a comparison for each number of connections, what was not measured."""
    numbers = sorted({run["connections"] for run in data["runs"]}, reverse=True)
    parts = [f"### What was promised ({CONNECTIONS} connections)\n\n{promises(data)}"]
    for number in numbers:
        parts.append(f"### Against other servers, {number} connections\n\n{comparison(data, number, variants=False)}")
        if any(has(data, name, number) for name, peer in data["peers"].items() if peer["variant"]):
            parts.append(
                f"### Ours in other conditions, {number} connections\n\n{comparison(data, number, variants=True)}"
            )
    parts.append(f"### What was checked\n\n{busiest(data)}\n\n{checks(data)}")
    if data["missing"]:
        parts.append("### Not measured\n\n" + "\n".join(f"- {name}: {why}" for name, why in data["missing"].items()))
    return "\n\n".join(parts)


def promises(data: dict[str, Any]) -> str:
    """Write each promise beside what was measured."""
    lines = ["| against | measured (lowest to highest round) | promised | kept |", "|---|---|---|---|"]
    for bar in BARS:
        found = bar.figure(data)
        limit = f"at least {bar.least:g}" if bar.least is not None else f"at most {bar.most:g}"
        if found is None:
            lines.append(f"| {bar.words} | not measured in this run | {limit} | |")
        else:
            kept = "yes" if bar.holds(found) else "**no**"
            lines.append(f"| {bar.words} | {ratio_text(found)} | {limit} | {kept} |")
    return "\n".join(lines)


def comparison(data: dict[str, Any], connections: int, *, variants: bool) -> str:
    """Write a table: our plain server first, then the others by the ratio."""
    lines = ["| " + " | ".join(_COLUMNS) + " |", "|---" * len(_COLUMNS) + "|"]
    ours = series(data, OURS, connections, "per_second")
    chosen = [
        name
        for name, peer in data["peers"].items()
        if (name == OURS or peer["variant"] == variants) and has(data, name, connections)
    ]
    chosen.sort(key=lambda name: (name != OURS, -spread(series(data, name, connections, "per_second")).middle))
    return "\n".join([*lines, *(_row(data, name, connections, ours) for name in chosen)])


def _row(data: dict[str, Any], name: str, connections: int, ours: list[float]) -> str:
    def middle(*keys: str) -> float:
        return spread(series(data, name, connections, *keys)).middle

    rate = series(data, name, connections, "per_second")
    ratio = ratio_text(ratios(ours, rate)) if ours else "not measured"
    cpu = series(data, name, connections, "processor")
    dearer = ratio_text(ratios(cpu, series(data, OURS, connections, "processor"))) if ours else "not measured"
    return (
        f"| {name} | {ratio} | {rate_text(spread(rate))} "
        f"| {middle('login', 'p50') / 1000:.2f} | {middle('login', 'p99') / 1000:.2f} "
        f"| {middle('authorize', 'p50') / 1000:.2f} | {middle('token', 'p50') / 1000:.2f} "
        f"| {spread(cpu).middle * 1e6:,.0f} | {dearer} | {middle('cores'):.2f} | {middle('memory') / 1e6:,.0f} "
        f"| {middle('idle'):.0%} |"
    )


def busiest(data: dict[str, Any]) -> str:
    """Say how much the generator still waited where it had most to do."""
    if not data["runs"]:
        return "Nothing was measured."
    run = min(data["runs"], key=lambda run: float(run["idle"]))
    return (
        f"The generator had most to do at {run['peer']} ({run['per_second']:,.0f} logins/s), "
        f"and waited {run['idle']:.0%} of that time; everywhere else it waited longer."
    )


def checks(data: dict[str, Any]) -> str:
    """Write how many tokens were used, codes replayed and logins not counted, for each server."""
    lines = [
        "| server | logins counted | tokens used | codes replayed and refused | not counted, by reason |",
        "|---|---|---|---|---|",
    ]
    for name in data["peers"]:
        runs = [run for run in data["runs"] if run["peer"] == name]
        if not runs:
            continue
        failures: dict[str, int] = {}
        for run in runs:
            for reason, count in run["failures"].items():
                failures[reason] = failures.get(reason, 0) + count
        counted = sum(int(run["login"]["count"]) for run in runs)
        told = ", ".join(f"{reason} {count:,}" for reason, count in sorted(failures.items())) or "none"
        used, replays = sum(run["used"] for run in runs), sum(run["replays_refused"] for run in runs)
        lines.append(f"| {name} | {counted:,} | {used:,} | {replays:,} | {told} |")
    return "\n".join(lines)


def ratio_text(found: Spread) -> str:
    """Write a ratio with its spread."""
    digits = 2 if found.middle < 10 else 0
    return f"**{found.middle:.{digits}f}** ({found.low:.{digits}f} to {found.high:.{digits}f})"


def rate_text(found: Spread) -> str:
    """Write a rate with its spread."""
    return f"{found.middle:,.0f} ({found.low:,.0f} to {found.high:,.0f})"
