"""Runs measurements: full logins beside other servers (bench/logins), or one of the small ones, bench/*.py, by name."""

from __future__ import annotations

import subprocess
import sys

from scripts.programs import ROOT


def main(arguments: list[str]) -> int:
    """Run bench.logins with the arguments, unless the first names a file under bench/ (`small`: all of these)."""
    small = {each.stem: each for each in sorted((ROOT / "bench").glob("*.py")) if not each.name.startswith("_")}
    if not arguments or arguments[0] not in (*small, "small"):
        return subprocess.run([sys.executable, "-m", "bench.logins", *arguments], cwd=ROOT).returncode
    failed = False
    for name in small if arguments == ["small"] else arguments:
        if name not in small:
            print(f"there is no {name} under bench/", file=sys.stderr)
            return 2
        print(f"-- {name}", flush=True)
        failed |= subprocess.run([sys.executable, str(small[name])], cwd=ROOT).returncode != 0
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
