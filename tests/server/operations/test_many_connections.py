"""More connections than the process may have files: people log in all the same."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from pathlib import Path

from tests.server.operations.serving import Serving, Visitor, furnish
from tests.server.person import Attempt, code_for

FILES = 128


async def log_in(issuer: str) -> int:
    """Log in and give the last answer's status."""
    attempt = Attempt()
    async with Visitor(issuer) as ada:
        return (await ada.token(**attempt.form(await code_for(ada, attempt)))).status_code


def test_who_connects_and_says_nothing_keeps_nobody_out(tmp_path: Path) -> None:
    """There is room for others, and files for pages and code, which are read when they are first asked for."""
    furnish(tmp_path)
    with Serving(tmp_path, files=FILES) as serving, contextlib.ExitStack() as others:
        for _ in range(2 * FILES):
            others.enter_context(socket.create_connection(("127.0.0.1", serving.port), 60))
        assert asyncio.run(log_in(serving.issuer)) == 200
