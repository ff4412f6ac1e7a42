"""Puts a pip into a virtual environment, also where the system's Python came without `ensurepip` (Debian, Ubuntu).

Four ways, the first that works: ensurepip, the system's own pip, apt-get as root, pip's wheel from the package index.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import urllib.request
from pathlib import Path
from urllib.parse import urljoin

INDEX = "https://pypi.org/simple"
_WHEEL = re.compile(r"pip-(\d+(?:\.\d+)*)-py3-none-any\.whl")
_SIZE_LIMIT = 20_000_000  # bytes; pip is about two million

ADVICE = """no pip could be put into .venv. Any one of these helps, then run make again:
  apt-get install python3-venv        (Debian, Ubuntu; as root)
  apt-get install python3-pip         (the same)
  PIP_INDEX_URL=https://...           (a package index that can be reached from here)"""


class SeedFailed(Exception):
    """Raised when none of the ways worked; the text says what a person can do."""


def seed_pip(python: Path, environment: dict[str, str]) -> None:
    """Install pip for `python`, the interpreter of a virtual environment.

    Raises SeedFailed with advice where no way worked.
    """

    def works(*command: str) -> bool:
        try:
            return subprocess.run(command, env=environment, capture_output=True, timeout=300).returncode == 0
        except (OSError, subprocess.TimeoutExpired):
            return False

    if works(str(python), "-m", "ensurepip", "--default-pip"):
        return
    if works(sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet", "pip"):
        return
    if os.geteuid() == 0 and shutil.which("apt-get"):
        package = f"python3.{sys.version_info.minor}-venv"
        print(f"installing {package} with apt-get ...", flush=True)
        works("apt-get", "update")
        works("apt-get", "install", "-y", "--no-install-recommends", package)
        if works(str(python), "-m", "ensurepip", "--default-pip"):
            return
    index = environment.get("PIP_INDEX_URL", INDEX)
    try:
        with tempfile.TemporaryDirectory() as folder:
            wheel = download_wheel(index, Path(folder))
            if works(str(python), f"{wheel}/pip", "install", "--quiet", "--no-index", str(wheel)):
                return
    except (OSError, ValueError) as failure:
        raise SeedFailed(f"{ADVICE}\n(the last way failed with: {failure})") from failure
    raise SeedFailed(ADVICE)


def download_wheel(index: str, folder: Path) -> Path:
    """Fetch the newest release of pip from a package index (PEP 691), checked against the hash the index states.

    Raises OSError where the index cannot be read, ValueError where it holds no wheel of pip or a damaged one.
    """
    page = urljoin(index.rstrip("/") + "/", "pip/")
    accept = {"Accept": "application/vnd.pypi.simple.v1+json"}
    listing = json.loads(read(urllib.request.Request(page, headers=accept)))
    wheels = [
        (tuple(int(part) for part in named[1].split(".")), entry)
        for entry in listing["files"]
        if (named := _WHEEL.fullmatch(entry["filename"])) and not entry.get("yanked")
    ]
    if not wheels:
        raise ValueError(f"{page} lists no wheel of pip")
    _, newest = max(wheels, key=lambda each: each[0])
    content = read(urllib.request.Request(urljoin(page, newest["url"])))
    if hashlib.sha256(content).hexdigest() != newest["hashes"]["sha256"]:
        raise ValueError(f"{newest['filename']} does not have the hash that {page} states")
    wheel = folder / str(newest["filename"])
    wheel.write_bytes(content)
    return wheel


def read(request: urllib.request.Request) -> bytes:
    """Read a bounded answer."""
    with urllib.request.urlopen(request, timeout=60) as answer:
        return bytes(answer.read(_SIZE_LIMIT))
