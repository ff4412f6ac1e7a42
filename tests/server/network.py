"""`proofkey serve` as a process of its own, and people and apps that reach it over the network."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx

from proofkey.core.records import User
from proofkey.server.store import open_store
from tests.server.person import PASSWORD, Person, client, hash_once

ROOT = Path(__file__).parents[2]
_ADDRESS = re.compile(r"proofkey serves (\S+) on (\S+)")


@dataclass
class Served:
    """A running `proofkey serve`."""

    process: subprocess.Popen[str]
    issuer: str
    log: Path

    def workers(self) -> list[int]:
        """Give the processes below it."""
        if (children := Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")).exists():
            return [int(pid) for pid in children.read_text().split() if is_alive(int(pid))]
        listed = subprocess.run(["pgrep", "-P", str(self.process.pid)], capture_output=True, text=True, timeout=60)
        return [int(pid) for pid in listed.stdout.split()]

    def person(self) -> Person:
        """Give somebody with a browser."""
        return Visitor(self.issuer)


class Visitor(Person):
    """Ada at her browser, by HTTP; every request of hers has these headers."""

    def __init__(self, issuer: str, **headers: str) -> None:
        self.server = SimpleNamespace(settings=SimpleNamespace(issuer=issuer))  # type: ignore[assignment]
        self.username, self.password = "ada", PASSWORD
        self.http = connect_to(issuer, headers)


def connect_to(issuer: str, headers: dict[str, str] | None = None) -> httpx.AsyncClient:
    """Give connections of one's own; without TLS, whose setting-up is most of what a client costs."""
    return httpx.AsyncClient(base_url=issuer, headers=headers, timeout=60, verify=False)  # noqa: S501  # loopback, plain HTTP


def is_alive(pid: int) -> bool:
    """Tell whether a process runs: not gone, and not dead with nobody to bury it."""
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, timeout=60).stdout
    return bool(state.strip()) and not state.startswith("Z")


async def register(url: str, **changes: Any) -> None:
    """Add the user `ada` and the client `spa` to a database."""
    store = await open_store(url)
    await store.put_user(User("subject-ada", "ada", hash_once(PASSWORD), email="ada@example.org"))
    await store.put_client(client(**{"trusted": True} | changes))
    await store.close()


@contextmanager
def serve(folder: Path, url: str, *options: str, group: bool = False) -> Iterator[Served]:
    """Start a server and wait until it answers; end it gracefully. `group`: it leads a process group of its own."""
    log = folder / "serve.log"
    environment = os.environ | {"PROOFKEY_KEY_FILE": str(folder / "key"), "PROOFKEY_DATABASE": url}
    command = [sys.executable, "-m", "proofkey", "serve", "--port", "0", *options]
    with log.open("w") as output:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=environment,
            stderr=output,
            stdout=output,
            text=True,
            process_group=0 if group else None,
        )
    try:
        issuer = _wait_for(process, log)
        httpx.get(f"{issuer}/healthz", timeout=60).raise_for_status()
        yield Served(process, issuer, log)
    finally:
        if process.poll() is None:
            process.terminate()
        try:
            process.wait(40)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise


def _wait_for(process: subprocess.Popen[str], log: Path) -> str:
    while True:
        if found := _ADDRESS.search(log.read_text()):
            return found[1]
        if process.poll() is not None:
            raise RuntimeError(log.read_text())
        try:
            process.wait(0.05)
        except subprocess.TimeoutExpired:
            continue
