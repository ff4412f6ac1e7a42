"""Databases as released versions left them: one file of SQL for each schema, with a login in it that must go on.

    python -m tests.server.store.released > tests/server/store/released/sqlite-NNNN.sql

writes that of the code at hand, before a release that changed the schema. Such a file is never changed again.
"""

from __future__ import annotations

import asyncio
import json
import sqlite3
import sys
import tempfile
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from proofkey.server.store.sqlite.migrations import APPLICATION_ID
from tests.server.person import Attempt, Clock, Person, code_for, open_test_server

FOLDER = Path(__file__).parent
NOW = 1_790_000_000.0  # when the login of these databases was
_HEADING = "-- "


@dataclass(frozen=True, slots=True)
class Released:
    """A database as SQL, and what was given out from it."""

    number: int
    sql: str
    kept: dict[str, str]  # the key file's text, a refresh token, a spent code with its verifier, a session's cookie

    def unpack(self, folder: Path) -> None:
        """Write the database and its key file as they were."""
        with closing(sqlite3.connect(folder / "proofkey.db")) as connection:
            connection.executescript(self.sql)
            connection.execute(f"PRAGMA user_version = {self.number}")
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        key_file = folder / "proofkey.db.key"
        key_file.write_text(self.kept["key file"])
        key_file.chmod(0o600)


def read_released() -> list[Released]:
    """Read all of them, oldest first."""
    found = []
    for file in sorted(FOLDER.glob("sqlite-*.sql")):
        heading, _, sql = file.read_text(encoding="utf-8").partition("\n")
        found.append(Released(int(file.stem.partition("-")[2]), sql, json.loads(heading.removeprefix(_HEADING))))
    return found


async def _make(folder: Path) -> dict[str, str]:
    server = await open_test_server(folder, clock=Clock(NOW))
    async with Person(server) as ada:
        attempt = Attempt()
        code = await code_for(ada, attempt)
        tokens = (await ada.token(**attempt.form(code))).json()
        cookie = "; ".join(f"{name}={value}" for name, value in ada.http.cookies.items())
    await server.close()
    return {
        "key file": (folder / "proofkey.db.key").read_text(),
        "refresh token": tokens["refresh_token"],
        "code": code,
        "verifier": attempt.verifier,
        "cookie": cookie,
    }


def main() -> None:
    """Print the database of the code at hand."""
    with tempfile.TemporaryDirectory() as name:
        kept = asyncio.run(_make(Path(name)))
        sys.stdout.write(f"{_HEADING}{json.dumps(kept)}\n")
        with closing(sqlite3.connect(Path(name) / "proofkey.db")) as connection:
            sys.stdout.writelines(f"{line}\n" for line in connection.iterdump())
