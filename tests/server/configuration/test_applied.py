"""What is set is what the server does, and what the other commands go by."""

from __future__ import annotations

import re
from pathlib import Path

from proofkey.cli.main import main
from proofkey.server.settings import Lifetimes
from tests.server.person import Attempt, Person, code_for, open_test_server


async def test_lifetimes_that_are_set_are_those_of_codes_and_tokens(tmp_path: Path, clock) -> None:
    """A code that is older than it may be is refused; tokens say how long they live."""
    lifetimes = Lifetimes(code=20, access_token=300)
    server = await open_test_server(tmp_path, clock=clock, lifetimes=lifetimes)
    async with Person(server) as ada:
        attempt = Attempt()
        answer = await ada.token(**attempt.form(await code_for(ada, attempt)))
        assert answer.json()["expires_in"] == 300
        late = attempt.form(await code_for(ada, attempt))
        clock.now += 21
        refused = await ada.token(**late)
        assert refused.json()["error_uri"].endswith("/code-expired")
    await server.close()


def test_other_commands_act_on_the_database_that_the_settings_file_names(tmp_path: Path, capsys) -> None:
    """And with its lifetimes: a key of refresh tokens is kept as long as the server keeps it."""
    file = tmp_path / "proofkey.toml"
    file.write_text(f"database = 'sqlite:///{tmp_path}/a.db'\nkey_file = '{tmp_path}/a.key'\n")
    assert main(["db", "migrate", "--config", str(file)]) == 0
    assert main(["keys", "rotate", "--now", "--config", str(file)]) == 0
    assert main(["keys", "rotate", "--now", "--config", str(file)]) == 0
    assert (tmp_path / "a.db").is_file()
    assert (tmp_path / "a.key").is_file()
    capsys.readouterr()
    dates = []
    for lifetime in ("30d", "90d"):
        file.write_text(f"database = 'sqlite:///{tmp_path}/a.db'\nrefresh_token_lifetime = '{lifetime}'\n")
        assert main(["keys", "--config", str(file), "list"]) == 0
        dates += re.findall(r"refresh 1 .*kept until (\S+)", capsys.readouterr().out)
    assert len(dates) == 2
    assert dates[0] < dates[1]


def test_the_settings_in_force_are_shown_with_their_places(tmp_path: Path, monkeypatch, capsys) -> None:
    """`--check-config` serves nothing."""
    file = tmp_path / "proofkey.toml"
    file.write_text("issuer = 'https://login.example'\n")
    monkeypatch.setenv("PROOFKEY_PORT", "1")
    assert main(["serve", "--config", str(file), "--check-config", "--host", "::1"]) == 0
    shown = capsys.readouterr().out
    assert re.search(r'^issuer = "https://login.example" +# .*proofkey.toml:1$', shown, re.MULTILINE)
    assert re.search(r"^port = 1 +# PROOFKEY_PORT$", shown, re.MULTILINE)
    assert re.search(r'^host = "::1" +# --host$', shown, re.MULTILINE)
    file.write_text("isuer = 'https://login.example'\n")
    assert main(["serve", "--config", str(file)]) == 2
    assert "proofkey.toml:1: there is no setting 'isuer'" in capsys.readouterr().err
