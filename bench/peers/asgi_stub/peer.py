"""The stub under uvicorn with the settings of `proofkey serve`: uvloop, httptools, no access log."""

from __future__ import annotations

import sys
from importlib.metadata import version

from bench.logins import processes
from bench.logins.peer import Peer, Place, Target
from bench.logins.plan import Login
from scripts.programs import ROOT

REDIRECT_URI = "https://app.example/callback"


def start(place: Place) -> Target:
    """Start it; every login is sent as to our own server."""
    port = processes.free_port()
    command = [sys.executable, "-m", "uvicorn", "bench.peers.asgi_stub.application:application"]
    command += ["--port", str(port), "--loop", "uvloop", "--http", "httptools", "--no-access-log"]
    command += ["--no-server-header", "--log-level", "warning"]
    process = processes.start(command, place.log, core=place.core, folder=ROOT)
    processes.wait_until_it_listens(process, port, place.log)
    logins = tuple(
        Login(
            target=f"/oauth/authorize?{visit.query()}",
            cookie=f"proofkey_session_{port}={visit.cookie_value}",
            redirect_uri=REDIRECT_URI,
            form=visit.form(),
            verifier=visit.verifier,
        )
        for visit in place.world.visits
    )
    return Target(port, logins, "/oauth/token", (process,), replay=False)


PEERS = [Peer("asgi-stub", f"bare ASGI application on uvicorn {version('uvicorn')}", "nothing", start)]
