"""`make bench ARGS="..."`: measures full logins per second, ours beside others, and prints ratios.

make bench                                            all servers, 5 rounds; 15 to 20 minutes
make bench ARGS="--quick"                             two rounds of a second; figures of a busy minute
make bench ARGS="proofkey oidc-provider* --rounds 9"  these only
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bench.logins import choice, page, printed, rounds
from bench.logins.machine import describe_machine
from bench.logins.starting import measure_starts
from bench.logins.world import make_world
from scripts.programs import CACHE


def main(words: list[str]) -> int:
    """Measure what is asked for; 1 if our own server could not be measured, 2 for unusable arguments."""
    args = _read(words)
    try:
        peers = choice.choose(args.peers)
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    if args.list:
        for peer in peers:
            print(f"{peer.name:28} {peer.what}")
        return 0
    schedule = rounds.Schedule(args.rounds, args.seconds, args.warm_up, tuple(args.connections), grants=args.grants)
    (CACHE / "bench").mkdir(parents=True, exist_ok=True)
    # Not the temporary folder of the system: that one may be in memory, and these servers write to a disk.
    with tempfile.TemporaryDirectory(dir=CACHE / "bench", prefix="run-") as folder:
        world = make_world()
        measured = rounds.measure(peers, world, schedule, Path(folder))
        starts = measure_starts(Path(folder) / "starts") if "proofkey" in {peer.name for peer in peers} else None
    data: dict[str, Any] = {
        "machine": describe_machine(),
        "schedule": asdict(schedule),
        "world": {"users": len(world.users), "clients": len(world.clients), "visits": len(world.visits)},
        "peers": {peer.name: {"what": peer.what, "durable": peer.durable, "variant": peer.variant} for peer in peers},
        "starting": starts,
        **rounds.as_data(measured),
    }
    if args.publish:
        args.output = page.RESULT
        page.PAGE.write_text(page.write_page(data), encoding="utf-8")
    if args.output:
        args.output.parent.mkdir(parents=True, exist_ok=True)
        args.output.write_text(json.dumps(data, separators=(",", ":")).replace('{"peer"', '\n{"peer"') + "\n")
    print(printed.tables(data))
    return 1 if "proofkey" in measured.missing else 0


def _read(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="make bench", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("peers", nargs="*", metavar="NAME", help="servers; NAME* for several (default: most)")
    parser.add_argument("--list", action="store_true", help="list the servers that are chosen and measure nothing")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=4, help="measured, each server and round")
    parser.add_argument("--warm-up", type=float, default=1, help="seconds before that")
    parser.add_argument("--connections", type=int, nargs="+", default=[64])
    parser.add_argument("--grants", type=int, default=1_000_000, help="live ones in the database of proofkey-grown")
    parser.add_argument("--quick", action="store_true", help="two rounds of one second")
    parser.add_argument("--publish", action="store_true", help="write docs/performance.md and bench/results")
    parser.add_argument("--output", type=Path, help="write every run as JSON")
    args = parser.parse_args(words)
    if args.quick:
        args.rounds, args.seconds, args.warm_up, args.grants = 2, 1.0, 0.5, min(args.grants, 100_000)
    return args


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
