"""A second Ctrl-C: what is under way is broken off at once, in one process and in several."""

from __future__ import annotations

import asyncio
import os
import select
import signal
import socket
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from proofkey.core.errors import ProofkeyError
from proofkey.server.http1.connection import MOST_WAITING
from proofkey.server.serving import GRACE
from proofkey.testing import LoginServer
from tests.server.network import register, serve
from tests.server.operations.serving import Serving, furnish

QUICK = GRACE / 2  # seconds; a hurried end takes a fraction of one


def test_one_interrupt_waits_for_what_is_under_way_and_a_second_one_does_not(tmp_path: Path) -> None:
    """The request that waits gets no answer any more; the process still tells which signal ended it."""
    furnish(tmp_path)
    with Serving(tmp_path, "--development") as serving, ThreadPoolExecutor(1) as aside:
        control = LoginServer(serving.issuer)
        slow = control.fail("slow-answer", seconds=60, endpoint="token")
        waiting = aside.submit(httpx.post, f"{serving.issuer}/oauth/token", data={"grant_type": "x"}, timeout=60)
        while not slow.hits:
            time.sleep(0.02)
        serving.process.send_signal(signal.SIGINT)
        with pytest.raises(subprocess.TimeoutExpired):
            serving.process.wait(1)
        begun = time.monotonic()
        assert serving.end(signal.SIGINT) in (130, -signal.SIGINT)
        assert time.monotonic() - begun < QUICK
        assert isinstance(waiting.exception(), httpx.TransportError)
        with pytest.raises(ProofkeyError, match="does not answer"):
            control.close()
    assert "Traceback" not in serving.log()


def do_not_read(issuer: str) -> socket.socket:
    """Ask for much and take nothing of it, so that the connection cannot be closed in peace."""
    host, port = issuer.removeprefix("http://").split(":")
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    connection.connect((host, int(port)))
    request = b"GET /faults/ HTTP/1.1\r\nhost: %b:%b\r\n\r\n" % (host.encode(), port.encode())
    connection.sendall(request * MOST_WAITING)
    assert select.select([connection], [], [], 60)[0]  # it has begun to answer, and so read them all
    return connection


@pytest.mark.parametrize("to", ["the parent", "the whole group"])
def test_workers_are_hurried_too(postgres: str, tmp_path: Path, to: str) -> None:
    """A terminal sends SIGINT to parent and workers, `kill` to the parent alone; one is never taken for two."""
    asyncio.run(register(postgres))
    with serve(tmp_path, postgres, "--workers", "2", "--development", group=True) as running:
        send = os.killpg if to == "the whole group" else os.kill
        with do_not_read(running.issuer):
            send(running.process.pid, signal.SIGINT)
            with pytest.raises(subprocess.TimeoutExpired):
                running.process.wait(1)
            begun = time.monotonic()
            send(running.process.pid, signal.SIGINT)
            running.process.wait(60)
            assert time.monotonic() - begun < QUICK
    assert "Traceback" not in running.log.read_text()
