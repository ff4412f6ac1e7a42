"""`proofkey serve` as a process of its own, with ada and her app in its database; and ada, reaching it by HTTP."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace, TracebackType

import httpx

from proofkey.core.records import User
from proofkey.core.secret import Password
from proofkey.server.accounts import hash_password
from proofkey.server.store import open_store
from tests.server.person import PASSWORD, Person, client

ROOT = Path(__file__).parents[3]
PROOFKEY = [sys.executable, "-c", "import sys; from proofkey.cli.main import main; sys.exit(main())"]
_STARTING = 60  # seconds


def free_port() -> int:
    """Find a port that nobody uses just now: for servers that must come back under the same address."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


def furnish(folder: Path, **changes: object) -> str:
    """Make a database with ada and the app `spa`; give its address."""
    url = f"sqlite:///{folder}/proofkey.db"

    async def work() -> None:
        store = await open_store(url)
        await store.put_user(User("subject-ada", "ada", hash_password(Password(PASSWORD)), email="ada@example.org"))
        await store.put_client(client(trusted=True, **changes))
        await store.close()

    asyncio.run(work())
    return url


class Serving:
    """A running server; what it writes to standard error goes to a file."""

    def __init__(
        self,
        folder: Path,
        *options: str,
        port: int | None = None,
        environ: dict[str, str] | None = None,
        path: str = "",
    ) -> None:
        self.port = port or free_port()
        self.origin = f"http://127.0.0.1:{self.port}"
        self.issuer = self.origin + path
        self.log_file = folder / "log.txt"
        command = [*PROOFKEY, "serve", "--port", str(self.port), "--database", f"sqlite:///{folder}/proofkey.db"]
        if "--issuer" not in options:
            command += ["--issuer", self.issuer]
        with self.log_file.open("a") as log:
            self.process = subprocess.Popen(
                [*command, *options], cwd=ROOT, env=dict(os.environ) | (environ or {}), stderr=log, stdout=log
            )

    def __enter__(self) -> Serving:
        end = time.monotonic() + _STARTING
        while time.monotonic() < end:
            assert self.process.poll() is None, self.log()
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


class Visitor(Person):
    """Ada at her browser, by HTTP."""

    def __init__(self, issuer: str, **headers: str) -> None:
        self.server = SimpleNamespace(settings=SimpleNamespace(issuer=issuer))  # type: ignore[assignment]
        self.username, self.password = "ada", PASSWORD
        self.http = httpx.AsyncClient(base_url=issuer, follow_redirects=False, headers=headers, timeout=30)
