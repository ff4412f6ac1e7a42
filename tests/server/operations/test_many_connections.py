"""More connections than the process may have files: people log in all the same."""

from __future__ import annotations

import contextlib
import socket
from pathlib import Path

import httpx

from tests.server.operations.serving import Serving, furnish
from tests.server.person import Attempt

FILES = 128


def test_who_connects_and_says_nothing_keeps_nobody_out(tmp_path: Path) -> None:
    """There is room for others, and files for pages and code, which are read when they are first asked for."""
    furnish(tmp_path)
    with Serving(tmp_path, files=FILES) as serving, contextlib.ExitStack() as others:
        for _ in range(2 * FILES):
            others.enter_context(socket.create_connection(("127.0.0.1", serving.port), 60))
        with httpx.Client(base_url=serving.issuer, timeout=60) as ada:
            assert 'name="password"' in ada.get(Attempt().url()).text
            assert ada.post("/oauth/token", data=Attempt().form("no code")).json()["error"] == "invalid_grant"
