"""Serves applications on sockets: one process, one event loop, a graceful end.

The demo runs two applications on one loop, `serve` one; both come through here.
"""

from __future__ import annotations

import asyncio
import gc
import signal
import socket
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from typing import TYPE_CHECKING, Any

import msgspec

from proofkey.server.http1.adapted import Adapted
from proofkey.server.http1.connection import Connection
from proofkey.server.http1.lifespan import CannotStart, Lifespan
from proofkey.server.http1.open_connections import MOST, OpenConnections

if TYPE_CHECKING:
    import ssl

    from proofkey.server.http1.application import Application

GRACE = 10  # seconds that requests under way may take at the end
STARTUP_FAILED = 3  # exit code
BACKLOG = 1024  # connections that the system accepts before we do
OWN_FILES = 64  # of the process, for its databases, pages and code
YOUNG = 20_000  # objects made before the collector looks at them; the requests under way hold some thousands


class Listening(msgspec.Struct, frozen=True):
    """An application, ours or any of ASGI, and where it listens; TLS where both files are named."""

    app: Any
    socket: socket.socket
    tls_cert: str | None = None
    tls_key: str | None = None


def bind(host: str, port: int) -> socket.socket:
    """Bind a listening socket; port 0 lets the system choose. Raises OSError."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    bound = socket.socket(family, socket.SOCK_STREAM)
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind((host, port))
        bound.listen(BACKLOG)  # who is told the address now may connect now; he waits until it is served
    except OSError:
        bound.close()
        raise
    return bound


async def serve(listeners: Sequence[Listening], ended: asyncio.Event | None = None) -> None:
    """Serve until SIGTERM or SIGINT arrives or `ended` is set; then finish what is under way.

    A SIGINT after another signal breaks off what is not finished by then. The first one is raised again at the end, so
    that whoever started the process sees what ended it.
    Raises SystemExit where an application cannot start.
    """
    gc.freeze()  # what start-up made is there for good: the collector need not look through it
    gc.set_threshold(YOUNG)
    ended, hurried = ended or asyncio.Event(), asyncio.Event()
    with _signals_noted(ended, hurried) as noted:
        running: list[_Running] = []
        try:
            for listening in listeners:
                running.append(await _Running.begin(listening))
            await ended.wait()
        finally:
            for each in running:
                each.stop_accepting()
            await asyncio.gather(*(each.end(hurried) for each in running))
    if noted:
        signal.raise_signal(noted[0])


class _Running:
    """A listener at work."""

    def __init__(self, server: asyncio.Server, connections: OpenConnections, life: Lifespan) -> None:
        self._server, self._connections, self._life = server, connections, life

    @classmethod
    async def begin(cls, listening: Listening) -> _Running:
        context, life = _tls(listening), Lifespan(listening.app)
        try:
            await life.begin()
        except CannotStart:  # it has said why
            raise SystemExit(STARTUP_FAILED) from None
        application: Application = listening.app if hasattr(listening.app, "respond") else Adapted(listening.app)
        connections = OpenConnections(_most_connections())
        protocol = partial(Connection, application, connections, "https" if context else "http")
        server = await connections.loop.create_server(protocol, sock=listening.socket, ssl=context, backlog=BACKLOG)
        return cls(server, connections, life)

    def stop_accepting(self) -> None:
        self._server.close()

    async def end(self, hurried: asyncio.Event) -> None:
        await self._connections.end(GRACE, hurried)
        await self._life.end()


def _most_connections() -> int:
    """Say how many connections leave the process files of its own; it takes as many files as it may have and needs."""
    if sys.platform == "win32":
        return MOST
    import resource  # there is none on Windows

    wanted, limits = MOST + OWN_FILES, resource.getrlimit(resource.RLIMIT_NOFILE)
    files, hard = (sys.maxsize if limit == resource.RLIM_INFINITY else limit for limit in limits)
    if files < wanted:
        with suppress(ValueError, OSError):  # a system may allow less than its limit says
            resource.setrlimit(resource.RLIMIT_NOFILE, (min(wanted, hard), hard))
            files = min(wanted, hard)
    return min(MOST, max(files - OWN_FILES, files // 2))


def _tls(listening: Listening) -> ssl.SSLContext | None:
    if listening.tls_cert is None or listening.tls_key is None:
        return None
    import ssl

    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(listening.tls_cert, listening.tls_key)
    return context


@contextmanager
def _signals_noted(ended: asyncio.Event, hurried: asyncio.Event) -> Iterator[list[signal.Signals]]:
    """Let signals end the serving; give those that came.

    Only SIGINT hurries: at one Ctrl-C a worker gets SIGINT of the terminal and SIGTERM of its parent, in this order.
    """
    noted: list[signal.Signals] = []
    if threading.current_thread() is not threading.main_thread():  # signals are the main thread's
        yield noted
        return
    loop = asyncio.get_running_loop()

    def note(number: int, _frame: object) -> None:
        if noted and number == signal.SIGINT:
            loop.call_soon_threadsafe(hurried.set)
        noted.append(signal.Signals(number))
        loop.call_soon_threadsafe(ended.set)

    before = {number: signal.signal(number, note) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield noted
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def run(main: Any) -> None:
    """Run a coroutine on uvloop, or on asyncio where uvloop is not to be had."""
    try:
        import uvloop
    except ModuleNotFoundError:
        asyncio.run(main)
        return
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main)
