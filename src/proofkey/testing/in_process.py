"""The server in this process: on an event loop in a thread, on a loopback port, and reachable without a network."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import httpx

from proofkey.testing.installed import require_server
from proofkey.testing.login_server import LoginServer
from proofkey.testing.server_settings import ServerSettings

if TYPE_CHECKING:
    from proofkey.server.development.layer import DevelopmentLayer

_PATIENCE = 60.0  # seconds to start and to end


class InProcessTransport(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """Hands requests to the application on its own loop; for httpx.Client and for httpx.AsyncClient on any loop."""

    def __init__(self, app: DevelopmentLayer, loop: asyncio.AbstractEventLoop) -> None:
        self._asgi = httpx.ASGITransport(app)  # type: ignore[arg-type]  # its messages are dicts, not any mapping
        self._loop = loop

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Answer a request of a client that waits."""
        return self._begin(request, request.read()).result()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer a request of a client on a loop."""
        return await asyncio.wrap_future(self._begin(request, await request.aread()))

    def _begin(self, request: httpx.Request, body: bytes) -> Future[httpx.Response]:
        return asyncio.run_coroutine_threadsafe(self._answer(request, body), self._loop)

    async def _answer(self, request: httpx.Request, body: bytes) -> httpx.Response:
        from proofkey.server.development.connections import Dropped

        patience = request.extensions.get("timeout", {}).get("read")
        inner = httpx.Request(request.method, request.url, headers=request.headers, content=body)
        try:
            async with asyncio.timeout(patience):
                response = await self._asgi.handle_async_request(inner)
                return httpx.Response(response.status_code, headers=response.headers, content=await response.aread())
        except Dropped:
            raise httpx.ReadError("the connection broke before an answer", request=request) from None
        except TimeoutError:
            raise httpx.ReadTimeout("no answer in time", request=request) from None


class InProcessServer:
    """A running server; `view` gives a test its own LoginServer on it."""

    def __init__(self, issuer: str, transport: InProcessTransport) -> None:
        self.issuer = issuer
        self._transport = transport

    def view(self) -> LoginServer:
        """Give a test's view."""
        return LoginServer(self.issuer, self._transport)


@contextmanager
def run_in_process(settings: ServerSettings) -> Iterator[InProcessServer]:
    """Run a server in a thread, on a database of its own. Raises Misuse where it is not installed."""
    require_server()
    from proofkey.server.serving import bind

    loop = asyncio.new_event_loop()
    ended = asyncio.Event()
    started: Future[DevelopmentLayer] = Future()
    with TemporaryDirectory(prefix="proofkey-") as folder, bind("127.0.0.1", 0) as bound:
        issuer = f"http://127.0.0.1:{bound.getsockname()[1]}"

        async def main() -> None:
            from proofkey.server.serving import Listening, serve

            try:
                app = await _open(issuer, Path(folder), settings, ended)
            except BaseException as error:
                started.set_exception(error)
                return
            loop.call_soon(started.set_result, app)
            await serve([Listening(app, bound)], ended)

        thread = threading.Thread(target=loop.run_until_complete, args=(main(),), name="proofkey", daemon=True)
        thread.start()
        try:
            app = started.result(_PATIENCE)
            yield InProcessServer(issuer, InProcessTransport(app, loop))
        finally:
            loop.call_soon_threadsafe(ended.set)
            thread.join(_PATIENCE)
            loop.close()


async def _open(issuer: str, folder: Path, said: ServerSettings, ended: asyncio.Event) -> DevelopmentLayer:
    from msgspec.structs import replace

    from proofkey.server.app import App
    from proofkey.server.configuration.configuration import Configuration
    from proofkey.server.development.layer import DevelopmentLayer
    from proofkey.server.opening import open_server

    configuration = replace(Configuration(personality=said.personality, development=True), **said.lifetimes())
    database = f"sqlite:///{folder}/proofkey.db"
    server = await open_server(configuration.settings(issuer), database, ended, key_file=str(folder / "key"))
    return DevelopmentLayer(server, App(server), pages=said.pages)


@contextmanager
def serve_in_process(settings: ServerSettings | None = None) -> Iterator[LoginServer]:
    """Run a server in a thread for a block. Raises Misuse where it is not installed."""
    with run_in_process(settings or ServerSettings()) as running:
        view = running.view()
        try:
            yield view
        finally:
            view.close()
