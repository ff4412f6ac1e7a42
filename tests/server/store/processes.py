"""Starts `redeemer` processes, also under strace, and reads strace's record."""

from __future__ import annotations

import asyncio
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from proofkey.server.store import open_store

ROOT = Path(__file__).parents[3]


def url_of(database: Path) -> str:
    """Give the address of a SQLite file."""
    return f"sqlite:///{database}"


def start(
    database: Path | str, *, tasks: int = 1, count: int = 0, under: tuple[str, ...] = ()
) -> subprocess.Popen[str]:
    """Start a redeemer on a SQLite file, or at an address, and wait until its store is open."""
    url = database if isinstance(database, str) else url_of(database)
    command = [*under, sys.executable, "-m", "tests.server.store.redeemer", url, str(tasks), str(count)]
    process = subprocess.Popen(command, cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def go(process: subprocess.Popen[str], ids: str = "") -> None:
    """Let it redeem."""
    assert process.stdin is not None
    process.stdin.write(ids + "\n")
    process.stdin.flush()


def finish(process: subprocess.Popen[str]) -> list[str]:
    """Let it redeem to the end and give the lines it said."""
    output, _ = process.communicate("\n", timeout=60)
    return output.splitlines()


def make_database(database: Path) -> None:
    """Make the file beforehand, so that a test traces no migration."""

    async def once() -> None:
        await (await open_store(url_of(database))).close()

    asyncio.run(once())


@cache
def why_no_strace() -> str | None:
    """Say why strace cannot be used here, or give None."""
    program = shutil.which("strace")
    if program is None:
        return "strace is not installed"
    tried = subprocess.run([program, "-o", "/dev/null", "true"], capture_output=True, text=True, timeout=60)
    return None if tried.returncode == 0 else f"strace may not trace here: {tried.stderr.strip()[:200]}"


@dataclass(frozen=True, slots=True)
class Call:
    """A system call: when it was entered (`data`) or, for a sync, when it returned (`result`)."""

    name: str
    file: str
    data: bytes
    result: int | None


_ENTERED = re.compile(r'\d+ +(write|pwrite64)\(\d+<([^>]*)>, "((?:\\x[0-9a-f]{2})*)"')
_SYNCED = re.compile(r"(\d+) +(fsync|fdatasync)\(\d+<([^>]*)>\) += (-?\d+)")
_SYNCING = re.compile(r"(\d+) +(fsync|fdatasync)\(\d+<([^>]*)>.*<unfinished")
_RESUMED = re.compile(r"(\d+) +<\.\.\. (fsync|fdatasync) resumed>.*\) += (-?\d+)")


def read_trace(record: Path) -> Iterator[Call]:
    """Read `strace -f -y -xx -o record`: writes as they are entered, syncs as they return."""
    pending: dict[str, str] = {}
    for line in record.read_text("ascii", "replace").splitlines():
        if found := _ENTERED.match(line):
            yield Call(found[1], _path(found[2]), bytes.fromhex(found[3].replace("\\x", "")), None)
        elif found := _SYNCED.match(line):
            yield Call(found[2], _path(found[3]), b"", int(found[4]))
        elif found := _SYNCING.match(line):
            pending[found[1]] = _path(found[3])
        elif found := _RESUMED.match(line):
            yield Call(found[2], pending.pop(found[1]), b"", int(found[3]))


def _path(text: str) -> str:
    return bytes.fromhex(text.replace("\\x", "")).decode() if text.startswith("\\x") else text
