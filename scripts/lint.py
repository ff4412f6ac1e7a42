"""Runs every static check, all of them even when one fails, and says which did not pass."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

from scripts.programs import ROOT

PYTHON = [sys.executable, "-m"]
BIN = Path(sys.executable).parent

CHECKS: dict[str, list[str]] = {
    "ruff": [*PYTHON, "ruff", "check", "--output-format", "concise", "."],
    "format": [*PYTHON, "ruff", "format", "--check", "."],
    "mypy": [*PYTHON, "mypy"],
    "imports": [str(BIN / "lint-imports"), "--no-cache"],
    "generated pages": [*PYTHON, "scripts.generate_docs", "--check"],
}


def main() -> int:
    """Run the checks in order; 1 if one did not pass."""
    failed = []
    for name, command in CHECKS.items():
        started = time.monotonic()
        print(f"-- {name}", flush=True)
        if subprocess.run(command, cwd=ROOT, env=os.environ | {"PYTHONPATH": "src"}).returncode != 0:
            failed.append(name)
        print(f"   {time.monotonic() - started:.1f} s", flush=True)
    print(f"lint: {', '.join(failed)} did not pass" if failed else "lint: all checks pass", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
