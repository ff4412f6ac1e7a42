"""glewlwyd as the distribution packages it: its configuration file, its database schema, SQLite.

Only port, database and log are changed. The deprecated OAuth2 plugin is taken, which answers a login without `openid`.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import sqlite3
import time
from pathlib import Path

from bench.logins import installing, processes
from bench.logins.disk import with_fsync
from bench.logins.generator import NoCompiler
from bench.logins.peer import NotMeasured, Peer, Place, Target
from bench.logins.plan import Login
from bench.peers.glewlwyd.preparing import PLUGIN, prepare
from scripts.programs import CACHE

HERE = Path(__file__).parent
WEEK = 7 * 86400  # seconds

CONFIGURATION = Path("/etc/glewlwyd/glewlwyd.conf")
SCHEMA = Path("/usr/share/dbconfig-common/data/glewlwyd/install/sqlite3")


def install() -> None:
    """Install the distribution's package."""
    installing.distribution("glewlwyd", "glewlwyd")
    for path in (CONFIGURATION, SCHEMA):
        if not path.exists():
            raise NotMeasured(f"the package of this distribution has no {path.name}")


def start(place: Place) -> Target:
    """Start it on a database that holds everybody."""
    port = processes.free_port()
    command = [installing.distribution("glewlwyd", "glewlwyd"), f"--config-file={_configure(place.folder, port)}"]
    cookies = _fill(command, place, port)
    process = processes.start(command, place.log, core=place.core, folder=place.folder)
    processes.wait_until_it_listens(process, port, place.log)
    logins = tuple(
        Login(
            target=f"/api/{PLUGIN}/auth?{visit.query()}&g_continue",
            cookie=cookies[visit.user],
            redirect_uri=visit.client.redirect_uri,
            form=visit.form(),
            verifier=visit.verifier,
        )
        for visit in place.world.visits
    )
    return Target(port, logins, f"/api/{PLUGIN}/token", (process,), use_path=f"/api/{PLUGIN}/profile")


def _fill(command: list[str], place: Place, port: int) -> dict[str, str]:
    """Register everybody with fsync left out, a minute's work; kept for a week, as its sessions last four."""
    database = place.folder / "glewlwyd.db"
    state = hashlib.sha256((HERE / "preparing.py").read_bytes() + repr(place.world).encode()).hexdigest()[:12]
    kept = CACHE / "bench" / "glewlwyd" / state
    if (kept / "cookies.json").exists() and time.time() - (kept / "cookies.json").stat().st_mtime < WEEK:
        shutil.copy(kept / "glewlwyd.db", database)
        cookies: dict[str, str] = json.loads((kept / "cookies.json").read_text())
        return cookies
    connection = sqlite3.connect(database)
    connection.executescript(SCHEMA.read_text())
    connection.close()
    try:
        quick = with_fsync(-1)
    except NoCompiler:
        quick = {}
    process = processes.start(command, place.log, core=place.core, folder=place.folder, environment=quick)
    try:
        processes.wait_until_it_listens(process, port, place.log)
        cookies = prepare(port, place.world)
    except (RuntimeError, OSError) as failure:
        raise NotMeasured(f"it could not be prepared: {failure}") from None
    finally:
        processes.stop(process)
    kept.mkdir(parents=True, exist_ok=True)
    shutil.copy(database, kept / "glewlwyd.db")
    (kept / "cookies.json").write_text(json.dumps(cookies))
    return cookies


def _configure(folder: Path, port: int) -> Path:
    database = folder / "glewlwyd.db"
    text = CONFIGURATION.read_text()
    text = re.sub(r"(?m)^port=.*", f'port={port}\nbind_address="127.0.0.1"', text)
    text = re.sub(r"(?m)^external_url=.*", f'external_url="http://127.0.0.1:{port}/"', text)
    text = re.sub(r"(?m)^log_file=.*", f'log_file="{folder / "glewlwyd.log"}"', text)
    text = re.sub(r'(?m)^@include "[^"]*-db.conf"', f'database = {{ type = "sqlite3"; path = "{database}"; }};', text)
    path = folder / "glewlwyd.conf"
    path.write_text(text)
    return path


PEERS = [
    Peer(
        "glewlwyd",
        "Debian's glewlwyd, OAuth2 plugin (HS256 tokens), SQLite as packaged",
        "every write (rollback journal, synchronous=FULL)",
        start,
        install,
    )
]
