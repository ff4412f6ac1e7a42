"""Finds the programs that tests need beside Python: a Chromium, a Firefox, a Node.js, a PostgreSQL.

A program counts as found only when it ran: on Ubuntu `chromium-browser` may be a stub, libraries may be missing.
`python -m scripts.programs` prints what is found.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CACHE = ROOT / ".cache"
BROWSERS = CACHE / "browsers"  # where Playwright puts a browser of ours

OLDEST_FIREFOX = 140  # the first long-lived one that answers all of WebDriver BiDi that the tests ask for
OLDEST_NODE = 20
OLDEST_POSTGRES = 14


@dataclass(frozen=True, slots=True)
class Program:
    """A program that ran, or the reason why there is none: exactly one of `path` and `missing` is set."""

    name: str
    path: Path | None = None
    version: str = ""
    missing: str | None = None

    def __str__(self) -> str:
        return f"{self.path} ({self.version})" if self.path else f"not found: {self.missing}"


def find_chromium() -> Program:
    """Find a Chromium or Chrome that opens a page without a display."""
    return first_that_runs("chromium", chromium_candidates(), probe_chromium)


def find_firefox() -> Program:
    """Find a Firefox as distributions and Mozilla ship it."""
    return first_that_runs("firefox", firefox_candidates(), probe_firefox)


def find_node() -> Program:
    """Find a Node.js with a test runner: the system's, else the one inside Playwright's Python package."""
    return first_that_runs("node", node_candidates(), probe_node)


def find_postgres() -> Program:
    """Find the folder with `initdb` and `pg_ctl` of a PostgreSQL; the path is that folder."""
    return first_that_runs("postgres", postgres_candidates(), probe_postgres)


def first_that_runs(name: str, candidates: Iterator[Path], probe: Callable[[Path], str]) -> Program:
    """Give the first candidate whose probe answers; a probe gives a version or raises ValueError with the reason."""
    reasons = []
    for candidate in dict.fromkeys(candidates):
        if not candidate.exists():
            continue
        try:
            return Program(name, candidate, probe(candidate))
        except (ValueError, OSError, subprocess.SubprocessError) as failure:
            reasons.append(f"{candidate} does not work ({str(failure).strip()[:200]})")
    return Program(name, missing="; ".join(reasons) or "none on this machine")


def on_path(*names: str) -> Iterator[Path]:
    """Give those of the names that PATH holds."""
    for name in names:
        if found := shutil.which(name):
            yield Path(found)


def chromium_candidates() -> Iterator[Path]:
    """List places of a Chromium: the one named outright first, Playwright's downloads last."""
    if named := os.environ.get("PROOFKEY_CHROMIUM"):
        yield Path(named)
    yield from on_path("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    for application in ("Chromium", "Google Chrome"):
        yield Path(f"/Applications/{application}.app/Contents/MacOS/{application}")
    caches = [BROWSERS, Path.home() / ".cache/ms-playwright", Path.home() / "Library/Caches/ms-playwright"]
    if named := os.environ.get("PLAYWRIGHT_BROWSERS_PATH"):
        caches.insert(0, Path(named))
    for cache in caches:
        for pattern in ("chrome-linux*/chrome", "chrome-mac*/*.app/Contents/MacOS/*"):
            yield from sorted(cache.glob(f"chromium-*/{pattern}"), reverse=True)


def probe_chromium(path: Path) -> str:
    """Open an empty page; the sandbox is off as in Playwright, since root and containers have none."""
    page = "data:text/html,<title>proofkey</title>"
    command = [str(path), "--headless", "--no-sandbox", "--disable-gpu", "--dump-dom", page]
    shown = subprocess.run(command, capture_output=True, text=True, timeout=60)
    if "proofkey" not in shown.stdout:
        raise ValueError(shown.stderr or "it shows no page")
    return first_line([str(path), "--version"])


def firefox_candidates() -> Iterator[Path]:
    """List places of a Firefox; a snap cannot be driven from outside, so Debian's name goes first."""
    if named := os.environ.get("PROOFKEY_FIREFOX"):
        yield Path(named)
    yield from on_path("firefox-esr", "firefox")
    yield Path("/Applications/Firefox.app/Contents/MacOS/firefox")


def probe_firefox(path: Path) -> str:
    """Ask for the version."""
    return not_older(first_line([str(path), "--version"]), OLDEST_FIREFOX)


def node_candidates() -> Iterator[Path]:
    """List places of a Node.js."""
    if named := os.environ.get("PROOFKEY_NODE"):
        yield Path(named)
    yield from on_path("node", "nodejs")
    yield from (Path("/opt/homebrew/bin/node"), Path("/usr/local/bin/node"))
    yield from Path(sys.prefix).glob("lib/python3*/site-packages/playwright/driver/node")


def probe_node(path: Path) -> str:
    """Ask for the version and refuse one that is too old."""
    return not_older(first_line([str(path), "--version"]), OLDEST_NODE)


def postgres_candidates() -> Iterator[Path]:
    """List folders of PostgreSQL's programs, newest first where the folder's name tells."""
    if named := os.environ.get("PROOFKEY_POSTGRES"):
        yield Path(named)
    for pattern in (
        "usr/lib/postgresql/*/bin",
        "opt/homebrew/opt/postgresql*/bin",
        "usr/local/opt/postgresql*/bin",
        "Applications/Postgres.app/Contents/Versions/*/bin",
        "usr/pgsql-*/bin",
    ):
        yield from sorted(Path("/").glob(pattern), key=numbers, reverse=True)
    yield from (program.resolve().parent for program in on_path("initdb"))
    yield from (CACHE / "postgres").glob("*/pginstall/bin")  # the wheel, see provide_programs.py


def probe_postgres(folder: Path) -> str:
    """Ask both programs for their version; `pg_ctl` alone may be something else of that name."""
    for name in ("initdb", "pg_ctl", "postgres"):
        version = first_line([str(folder / name), "--version"])
        if "PostgreSQL" not in version:
            raise ValueError(f"{name} is not PostgreSQL's")
    return not_older(version, OLDEST_POSTGRES)


def first_line(command: list[str]) -> str:
    """Run a command that only prints, and give its first line."""
    answer = subprocess.run(command, capture_output=True, text=True, timeout=30, stdin=subprocess.DEVNULL)
    if answer.returncode != 0 or not answer.stdout.strip():
        raise ValueError(answer.stderr or f"{command[0]} ended with {answer.returncode}")
    return answer.stdout.strip().splitlines()[0]


def not_older(version: str, oldest: int) -> str:
    """Give the version back; raise ValueError where its first number is below the oldest that serves."""
    found = re.search(r"\d+", version)
    if found is None or int(found[0]) < oldest:
        raise ValueError(f"{version} is older than {oldest}")
    return version


def numbers(path: Path) -> list[int]:
    """Give the numbers in a path, so that 16 sorts above 9."""
    return [int(each) for each in re.findall(r"\d+", str(path))]


if __name__ == "__main__":
    for program in (find_chromium(), find_firefox(), find_node(), find_postgres()):
        print(f"{program.name:<10} {program}")
