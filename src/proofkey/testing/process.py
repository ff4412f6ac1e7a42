"""The server as a process: `proofkey serve --development` on a loopback port, on a database of its own."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx

from proofkey.core.errors import ProofkeyError
from proofkey.testing.installed import require_server
from proofkey.testing.login_server import LoginServer
from proofkey.testing.server_settings import ServerSettings

_PATIENCE = 60.0  # seconds to start and to end
_ADDRESS = re.compile(r"^proofkey serves (\S+) on ", re.MULTILINE)


class ServerProcess:
    """A running server; `view` gives a test its own LoginServer on it."""

    def __init__(self, process: subprocess.Popen[bytes], issuer: str) -> None:
        self.process = process
        self.issuer = issuer

    def view(self) -> LoginServer:
        """Give a test's view."""
        return LoginServer(self.issuer)


@contextmanager
def run_process(settings: ServerSettings) -> Iterator[ServerProcess]:
    """Start a server and wait until it answers; end it. Raises Misuse where it is not installed."""
    require_server()
    with TemporaryDirectory(prefix="proofkey-") as folder:
        log = Path(folder, "serve.log")
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("PROOFKEY_", "OTEL_"))}
        with log.open("wb") as output:
            process = subprocess.Popen(  # noqa: S603  # our own command line
                _command(settings, folder), env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=output
            )
        try:
            yield ServerProcess(process, _wait_for(process, log))
        finally:
            process.terminate()
            try:
                process.wait(_PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
                raise


def _command(settings: ServerSettings, folder: str) -> list[str]:
    command = [sys.executable, "-m", "proofkey", "serve", "--development", "--port", "0"]
    command += ["--database", f"sqlite:///{folder}/proofkey.db", "--personality", settings.personality]
    for name, seconds in settings.lifetimes().items():
        command += [f"--{name.replace('_', '-')}", str(seconds)]
    for page in settings.pages:
        command += ["--dangerously-let-page-control", page]
    return command


def _wait_for(process: subprocess.Popen[bytes], log: Path) -> str:
    ends = time.monotonic() + _PATIENCE
    issuer = None
    while time.monotonic() < ends and process.poll() is None:
        if issuer is None and (found := _ADDRESS.search(log.read_text())):
            issuer = found[1]
        if issuer is not None:
            try:
                httpx.get(f"{issuer}/healthz", trust_env=False).raise_for_status()
                return issuer
            except httpx.TransportError:
                pass
        time.sleep(0.02)
    raise ProofkeyError(f"the server did not start: {log.read_text()[-2000:]}")


@contextmanager
def serve_process(settings: ServerSettings | None = None) -> Iterator[LoginServer]:
    """Run a server as a process for a block. Raises Misuse where it is not installed."""
    with run_process(settings or ServerSettings()) as running:
        view = running.view()
        try:
            yield view
        finally:
            view.close()
