"""A client program of its own, in its own interpreter: it asks for the login page to be opened and reports at the end.

One JSON document per line. It reads its settings first; it writes {"open": URL} and reads back the URL that the
browser ended at; it writes {"done": {...}} last.
"""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

from tests.clients.person import Person

PATIENCE = 100  # seconds

Report = dict[str, Any]


def converse(command: list[str], settings: Report, person: Person, home: Path, **environment: str) -> Report:
    """Run a client to its end, with a person beside it; give its report."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "TMPDIR") if name in os.environ}
    log = home / "client.log"
    with (
        log.open("w") as errors,
        subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            cwd=home,
            env=kept | {"HOME": str(home), "PYTHONUNBUFFERED": "1"} | environment,
        ) as process,
    ):
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            _write(process, settings)
            for line in process.stdout:
                said = json.loads(line)
                if "done" in said:
                    report: Report = said["done"]
                    return report
                _write(process, person.visit(said["open"]))
        finally:
            process.stdin.close()
            _end(process)
    raise AssertionError(f"the client ended without a report: {log.read_text()[-3000:]}")


def _write(process: subprocess.Popen[str], said: object) -> None:
    assert process.stdin is not None
    process.stdin.write(json.dumps(said) + "\n")
    process.stdin.flush()


def _end(process: subprocess.Popen[str]) -> None:
    try:
        process.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
