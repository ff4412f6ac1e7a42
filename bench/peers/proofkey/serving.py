"""Starts `proofkey serve` as anybody starts it, on a database that holds the people of the benchmark."""

from __future__ import annotations

import sys

from bench.logins import processes
from bench.logins.peer import Place, Target
from bench.logins.plan import Login
from bench.logins.world import SCOPE
from bench.peers.proofkey.preparing import prepare
from proofkey.server.cookies import CookieJar
from proofkey.server.settings import Settings


def serve(
    place: Place,
    *,
    database: str | None = None,
    scope: str = SCOPE,
    options: tuple[str, ...] = (),
    environment: dict[str, str] | None = None,
) -> Target:
    """Fill a database and start the command on it."""
    database = database or f"sqlite:///{place.folder / 'proofkey.db'}"
    prepare(database, place.world, tuple(scope.split()))
    port = processes.free_port()
    command = [sys.executable, "-m", "proofkey", "serve", "--port", str(port), "--database", database, *options]
    process = processes.start(command, place.log, core=place.core, folder=place.folder, environment=environment)
    processes.wait_until_it_listens(process, port, place.log)
    cookie = CookieJar(Settings(issuer=f"http://127.0.0.1:{port}")).session
    logins = tuple(
        Login(
            target=f"/oauth/authorize?{visit.query(scope)}",
            cookie=f"{cookie}={visit.cookie_value}",
            redirect_uri=visit.client.redirect_uri,
            form=visit.form(),
            verifier=visit.verifier,
        )
        for visit in place.world.visits
    )
    return Target(port, logins, "/oauth/token", (process,), use_path="/api/v2/users/me")
