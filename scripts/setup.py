"""Makes the private virtual environment of this checkout, once, and again when pyproject.toml changed.

Usage: python -m scripts.setup demo|test. Standard library only; safe to run twice at the same time.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from scripts.seed_pip import SeedFailed, seed_pip

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"

# What each purpose installs: extras of the package, then dependency groups. A later one contains the earlier.
PURPOSES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "demo": (("server",), ()),
    "test": (("all",), ("dev",)),
    "bench": (("all",), ("dev", "bench")),
}


def main(arguments: list[str]) -> int:
    """Bring the environment up to a purpose; 0 when it is ready."""
    if len(arguments) != 1 or arguments[0] not in PURPOSES:
        print(f"usage: python -m scripts.setup {'|'.join(PURPOSES)}", file=sys.stderr)
        return 2
    purpose = arguments[0]
    if is_ready(purpose):
        return 0
    try:
        with one_at_a_time():
            if not is_ready(purpose):  # another run may have done it while this one waited
                set_up(purpose)
    except (SeedFailed, subprocess.CalledProcessError, OSError) as failure:
        print(f"setting up .venv failed: {failure}", file=sys.stderr)
        return 1
    return 0


def set_up(purpose: str) -> None:
    """Make the environment, install into it, and mark it as done.

    Raises SeedFailed, CalledProcessError or OSError; nothing is marked then, so the next run begins again.
    """
    started = time.monotonic()
    print(f"setting up .venv for `{purpose}` (a minute or two, once) ...", flush=True)
    make_environment()
    install(purpose)
    stamp(purpose).write_text(fingerprint())
    print(f"set up in {time.monotonic() - started:.0f} s", flush=True)


def stamp(purpose: str) -> Path:
    """Say where a finished installation leaves its mark."""
    return VENV / f"proofkey-{purpose}.stamp"


def fingerprint() -> str:
    """Hash what an installation depends on: what pyproject.toml asks for, and where this checkout lies."""
    return hashlib.sha256((ROOT / "pyproject.toml").read_bytes() + os.fsencode(ROOT)).hexdigest()


def is_ready(purpose: str) -> bool:
    """Tell whether this purpose, or one that contains it, is installed and still runs."""
    containing = list(PURPOSES)[list(PURPOSES).index(purpose) :]
    current = fingerprint()
    marked = any(stamp(each).is_file() and stamp(each).read_text() == current for each in containing)
    return marked and runs(PYTHON)


def runs(python: Path) -> bool:
    """Tell whether an interpreter starts and is new enough; a moved one does not."""
    check = [str(python), "-c", "import sys; sys.exit(sys.version_info < (3, 11))"]
    try:
        return subprocess.run(check, env=environment(), capture_output=True).returncode == 0
    except OSError:
        return False


def environment() -> dict[str, str]:
    """Give the environment for children: without what would send an installation somewhere else."""
    astray = ("PYTHONHOME", "PYTHONPATH", "VIRTUAL_ENV", "PIP_TARGET", "PIP_PREFIX", "PIP_ROOT")
    kept = {name: value for name, value in os.environ.items() if name not in astray}
    return kept | {"PIP_USER": "0", "PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_NO_INPUT": "1"}


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Hold the lock of this checkout; the operating system lets go of it even after a crash."""
    (ROOT / ".cache").mkdir(exist_ok=True)
    with (ROOT / ".cache" / "setup.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def make_environment() -> None:
    """Create .venv with a pip in it, or keep the one that is there if it works and was made here."""
    if not made_here() or not runs(PYTHON):
        make = [sys.executable, "-m", "venv", "--clear", "--without-pip", str(VENV)]
        subprocess.run(make, check=True, env=environment())
    if subprocess.run([PYTHON, "-m", "pip", "--version"], env=environment(), capture_output=True).returncode != 0:
        seed_pip(PYTHON, environment())


def made_here() -> bool:
    """Tell whether the scripts in .venv/bin point to this checkout, not to the one it was copied from."""
    activate = VENV / "bin" / "activate"
    return activate.is_file() and str(VENV) in activate.read_text()


def install(purpose: str) -> None:
    """Install the package in place with the extras and dependency groups of the purpose.

    The groups are read here, since pip knows `--group` only from 25.1 on.
    """
    extras, groups = PURPOSES[purpose]
    pyproject = tomllib.loads((ROOT / "pyproject.toml").read_text())
    wanted = [each for group in groups for each in requirements(pyproject.get("dependency-groups", {}), group)]
    pip = [str(PYTHON), "-m", "pip", "install", "--quiet"]
    subprocess.run([*pip, "--editable", f"{ROOT}[{','.join(extras)}]", *wanted], check=True, env=environment())


def requirements(groups: dict[str, list[str | dict[str, str]]], name: str) -> Iterator[str]:
    """List a dependency group, following `include-group` (PEP 735)."""
    for each in groups.get(name, []):
        if isinstance(each, str):
            yield each
        else:
            yield from requirements(groups, each["include-group"])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
