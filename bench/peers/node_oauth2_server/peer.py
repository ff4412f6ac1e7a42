"""@node-oauth/oauth2-server under node, everything in memory."""

from __future__ import annotations

from pathlib import Path

from bench.logins import installing, processes
from bench.logins.peer import Peer, Place, Target
from bench.logins.plan import Login

HERE = Path(__file__).parent


def install() -> None:
    """Install the library."""
    installing.node()
    installing.node_modules(HERE / "package.json")


def start(place: Place) -> Target:
    """Start our harness around the library."""
    world = place.world.write(place.folder / "world.json")
    port = processes.free_port()
    modules = installing.node_modules(HERE / "package.json")
    command = [installing.node(), str(HERE / "server.mjs"), str(modules), str(world), str(port)]
    process = processes.start(
        command, place.log, core=place.core, folder=place.folder, environment={"NODE_ENV": "production"}
    )
    processes.wait_until_it_listens(process, port, place.log)
    logins = tuple(
        Login(
            target=f"/authorize?{visit.query()}",
            cookie=f"sid={visit.cookie_value}",
            redirect_uri=visit.client.redirect_uri,
            form=visit.form(),
            verifier=visit.verifier,
        )
        for visit in place.world.visits
    )
    return Target(port, logins, "/token", (process,), use_path="/me")


PEERS = [
    Peer(
        "node-oauth2-server",
        "npm @node-oauth/oauth2-server 5.3.0 on node:http, model in memory",
        "nothing: codes and tokens are in memory",
        start,
        install,
    )
]
