"""The commands that act on an installation, on PostgreSQL: the same words, the same exit codes."""

from __future__ import annotations

import asyncio
import io
import json
from pathlib import Path

import pytest

from proofkey.cli.main import main
from proofkey.server.store import open_store
from proofkey.testing.store_samples import make_entry


@pytest.fixture(autouse=True)
def database(postgres: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Name a database, with a password, and a key file in the environment."""
    url = postgres.replace("postgres@", "postgres:hunter2@")
    monkeypatch.setenv("PROOFKEY_DATABASE", url)
    monkeypatch.setenv("PROOFKEY_KEY_FILE", str(tmp_path / "key"))
    return url


def test_every_command_of_an_installation_works(
    database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Schema, users, clients, keys, journal, backup; and no output holds the password."""
    assert main(["db", "migrate"]) == 0
    monkeypatch.setattr("sys.stdin", io.StringIO("correct horse\n"))
    assert main(["users", "add", "ada", "--password-stdin", "--admin"]) == 0
    monkeypatch.setattr("sys.stdin", io.StringIO("another horse\n"))
    assert main(["users", "passwd", "ada", "--password-stdin"]) == 0
    assert main(["users", "list"]) == 0
    assert main(["clients", "add", "--id", "spa", "--public", "--redirect-uri", "https://app.example/cb"]) == 0
    assert main(["clients", "show", "spa"]) == 0
    assert main(["keys", "rotate"]) == 0
    assert main(["keys", "rotate", "--now", "--end-grants"]) == 0
    assert main(["keys", "list"]) == 0
    entry = make_entry()

    async def note() -> None:
        store = await open_store(database)
        store.append_journal([entry])
        await store.close()

    asyncio.run(note())
    before = capsys.readouterr()
    assert main(["journal", entry.request_id, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["fault"] == entry.fault
    assert main(["db", "backup", str(tmp_path / "backup.db")]) == 0
    copied = f"sqlite:///{tmp_path}/backup.db"
    assert main(["users", "list", "--database", copied]) == 0
    assert "ada" in capsys.readouterr().out
    assert main(["clients", "remove", "spa"]) == 0
    assert main(["clients", "remove", "spa"]) == 2
    assert main(["users", "remove", "ada"]) == 0
    after = capsys.readouterr()
    assert "ada" in before.out
    assert "hunter2" not in before.out + before.err + after.out + after.err


def test_a_database_that_cannot_be_reached_is_told_in_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    """Exit 2, where it was looked for, and no password."""
    for url in ("postgresql://ada:hunter2@127.0.0.1:1/pk", "postgresql://ada:hunter2@127.0.0.1"):
        assert main(["users", "list", "--database", url]) == 2
        told = capsys.readouterr().err
        assert told.startswith("proofkey: ")
        assert "hunter2" not in told
        assert len(told.splitlines()) == 1
