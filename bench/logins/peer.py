"""What a server that is measured says about itself, and what it is once it runs."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from bench.logins.plan import Login
from bench.logins.world import World


class NotMeasured(Exception):
    """A server cannot be installed or started here; the message says why, and is printed."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where one server runs: a folder of its own on a disk, and its core."""

    folder: Path
    world: World
    core: int | None
    grants: int = 1_000_000  # live ones, in a database that has grown

    @property
    def log(self) -> Path:
        """The file that takes what the server prints."""
        return self.folder / "server.log"


@dataclass(frozen=True, slots=True)
class Target:
    """A server that runs, and how logins are driven at it."""

    port: int
    logins: tuple[Login, ...]
    token_path: str
    processes: tuple[subprocess.Popen[bytes], ...]  # the server first, then its database
    use_path: str | None = None
    require: str | None = None
    replay: bool = True
    wrong_verifier: bool = False


@dataclass(frozen=True, slots=True)
class Peer:
    """A server that can be measured. `install` and `start` raise NotMeasured."""

    name: str
    what: str  # product, version, storage
    durable: str  # what is on disk when a login is answered
    start: Callable[[Place], Target]
    install: Callable[[], None] = field(default=lambda: None)
    variant: bool = False  # of our own server: not in the comparison with others
    by_default: bool = True  # False: measured only when it is named
