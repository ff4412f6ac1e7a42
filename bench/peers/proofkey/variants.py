"""Our own server under other conditions, each measured beside the plain one in the same rounds."""

from __future__ import annotations

import dataclasses
import subprocess
import sys

from bench.logins import processes
from bench.logins.disk import with_fsync
from bench.logins.generator import NoCompiler
from bench.logins.peer import NotMeasured, Place, Target
from bench.logins.postgres import start_postgres
from bench.peers.proofkey.growing import CLIENTS
from bench.peers.proofkey.serving import serve
from proofkey.server.keys.key_file import VARIABLE, make_key_file
from scripts.programs import ROOT


def refuse(place: Place) -> Target:
    """Serve logins whose verifier is wrong: each ends with invalid_grant, and is journalled."""
    return dataclasses.replace(serve(place), wrong_verifier=True)


def serve_on_a_slow_disk(place: Place) -> Target:
    """Serve with a millisecond more for every fsync."""
    return serve(place, environment=_fsync(1000))


def serve_openid(place: Place) -> Target:
    """Serve logins with an ID token."""
    return dataclasses.replace(serve(place, scope="openid profile"), require="id_token")


def serve_with_metrics(place: Place) -> Target:
    """Serve with the listener of metrics, which also takes the times of steps."""
    return serve(place, options=("--metrics-listen", f"127.0.0.1:{processes.free_port()}"))


def serve_grown(place: Place) -> Target:
    """Serve a database with many live grants and clients."""
    database = f"sqlite:///{place.folder / 'proofkey.db'}"
    command = [sys.executable, "-m", "bench.peers.proofkey.growing", database, str(place.grants), str(CLIENTS)]
    with place.log.open("ab") as log:
        grown = subprocess.run(command, cwd=ROOT, env=processes.inherited(_fsync(-1)), stdout=log, stderr=log)
    if grown.returncode != 0:
        raise NotMeasured(f"its database could not be filled: {place.log.read_text(errors='replace')[-400:]}")
    return serve(place, database=database)


def serve_from_postgres(place: Place, workers: int) -> Target:
    """Serve from PostgreSQL with so many processes, all of it on the one core."""
    database, postgres = start_postgres(place)
    key = place.folder / "proofkey.key"
    make_key_file(key)
    try:
        target = serve(place, database=database, options=("--workers", str(workers)), environment={VARIABLE: str(key)})
    except BaseException:
        processes.stop(postgres)
        raise
    return dataclasses.replace(target, processes=(*target.processes, postgres))


def _fsync(microseconds: int) -> dict[str, str]:
    try:
        return with_fsync(microseconds)
    except NoCompiler as missing:
        raise NotMeasured(str(missing)) from None
