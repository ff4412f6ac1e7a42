"""`proofkey serve` as a process of its own, with ada and her app in its database."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType

import httpx

from tests.server.network import ROOT, register

PROOFKEY = [sys.executable, "-c", "import sys; from proofkey.cli.main import main; sys.exit(main())"]
_STARTING = 60  # seconds
_LISTENS = re.compile(r'(?:on |"address": ?")127\.0\.0\.1:([0-9]+)')  # as people and as programs are told


def furnish(folder: Path, **changes: object) -> str:
    """Make a database with ada and the app `spa`; give its address."""
    url = f"sqlite:///{folder}/proofkey.db"
    asyncio.run(register(url, **changes))
    return url


class Serving:
    """A running server, on a port that the system chooses unless one is held for it; its log goes to a file.

    `path` is that of the issuer, as far as this machine reaches it. `files`: how many it may have open at a time.
    """

    def __init__(
        self,
        folder: Path,
        *options: str,
        port: int = 0,
        environ: dict[str, str] | None = None,
        path: str = "",
        files: int | None = None,
    ) -> None:
        self.port, self._path = port, path
        self.log_file = folder / "log.txt"
        command = [*PROOFKEY, "serve", "--port", str(port), "--database", f"sqlite:///{folder}/proofkey.db"]
        if path and "--issuer" not in options:
            command += ["--issuer", self.issuer]
        if files is not None:
            command = ["sh", "-c", f'ulimit -n {files}; exec "$@"', "sh", *command]
        with self.log_file.open("a") as log:
            self._before = log.tell()
            self.process = subprocess.Popen(
                [*command, *options], cwd=ROOT, env=dict(os.environ) | (environ or {}), stderr=log, stdout=log
            )

    @property
    def origin(self) -> str:
        """Give where it listens."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def issuer(self) -> str:
        """Give its address as this machine reaches it."""
        return self.origin + self._path

    def __enter__(self) -> Serving:
        end = time.monotonic() + _STARTING
        while time.monotonic() < end:
            assert self.process.poll() is None, self.log()
            if not (said := _LISTENS.search(self.log(), self._before)):
                time.sleep(0.05)
                continue
            self.port = int(said[1])
            try:
                if httpx.get(f"{self.issuer}/healthz", timeout=5).status_code == 200:
                    return self
            except httpx.TransportError:
                time.sleep(0.05)  # nothing tells that a port is open
        raise AssertionError(f"the server does not answer: {self.log()}")

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self.process.poll() is None:
            self.end(signal.SIGTERM)

    def end(self, number: signal.Signals) -> int:
        """End the process with a signal and give its exit code."""
        self.process.send_signal(number)
        return self.process.wait(timeout=60)

    def log(self) -> str:
        """Give what it wrote so far."""
        return self.log_file.read_text(encoding="utf-8")
