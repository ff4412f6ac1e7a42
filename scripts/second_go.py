"""A second go for tests that drive a real browser, where no more than three failed.

A loaded machine holds a browser up in ways that no test waits for. What passes only by itself is named at the end, for
somebody to mend. Any other failure counts at once, and so do many.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from scripts.programs import ROOT

MOST = 3
TESTS_FAILED = 1  # pytest's exit code


def run(
    pytest: list[str], which: list[str], cache: Path, run_one: Callable[[list[str]], int], root: Path = ROOT
) -> int:
    """Run tests with pytest's cache in an empty folder, and once more what the machine alone may have failed.

    `run_one` runs a command and gives its exit code. Gives pytest's exit code.
    """
    command = [*pytest, "-o", f"cache_dir={cache}"]
    code = run_one([*command, *which])
    again = failed_in_a_browser(cache, root) if code == TESTS_FAILED else []
    if not again:
        return code
    print(f"once more, by themselves: {', '.join(again)}", flush=True)
    code = run_one([*command, "-n", "0", *again])
    if code == 0:
        print(f"UNSTEADY, passed only by themselves: {', '.join(again)}", flush=True)
    return code


def failed_in_a_browser(cache: Path, root: Path) -> list[str]:
    """Name the tests that failed, if they are few and each stands in a file that uses Playwright."""
    noted = cache / "v" / "cache" / "lastfailed"
    failed = list(json.loads(noted.read_text())) if noted.is_file() else []
    files = {root / name.partition("::")[0] for name in failed}
    few = len(failed) <= MOST and all("::" in name for name in failed)  # without: a file that cannot be read
    return failed if few and all("playwright" in file.read_text() for file in files) else []
