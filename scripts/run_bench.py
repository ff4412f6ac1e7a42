"""Runs every measurement under bench/, one after the other, so that none disturbs another."""

from __future__ import annotations

import subprocess
import sys

from scripts.programs import ROOT


def main(arguments: list[str]) -> int:
    """Run bench/*.py, or those whose names are given; 1 if one failed."""
    benches = [each for each in sorted((ROOT / "bench").glob("*.py")) if not each.name.startswith("_")]
    chosen = [each for each in benches if not arguments or each.stem in arguments]
    if not chosen:
        print("there is nothing of that name under bench/", file=sys.stderr)
        return 2
    failed = False
    for bench in chosen:
        print(f"-- {bench.stem}", flush=True)
        failed |= subprocess.run([sys.executable, str(bench)], cwd=ROOT).returncode != 0
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
