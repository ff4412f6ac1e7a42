"""oidc-provider under node: its in-memory adapter, Redis beside it on the same core, SQLite inside the process."""

from __future__ import annotations

import functools
import json
import subprocess
from pathlib import Path

from bench.logins import installing, processes
from bench.logins.peer import Peer, Place, Target
from bench.logins.plan import Login
from bench.logins.world import SCOPE

HERE = Path(__file__).parent


def install() -> None:
    """Install the provider and the drivers."""
    installing.node()
    installing.node_modules(HERE / "package.json")


def start(place: Place, storage: str, fsync: str = "", *, openid: bool = False) -> Target:
    """Start it with that storage; `fsync` is Redis's `appendfsync`."""
    databases: list[subprocess.Popen[bytes]] = []
    where = "documents.db"
    if storage == "redis":
        where = str(processes.free_port())
        databases.append(_start_redis(place, int(where), fsync))
    world = place.world.write(place.folder / "world.json")
    port = processes.free_port()
    modules = installing.node_modules(HERE / "package.json")
    command = [installing.node(), str(HERE / "server.mjs"), str(modules), str(world), str(port), storage, where]
    process = processes.start(
        command, place.log, core=place.core, folder=place.folder, environment={"NODE_ENV": "production"}
    )
    processes.wait_until_it_listens(process, port, place.log)
    cookies = json.loads((place.folder / "cookies.json").read_text())
    logins = tuple(
        Login(
            target=f"/auth?{visit.query('openid' if openid else SCOPE)}",
            cookie=cookies[visit.cookie_value],
            redirect_uri=visit.client.redirect_uri,
            form=visit.form(),
            verifier=visit.verifier,
            use=f"client_id={visit.client.client_id}",
        )
        for visit in place.world.visits
    )
    return Target(
        port, logins, "/token", (process, *databases),
        use_path="/token/introspection", require="id_token" if openid else None,
    )  # fmt: skip


def install_with_redis() -> None:
    """Install the provider, and Redis from the distribution."""
    install()
    installing.distribution("redis-server", "redis-server")


def _start_redis(place: Place, port: int, fsync: str) -> subprocess.Popen[bytes]:
    program = installing.distribution("redis-server", "redis-server")
    command = [program, "--port", str(port), "--bind", "127.0.0.1", "--dir", str(place.folder), "--save", ""]
    command += ["--appendonly", "yes", "--appendfsync", fsync]
    log = place.folder / "redis.log"
    process = processes.start(command, log, core=place.core, folder=place.folder)
    processes.wait_until_it_listens(process, port, log)
    return process


_NAME = "npm oidc-provider 9.13.3"

PEERS = [
    Peer(
        "oidc-provider-memory",
        f"{_NAME}, its in-memory adapter",
        "nothing",
        functools.partial(start, storage="memory"),
        install,
    ),
    Peer(
        "oidc-provider-redis-always",
        f"{_NAME}, Redis of the distribution on the same core, appendfsync always",
        "every write",
        functools.partial(start, storage="redis", fsync="always"),
        install_with_redis,
    ),
    Peer(
        "oidc-provider-redis-everysec",
        f"{_NAME}, Redis of the distribution on the same core, appendfsync everysec",
        "writes older than a second",
        functools.partial(start, storage="redis", fsync="everysec"),
        install_with_redis,
    ),
    Peer(
        "oidc-provider-sqlite",
        f"{_NAME}, better-sqlite3 12.11.1, WAL, synchronous=FULL",
        "every write",
        functools.partial(start, storage="sqlite"),
        install,
    ),
    Peer(
        "oidc-provider-openid",
        f"{_NAME}, its in-memory adapter, scope openid: an RS256 ID token with each login",
        "nothing",
        functools.partial(start, storage="memory", openid=True),
        install,
    ),
]
