"""More connections than the process may have files: who is connected logs in all the same."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from pathlib import Path

import httpx

from tests.server.network import Visitor
from tests.server.operations.serving import Serving, furnish
from tests.server.person import Attempt, code_for

FILES = 128


async def log_in_when_all_are_connected(issuer: str) -> int:
    """Log in over one connection that was there before the others took all room; give the last status."""
    address, attempt = httpx.URL(issuer), Attempt()
    async with Visitor(issuer) as ada:
        await ada.http.aclose()
        only_one = httpx.Limits(max_connections=1, keepalive_expiry=None)
        ada.http = httpx.AsyncClient(base_url=issuer, timeout=60, limits=only_one)
        assert (await ada.http.get("/livez")).status_code == 200
        with contextlib.ExitStack() as others:
            for _ in range(2 * FILES):
                other = others.enter_context(socket.create_connection((address.host, address.port), 60))
            with contextlib.suppress(ConnectionResetError):
                assert await asyncio.to_thread(other.recv, 1) == b""  # turned away
            return (await ada.token(**attempt.form(await code_for(ada, attempt)))).status_code


def test_connections_leave_the_server_the_files_of_a_login(tmp_path: Path) -> None:
    """Pages and code are read when they are first asked for."""
    furnish(tmp_path)
    with Serving(tmp_path, files=FILES) as serving:
        assert asyncio.run(log_in_when_all_are_connected(serving.issuer)) == 200
        assert httpx.get(f"{serving.issuer}/healthz").status_code == 200
    assert "connections were turned away" in serving.log()
