"""A PostgreSQL of the benchmark's own with its defaults: every commit is on disk before it is answered."""

from __future__ import annotations

import os
import pwd
import subprocess
from pathlib import Path
from typing import Any

from bench.logins import processes
from bench.logins.peer import NotMeasured, Place
from scripts.provide_programs import provide_postgres

_SETTINGS = "unix_socket_directories = ''\nlisten_addresses = '127.0.0.1'\nmax_connections = 50\n"


def start_postgres(place: Place) -> tuple[str, subprocess.Popen[bytes]]:
    """Make a cluster in the place's folder and start it; give the address of its database. Raises NotMeasured."""
    found = provide_postgres()
    if found.path is None:
        raise NotMeasured(f"there is no PostgreSQL: {found.missing}")
    folder = place.folder / "postgres"
    folder.mkdir()
    identity = _identity(folder)
    initdb = [str(found.path / "initdb"), "-D", str(folder / "data"), "-U", "postgres", "-A", "trust", "-E", "UTF8"]
    made = subprocess.run(initdb, capture_output=True, text=True, cwd=folder, **identity)
    if made.returncode != 0:
        raise NotMeasured(f"initdb failed: {made.stderr[-400:]}")
    port = processes.free_port()
    with (folder / "data" / "postgresql.conf").open("a") as file:
        file.write(f"{_SETTINGS}port = {port}\n")
    log = place.folder / "postgres.log"
    command = [str(found.path / "postgres"), "-D", str(folder / "data")]
    process = processes.start(command, log, core=place.core, folder=folder, identity=identity)
    processes.wait_until_it_listens(process, port, log)
    return f"postgresql://postgres@127.0.0.1:{port}/postgres", process


def _identity(folder: Path) -> dict[str, Any]:
    """Say who runs it: PostgreSQL refuses root, so then somebody else who owns and may enter the folder."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        try:
            found = pwd.getpwnam(name)
        except KeyError:
            continue
        os.chown(folder, found.pw_uid, found.pw_gid)
        for parent in (folder.parent, folder.parent.parent):  # ours, made for this run
            parent.chmod(0o711)
        return {"user": found.pw_uid, "group": found.pw_gid, "extra_groups": []}
    raise NotMeasured("PostgreSQL does not run as root, and there is no other user to run it")
