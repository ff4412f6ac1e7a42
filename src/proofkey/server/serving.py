"""Runs servers under uvicorn: one process, one event loop, a graceful end.

The demo runs two applications on one loop, `serve` one; both come through here.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import uvicorn

GRACE = 10  # seconds that requests under way may take at the end
YOUNG = 20_000  # objects made before the collector looks at them; the requests under way hold some thousands


@dataclass(frozen=True, slots=True)
class Listening:
    """An ASGI application and where it listens; TLS where both files are named."""

    app: Any
    socket: socket.socket
    tls_cert: str | None = None
    tls_key: str | None = None
    http: type[asyncio.Protocol] | None = None  # the protocol, where it is not the usual one


def bind(host: str, port: int) -> socket.socket:
    """Bind a listening socket; port 0 lets the system choose. Raises OSError."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    bound = socket.socket(family, socket.SOCK_STREAM)
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind((host, port))
        bound.listen(1024)  # who is told the address now may connect now; he waits until it is served
    except OSError:
        bound.close()
        raise
    return bound


async def serve(listeners: Sequence[Listening], ended: asyncio.Event | None = None) -> None:
    """Serve until a signal arrives or `ended` is set; then finish what is under way."""
    gc.freeze()  # what start-up made is there for good: the collector need not look through it
    gc.set_threshold(YOUNG)
    servers = [_server(listening) for listening in listeners]
    async with asyncio.TaskGroup() as group:
        running = [
            group.create_task(server.serve(sockets=[listening.socket]))
            for server, listening in zip(servers, listeners, strict=True)
        ]
        if ended is not None:
            group.create_task(_end_all(servers, ended, running))
        await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
        for server in servers:  # uvicorn takes the signal for one of them; the others end with it
            server.should_exit = True
        if ended is not None:
            ended.set()


async def _end_all(servers: list[uvicorn.Server], ended: asyncio.Event, running: list[asyncio.Task[None]]) -> None:
    with contextlib.suppress(asyncio.CancelledError):
        await ended.wait()
    for server in servers:
        server.should_exit = True


def _server(listening: Listening) -> uvicorn.Server:
    import uvicorn

    from proofkey.server.whole_answers import WholeAnswers

    config = uvicorn.Config(
        listening.app,
        http=listening.http or WholeAnswers,
        loop="none",
        lifespan="on",
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=True,
        proxy_headers=False,
        timeout_keep_alive=75,
        timeout_graceful_shutdown=GRACE,
        backlog=1024,
        ssl_certfile=listening.tls_cert,
        ssl_keyfile=listening.tls_key,
    )
    return uvicorn.Server(config)


def run(main: Any) -> None:
    """Run a coroutine on uvloop, or on asyncio where uvloop is not to be had."""
    try:
        import uvloop
    except ModuleNotFoundError:
        asyncio.run(main)
        return
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main)
