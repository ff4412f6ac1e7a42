"""Authlib on Flask under gunicorn: one worker, its SQLite as SQLAlchemy opens it (rollback journal, FULL)."""

from __future__ import annotations

from pathlib import Path

from bench.logins import installing
from bench.logins.peer import Peer, Place, Target
from bench.peers.gunicorn import serve

HERE = Path(__file__).parent
REQUIREMENTS = HERE / "requirements.txt"


def install() -> None:
    """Make its environment."""
    installing.environment(REQUIREMENTS)


def start(place: Place) -> Target:
    """Fill a database and serve it."""
    environment = {"BENCH_DATABASE": str(place.folder / "authlib.db")}
    return serve(
        place,
        installing.environment(REQUIREMENTS),
        HERE,
        "application",
        environment,
        "/oauth/authorize",
        "/oauth/token",
    )


PEERS = [
    Peer(
        "authlib-flask",
        "Authlib 1.9.9 on Flask 3.1.3, gunicorn 27.0.1 with one sync worker, SQLite as packaged",
        "every write (rollback journal, synchronous=FULL); token and code in two commits",
        start,
        install,
    )
]
