"""Starts the demo: both servers on one event loop, each with a port of its own, so that CORS is real."""

from __future__ import annotations

import asyncio
import socket
import time
import webbrowser
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from proofkey.core.errors import Misuse
from proofkey.demo import account
from proofkey.demo.spa_server import SpaServer
from proofkey.server.app import App
from proofkey.server.opening import open_server
from proofkey.server.serving import Listening, bind, serve
from proofkey.server.settings import Settings

HOST = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where the demo is to be found."""

    issuer: str
    app: str
    database: Path
    taken: tuple[int, ...] = ()  # usual ports that another program has


async def run_demo(
    folder: Path,
    port: int | None,
    spa_port: int | None,
    *,
    default_ports: tuple[int, int],
    open_browser: bool,
    announce: Callable[[Addresses], None],
) -> None:
    """Serve until a signal arrives. `announce` is called before the first request can be answered."""
    server_socket = _listen(port, default_ports[0])
    spa_socket = _listen(spa_port, default_ports[1])
    with server_socket, spa_socket:
        asked = zip((port, spa_port), default_ports, (server_socket, spa_socket), strict=True)
        taken = tuple(usual for said, usual, bound in asked if said is None and bound.getsockname()[1] != usual)
        addresses = Addresses(_url(server_socket), _url(spa_socket), folder / "proofkey.db", taken)
        settings = Settings(issuer=addresses.issuer, personality="genesys", development=True)
        ended = asyncio.Event()
        note = f"This is the demo. User name: {account.USERNAME}, password: {account.PASSWORD}"
        server = await open_server(settings, f"sqlite:///{addresses.database.absolute()}", ended, login_note=note)
        server.demo_url = addresses.app
        await account.furnish(server.store, time.time())
        announce(addresses)
        listeners = [Listening(App(server), server_socket), Listening(SpaServer(config(addresses)), spa_socket)]
        if open_browser:
            asyncio.get_running_loop().call_later(0.5, webbrowser.open, addresses.app)
        await serve(listeners, ended)


def config(addresses: Addresses) -> dict[str, object]:
    """Say what the single-page app needs to know."""
    return {
        "issuer": addresses.issuer,
        "api": addresses.issuer,
        "client_id": account.CLIENT_ID,
        "redirect_uri": f"{addresses.app}{account.CALLBACK}",
        "scope": "users:readonly presence",
        "user": {"username": account.USERNAME, "password": account.PASSWORD},
        "personality": "genesys",
    }


def _listen(port: int | None, default: int) -> socket.socket:
    """Bind the port that was asked for, or the usual one, or any where that is taken."""
    try:
        return bind(HOST, default if port is None else port)
    except OSError as error:
        if port is not None:
            raise Misuse(f"cannot listen on {HOST}:{port}: {error.strerror}; 0 takes any free port") from None
        return bind(HOST, 0)


def _url(bound: socket.socket) -> str:
    return f"http://{HOST}:{bound.getsockname()[1]}"
