"""What a misbehaving server leaves behind: no token on the disk, and nothing of a login that was good before."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from proofkey.client.blocking import Client
from proofkey.client.token_document import Kept, dump_with_secrets
from proofkey.client.token_keeper import TokenKeeper
from proofkey.client.token_stores import FileStore
from proofkey.core.errors import ProofkeyError
from tests.client.scripted import CALLBACK, CLIENT_ID, Answer, Scripted, in_json
from tests.client.scripted_logins import log_in_blocking
from tests.client.test_command_line import Command

Misbehaviour = Callable[[Scripted], Answer]

BAD: dict[str, Misbehaviour] = {
    "a page": lambda _: Answer(200, b"<!doctype html>", (("content-type", "text/html"),)),
    "a redirect": lambda _: Answer(307, b"", (("location", "/elsewhere"),)),
    "an error with status 200": lambda _: in_json({"error": "server_error"}),
    "no token type": lambda script: in_json(script.tokens(token_type=None)),
    "a negative lifetime": lambda script: in_json(script.tokens(expires_in=-1)),
    "a cut answer": lambda _: Answer(200, b'{"access_token": "x"', length=500),
    "a huge answer": lambda _: Answer(200, b" " * (2 << 20)),
    "an unavailable server": lambda _: Answer(503),
}
# What only shows in an ID token.
FORGED: dict[str, Misbehaviour] = {
    "another audience": lambda script: _with(script, aud="another-app"),
    "another person": lambda script: _with(script, sub="subject-eve"),
    "another issuer": lambda script: _with(script, iss="https://evil.example"),
    "an unsigned token": lambda script: _unsigned(script),
}


def _with(script: Scripted, **claims: object) -> Answer:
    script.claims |= claims
    return in_json(script.tokens())


def _unsigned(script: Scripted) -> Answer:
    script.header |= {"alg": "none"}
    return in_json(script.tokens())


@pytest.mark.parametrize("what", BAD | FORGED)
def test_a_bad_refresh_leaves_what_was_kept(script: Scripted, tmp_path: Path, what: str) -> None:
    """The file is the one from before, byte for byte, and serves once the server behaves again."""
    tokens = replace(log_in_blocking(script), expires_at=1_000.0)
    path = tmp_path / "tokens.json"
    FileStore(path).write(dump_with_secrets(Kept(tokens, 1.0)))
    before = path.read_bytes()
    client = Client.discover(script.issuer, client_id=CLIENT_ID, redirect_uri=CALLBACK)
    keeper = TokenKeeper(client, FileStore(path))
    script.nonce = None  # at a refresh servers leave it out
    script.answers["/token"] = lambda _: (BAD | FORGED)[what](script)
    with pytest.raises(ProofkeyError):
        keeper.access_token()
    assert path.read_bytes() == before
    del script.answers["/token"]
    script.claims.clear()
    script.header.clear()
    assert keeper.access_token().reveal() == "the-access-token"
    client.close()


@pytest.mark.parametrize("what", ["a page", "a cut answer", "another audience", "an unsigned token"])
def test_a_bad_login_writes_nothing(script: Scripted, data_folder: Path, what: str) -> None:
    """`proofkey login` ends with an error, the code was sent once, and the data folder is empty."""
    script.answers["/token"] = lambda _: (BAD | FORGED)[what](script)
    options = ("--issuer", script.issuer, "--client-id", CLIENT_ID, "--scope", "openid", "--no-browser")
    command = Command(os.environ | {"PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring"}, "login", *options)
    try:
        asked = dict(httpx.URL(command.url()).params)
        script.nonce = asked["nonce"]
        answer = {"code": "the-code", "state": asked["state"], "iss": script.issuer}
        assert httpx.get(asked["redirect_uri"], params=answer).status_code == 200
        code, out, err = command.end()
    finally:
        command.process.kill()
    assert (code, out) == (1, "")
    assert "the-code" not in err
    assert "Traceback" not in err
    assert script.paths().count("/token") == 1
    assert not [each for each in data_folder.rglob("*") if each.is_file()]
