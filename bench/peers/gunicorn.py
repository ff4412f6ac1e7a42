"""What the servers under gunicorn have in common: one worker with gunicorn's defaults, on the core of the servers."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

from bench.logins import processes
from bench.logins.peer import NotMeasured, Place, Target
from bench.logins.plan import Login


def serve(
    place: Place,
    programs: Path,
    harness: Path,
    module: str,
    environment: dict[str, str],
    authorize_path: str,
    token_path: str,
) -> Target:
    """Let the module fill its database and print the cookies, then serve its `application`."""
    environment = environment | {"HOME": str(place.folder)}  # gunicorn puts a control socket there
    world = place.world.write(place.folder / "world.json")
    fill = [str(programs / "python"), str(harness / f"{module}.py"), str(world)]
    filled = subprocess.run(fill, capture_output=True, text=True, cwd=place.folder, env=os.environ | environment)
    if filled.returncode != 0:
        raise NotMeasured(f"its database could not be filled: {filled.stderr[-600:]}")
    cookies = json.loads(filled.stdout)
    port = processes.free_port()
    command = [str(programs / "python"), "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "--workers", "1"]
    command += ["--pythonpath", str(harness), f"{module}:application"]
    process = processes.start(command, place.log, core=place.core, folder=place.folder, environment=environment)
    processes.wait_until_it_listens(process, port, place.log)
    logins = tuple(
        Login(
            target=f"{authorize_path}?{visit.query()}",
            cookie=cookies[visit.cookie_value],
            redirect_uri=visit.client.redirect_uri,
            form=visit.form(),
            verifier=visit.verifier,
        )
        for visit in place.world.visits
    )
    return Target(port, logins, token_path, (process,), use_path="/me")
