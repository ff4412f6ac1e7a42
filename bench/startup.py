"""How long small commands take, in multiples of `python -c pass` on this machine.

    python bench/startup.py [ROUNDS]

Medians over interleaved rounds, so that a busy moment disturbs all alike. Byte code is written beforehand, as an
installation does. Exit 1 if a limit is exceeded.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CASES = ROOT / "tests" / "doctor" / "cases"
BASELINE = "python -c pass"
COMMANDS: dict[str, tuple[list[str], float]] = {
    BASELINE: (["-c", "pass"], 1.0),
    "import proofkey": (["-c", "import proofkey"], 4.0),
    "proofkey --help": (["-m", "proofkey", "--help"], 8.0),
    **{
        f"proofkey doctor {' '.join((case, *more))}": (["-m", "proofkey", "doctor", str(CASES / case), *more], 8.0)
        for case in ("challenge-padded.har", "healthy-basic.har", "code-expired.har")
        for more in ((), ("--json",))
    },
}


def main(rounds: int) -> int:
    """Measure and print; 1 if something is slower than it may be."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        environment["PYTHONPYCACHEPREFIX"] = folder
        times: dict[str, list[float]] = {name: [] for name in COMMANDS}
        for number in range(-1, rounds):
            for name, (arguments, _) in COMMANDS.items():
                began = time.perf_counter()
                subprocess.run([sys.executable, *arguments], env=environment, cwd=ROOT, stdout=subprocess.DEVNULL)
                if number >= 0:  # the first round writes the byte code
                    times[name].append(time.perf_counter() - began)
    medians = {name: statistics.median(each) for name, each in times.items()}
    exceeded = False
    for name, (_, limit) in COMMANDS.items():
        ratio = medians[name] / medians[BASELINE]
        exceeded |= ratio > limit
        print(f"{name:46} {medians[name] * 1000:7.1f} ms {ratio:6.2f} times (at most {limit:g})")
    return 1 if exceeded else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 15))
