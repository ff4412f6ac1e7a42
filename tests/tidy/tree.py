"""The files of this repository as git knows them, so that leftovers in a checkout are nobody's fault."""

from __future__ import annotations

import ast
import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
SOURCE = ROOT / "src" / "proofkey"


@cache
def tracked() -> tuple[Path, ...]:
    """List the files under version control; in an unpacked archive, all files outside dot folders."""
    # The owner of a checkout may be another user than the one who runs the tests.
    command = ["git", "-c", "safe.directory=*", "ls-files", "-z"]
    if (ROOT / ".git").exists():
        listing = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout.decode()
        paths = [ROOT / name for name in listing.split("\0") if name]
    else:
        paths = [path for path in ROOT.rglob("*") if not any(part[0] == "." for part in path.relative_to(ROOT).parts)]
    return tuple(sorted(path for path in paths if path.is_file()))


def below(folder: str, ending: str = ".py") -> list[Path]:
    """List tracked files under a folder of the repository."""
    return [path for path in tracked() if path.suffix == ending and path.is_relative_to(ROOT / folder)]


def name_of(path: Path) -> str:
    """Give a path as people write it, from the top of the repository."""
    return path.relative_to(ROOT).as_posix()


@cache
def parsed(path: Path) -> ast.Module:
    """Parse a Python file."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def packages() -> list[str]:
    """List the packages right under `proofkey`."""
    return sorted(path.parent.name for path in SOURCE.glob("*/__init__.py"))
