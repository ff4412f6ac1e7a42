"""The server is an application of ASGI: it answers the same under a server that is not ours."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
import uvicorn

from proofkey.server.app import App
from proofkey.server.opening import open_server
from proofkey.server.serving import bind
from proofkey.server.settings import Settings


@pytest.fixture
async def issuer(tmp_path: Path) -> AsyncIterator[str]:
    """It runs under uvicorn."""
    with bind("127.0.0.1", 0) as bound:
        address = f"http://127.0.0.1:{bound.getsockname()[1]}"
        server = await open_server(Settings(issuer=address), f"sqlite:///{tmp_path}/proofkey.db", asyncio.Event())
        running = uvicorn.Server(uvicorn.Config(App(server), log_config=None, lifespan="on", ws="none"))
        serving = asyncio.create_task(running.serve(sockets=[bound]))
        async with httpx.AsyncClient(timeout=60) as client:
            while (await client.get(f"{address}/healthz")).status_code != 200:
                pass
        yield address
        running.should_exit = True
        await serving


async def test_uvicorn_serves_it(issuer: str) -> None:
    """Pages, JSON, refusals and bounds are those of `proofkey serve`."""
    async with httpx.AsyncClient(base_url=issuer, timeout=60) as client:
        metadata = await client.get("/.well-known/oauth-authorization-server")
        assert metadata.json()["issuer"] == issuer
        head = await client.head("/.well-known/oauth-authorization-server")
        assert (head.content, head.headers["content-length"]) == (b"", metadata.headers["content-length"])
        refused = await client.post("/oauth/token", data={"grant_type": "authorization_code", "code": "x"})
        assert (refused.status_code, refused.json()["error"]) == (400, "invalid_request")
        assert refused.headers["x-request-id"]
        preflight = await client.options("/oauth/token")
        assert (preflight.status_code, "content-length" in preflight.headers) == (204, False)
        large = await client.post("/oauth/token", content=b"a=" + b"b" * 200_000)
        assert large.status_code == 413

        async def stretches():
            for _ in range(3):
                yield b"grant_type=authorization_code&"
                await asyncio.sleep(0)

        pieces = await client.post(
            "/oauth/token", content=stretches(), headers={"content-type": "application/x-www-form-urlencoded"}
        )
        assert pieces.json()["error_description"] == "A parameter is there twice."
