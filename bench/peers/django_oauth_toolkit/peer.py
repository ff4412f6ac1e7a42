"""django-oauth-toolkit under gunicorn: one worker, SQLite as Django opens it (rollback journal, FULL).

Its clients skip the consent page, which is the faster of its two ways to a login without one.
"""

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
    environment = {"BENCH_DATABASE": str(place.folder / "django.db")}
    return serve(
        place, installing.environment(REQUIREMENTS), HERE, "application", environment, "/o/authorize/", "/o/token/"
    )


PEERS = [
    Peer(
        "django-oauth-toolkit",
        "django-oauth-toolkit 3.4.1 on Django 5.2.19, gunicorn 27.0.1 with one sync worker, SQLite as packaged",
        "every write (rollback journal, synchronous=FULL)",
        start,
        install,
    )
]
