"""A server as people run it: `proofkey serve` as a process, users and clients added by the command line beside it."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from proofkey.core.records import JournalEntry
from proofkey.server.store import open_store
from tests.clients.certificate import Certificate

USERNAME = "ada"
PASSWORD = "correct horse battery"
PATIENCE = 60  # seconds


@dataclass
class Installation:
    """One server and its database; `address` is where it listens, `issuer` what it calls itself."""

    database: str
    issuer: str
    address: str
    certificate: Certificate | None = None
    printed: list[str] = field(default_factory=list, repr=False)

    @property
    def port(self) -> int:
        """The port it listens on."""
        return int(self.address.rpartition(":")[2])

    def add_client(self, client_id: str, *options: str) -> str:
        """Register a client; give its secret, empty for a public one."""
        printed = run_proofkey("clients", "add", "--id", client_id, *options, "--json", "--database", self.database)
        return str(json.loads(printed).get("client_secret", ""))

    def remove_client(self, client_id: str) -> None:
        """Remove a client."""
        run_proofkey("clients", "remove", client_id, "--database", self.database)

    def end_sessions(self) -> None:
        """Log Ada out everywhere."""
        run_proofkey("users", "logout", USERNAME, "--database", self.database)

    def journal_of(self, request_id: str) -> JournalEntry:
        """Look a refused request up as the client's owner would; it is written behind the answer, so wait for it."""

        async def look() -> list[JournalEntry]:
            store = await open_store(self.database)
            try:
                return await store.journal_of_request(request_id)
            finally:
                await store.close()

        ends = time.monotonic() + PATIENCE
        with ThreadPoolExecutor(1) as beside:  # where a test drives a browser, this thread has a loop already
            while not (entries := beside.submit(asyncio.run, look()).result()):
                assert time.monotonic() < ends, f"the journal has nothing of request {request_id}"
                time.sleep(0.1)
        (entry,) = entries
        return entry


def run_proofkey(*arguments: str, typed: str = "") -> str:
    """Run the command line and give what it prints."""
    ended = subprocess.run(
        [sys.executable, "-m", "proofkey", *arguments], input=typed, capture_output=True, text=True, timeout=PATIENCE
    )
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


@contextmanager
def run_server(
    folder: Path, *options: str, issuer: str | None = None, certificate: Certificate | None = None
) -> Iterator[Installation]:
    """Serve on a port that the system chooses, with the account of Ada, until the test is done."""
    database = f"sqlite:///{folder}/proofkey.db"
    claims = ("--claim", "name=Ada Lovelace", "--claim", "given_name=Ada", "--email", "ada@example.org")
    run_proofkey("users", "add", USERNAME, *claims, "--password-stdin", "--database", database, typed=PASSWORD + "\n")
    command = [sys.executable, "-m", "proofkey", "serve", "--port", "0", "--database", database, *options]
    if issuer:
        command += ["--issuer", issuer]
    if certificate:
        command += ["--tls-cert", str(certificate.chain), "--tls-key", str(certificate.key)]
    environment = os.environ | {"PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment) as process:
        printed: list[str] = []
        try:
            issuer, listening = _addresses(process, printed)
            address = f"{'https' if certificate else 'http'}://{listening}"
            # Whoever does not read on stops the server once the pipe is full.
            reading = threading.Thread(target=printed.extend, args=(process.stderr,))
            reading.start()
            try:
                server = Installation(database, issuer, address, certificate, printed)
                _wait_for_life(process, server)
                yield server
            finally:
                process.terminate()
                reading.join(PATIENCE)
        finally:
            process.kill()


def _addresses(process: subprocess.Popen[str], printed: list[str]) -> tuple[str, str]:
    """Read what the server prints up to the line with its issuer, and where it listens."""
    assert process.stderr is not None
    while not (printed and printed[-1].startswith("proofkey serves")):
        line = process.stderr.readline()
        assert line, f"the server ended with {process.wait()}: {''.join(printed)}"
        printed.append(line)
    words = printed[-1].split()
    return words[2], words[4]


def _wait_for_life(process: subprocess.Popen[str], server: Installation) -> None:
    """Wait until /healthz answers."""
    ends = time.monotonic() + PATIENCE
    while True:
        try:
            # A certificate for another name is the point of some tests; here only life is asked for.
            assert httpx.get(f"{server.address}/healthz", verify=False).status_code == 200  # noqa: S501
            return
        except httpx.TransportError:
            assert process.poll() is None, "".join(server.printed)
            assert time.monotonic() < ends, "".join(server.printed)
            time.sleep(0.05)
