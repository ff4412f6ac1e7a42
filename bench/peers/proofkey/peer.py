"""`proofkey serve` with its default settings on SQLite, and the variants of it that are measured apart."""

from __future__ import annotations

import dataclasses
import functools
import sys

from bench.logins import processes
from bench.logins.disk import with_fsync
from bench.logins.generator import NoCompiler
from bench.logins.peer import NotMeasured, Peer, Place, Target
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


def refuse(place: Place) -> Target:
    """Serve logins whose verifier is wrong: each ends with invalid_grant, and is journalled."""
    return dataclasses.replace(serve(place), wrong_verifier=True)


def serve_on_a_slow_disk(place: Place) -> Target:
    """Serve with a millisecond more for every fsync."""
    try:
        return serve(place, environment=with_fsync(1000))
    except NoCompiler as missing:
        raise NotMeasured(str(missing)) from None


def serve_openid(place: Place) -> Target:
    """Serve logins with an ID token."""
    return dataclasses.replace(serve(place, scope="openid profile"), require="id_token")


DURABLE = "the spent code and the grant, before the answer (SQLite WAL, synchronous=FULL, commits shared)"
_ours = functools.partial(Peer, durable=DURABLE, variant=True)

PEERS = [
    Peer("proofkey", "proofkey serve, default settings, SQLite", DURABLE, serve),
    _ours("proofkey-refused", "the same; every verifier is wrong, so every login is refused", start=refuse),
    _ours("proofkey-slow-disk", "the same; every fsync takes 1 ms longer", start=serve_on_a_slow_disk),
    _ours("proofkey-openid", "the same; scope openid, an RS256 ID token with each login", start=serve_openid),
]
