"""Texts that a database cannot keep are refused where a request is judged: 400 and never 503, on both stores."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest

from proofkey.core.records import User
from proofkey.server.keys.key_file import make_key_file
from proofkey.server.opening import open_server
from proofkey.server.running import Server
from proofkey.server.settings import Settings
from tests.server.person import CALLBACK, ISSUER, PASSWORD, Attempt, Person, client, hash_once

UNSTORABLE = ["a\0b", "\0", "a\nb", "\x7f"]


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/proofkey.db"
    postgres: str = request.getfixturevalue("postgres")
    return postgres


@pytest.fixture
async def server(url: str, tmp_path: Path) -> AsyncIterator[Server]:
    """A server on each store, with Ada and the app."""
    make_key_file(tmp_path / "key")
    running = await open_server(Settings(issuer=ISSUER), url, asyncio.Event(), key_file=str(tmp_path / "key"))
    await running.store.put_user(User("subject-ada", "ada", hash_once(PASSWORD)))
    await running.store.put_client(client())
    await running.start()
    yield running
    await running.close()


@pytest.mark.parametrize("text", UNSTORABLE)
@pytest.mark.parametrize(("name", "error"), [("nonce", "invalid_request"), ("resource", "invalid_target")])
async def test_what_would_be_stored_is_refused_at_the_beginning(
    server: Server, name: str, error: str, text: str
) -> None:
    """Before the person is asked anything, and not when the code is spent."""
    value = f"https://api.example/{text}" if name == "resource" else text
    async with Person(server) as ada:
        await ada.visit(Attempt().url())  # the app is familiar: what follows differs in one parameter
        for attempt in (Attempt(authorize={"nonce": "n"}), Attempt(authorize={name: value})):
            answer = await ada.http.get(attempt.url())
        assert answer.is_redirect
        assert answer.headers["location"].startswith(CALLBACK)
        assert dict(parse_qsl(urlsplit(answer.headers["location"]).query))["error"] == error


@pytest.mark.parametrize("text", UNSTORABLE)
async def test_what_is_only_looked_up_is_not_found(server: Server, text: str) -> None:
    """A name that cannot be stored is nobody's: no endpoint calls the store broken."""
    async with Person(server, username=text) as stranger:
        pages = [
            await stranger.http.get(Attempt(authorize={"client_id": text}).url()),
            await stranger.http.get(Attempt(authorize={"scope": text}).url()),
            await stranger.http.get(Attempt(authorize={"redirect_uri": f"{CALLBACK}{text}"}).url()),
            await stranger.visit(Attempt(authorize={"state": text, "login_hint": text}).url()),
            await stranger.token(grant_type=text, client_id=text, code=text, code_verifier=text),
            await stranger.token(grant_type="refresh_token", client_id="spa", refresh_token=text, resource=text),
            await stranger.http.post("/oauth/revoke", data={"token": text, "client_id": text}),
            await stranger.http.post("/oauth/introspect", data={"token": text}, auth=(text, text)),
            await stranger.http.get("/logout", params={"client_id": text, "post_logout_redirect_uri": text}),
            await stranger.http.get("/api/v2/users/me", headers={"authorization": "Bearer %00"}),
            await stranger.http.post("/oauth/par", data={"client_id": text, "nonce": text}),
        ]
    assert [page.status_code for page in pages if page.status_code >= 500] == []
