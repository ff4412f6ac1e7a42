"""Installs a peer from its registry into the cache folder, once for each state of its pinned versions."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

from bench.logins.peer import NotMeasured
from scripts.programs import CACHE, find_node
from scripts.provide_programs import install_with_apt

_PATIENCE = 900  # seconds


def node_modules(package: Path) -> Path:
    """Install what a package.json pins; give the folder that holds `node_modules`. Raises NotMeasured."""
    npm = shutil.which("npm")
    if npm is None:
        raise NotMeasured("there is no npm on this machine")
    folder = _folder("npm", package)
    if not (folder / "done").exists():
        shutil.copy(package, folder / "package.json")
        _run([npm, "install", "--no-audit", "--no-fund", "--omit=dev"], folder)
        (folder / "done").touch()
    return folder


def node() -> str:
    """Give a Node.js. Raises NotMeasured."""
    found = find_node()
    if found.path is None:
        raise NotMeasured(f"there is no Node.js: {found.missing}")
    return str(found.path)


def environment(requirements: Path) -> Path:
    """Make a virtual environment from pinned requirements, with the interpreter that runs us; give its `bin`."""
    folder = _folder("python", requirements)
    if not (folder / "done").exists():
        _run([sys.executable, "-m", "venv", "--clear", str(folder / "venv")], folder)
        pip = [str(folder / "venv" / "bin" / "python"), "-m", "pip", "install", "--quiet", "-r", str(requirements)]
        _run(pip, folder)
        (folder / "done").touch()
    return folder / "venv" / "bin"


def distribution(program: str, package: str) -> str:
    """Find a program of the distribution, or install its package as root; give its path. Raises NotMeasured."""
    places = ("/usr/bin", "/usr/sbin", "/usr/local/bin")
    found = shutil.which(program, path=":".join(places))
    if found is None and install_with_apt(package):
        found = shutil.which(program, path=":".join(places))
    if found is None:
        raise NotMeasured(f"{program} is not installed, and {package} could not be installed with apt-get")
    return found


def _folder(kind: str, pinned: Path) -> Path:
    state = hashlib.sha256(pinned.read_bytes() + sys.version.encode()).hexdigest()[:12]
    folder = CACHE / "bench" / kind / f"{pinned.parent.name}-{state}"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _run(command: list[str], folder: Path) -> None:
    log = folder / "install.log"
    print(f"installing {folder.name} ...", flush=True)
    try:
        with log.open("w") as output:
            subprocess.run(
                command, cwd=folder, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
                timeout=_PATIENCE, check=True,
            )  # fmt: skip
    except (OSError, subprocess.SubprocessError) as failure:
        last = " / ".join(log.read_text(errors="replace").strip().splitlines()[-3:])
        raise NotMeasured(f"{command[0].rpartition('/')[2]} failed ({type(failure).__name__}): {last[:400]}") from None
