"""A login on somebody's own machine, its tokens kept in a file, at servers that we did not write."""

from __future__ import annotations

import queue
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from proofkey.client.blocking import Client
from proofkey.client.errors import LoginRequired
from proofkey.client.loopback import log_in
from proofkey.client.token_document import Kept, dump_with_secrets
from proofkey.client.token_keeper import TokenKeeper
from proofkey.client.token_stores import FileStore
from proofkey.core.client_side import Tokens
from proofkey.core.errors import PeerViolation
from tests.clients.servers.foreign import ForeignServer

pytestmark = [pytest.mark.clients, pytest.mark.timeout(600)]


def log_in_on_loopback(client: Client, foreign: ForeignServer) -> Tokens:
    """Log in as a command does: the browser is Ada with httpx, the listener is real."""
    pages: queue.Queue[httpx.Response] = queue.Queue()

    def browse(url: str) -> bool:
        threading.Thread(target=lambda: pages.put(httpx.get(foreign.log_in(url))), daemon=True).start()
        return True

    tokens = log_in(
        client,
        scopes=foreign.scopes,
        extra=foreign.extra,
        say=lambda _: None,
        browse=browse,
        no_browser=lambda: None,
    )
    page = pages.get(timeout=20)
    assert (page.status_code, "has arrived" in page.text) == (200, True)
    return tokens


def test_a_kept_login(foreign: ForeignServer, tmp_path: Path) -> None:
    """Loopback login; at expiry twenty threads make one refresh; a refused token is renewed; logout ends it."""
    path = tmp_path / "tokens.json"
    client = Client.discover(foreign.issuer, **foreign.settings("cli"))
    first = log_in_on_loopback(client, foreign)
    FileStore(path).write(dump_with_secrets(Kept(replace(first, expires_at=1_000.0), 1.0)))
    keeper = TokenKeeper(client, FileStore(path))
    with ThreadPoolExecutor(20) as pool:
        given = {token.reveal() for token in pool.map(lambda _: keeper.access_token(), range(20))}
    # Where the refresh token is used once, a second refresh would have been refused.
    assert len(given) == 1
    assert first.access_token.reveal() not in given

    (token,) = given
    renewed = keeper.renew(keeper.access_token())
    assert renewed.reveal() != token
    assert client.server.userinfo_endpoint is not None
    with httpx.Client(auth=keeper.httpx_auth(foreign.issuer)) as http:
        assert http.get(client.server.userinfo_endpoint).json()["name"] == "Ada"

    if foreign.revokes("cli"):
        assert keeper.logout() is True
    else:
        with pytest.raises(PeerViolation, match="revocation endpoint answered 401"):
            keeper.logout()
    assert not path.exists()
    with pytest.raises(LoginRequired):
        keeper.access_token()
    client.close()


def test_a_login_that_was_ended_elsewhere(foreign: ForeignServer) -> None:
    """However a server words it that the refresh token is over, the program hears that somebody has to log in."""
    client = Client.discover(foreign.issuer, **foreign.settings("web"))
    url, transaction = client.begin(scopes=foreign.scopes, extra=foreign.extra)
    tokens = client.finish(foreign.log_in(url), transaction)
    client.revoke(tokens)
    keeper = TokenKeeper(client)
    keeper.keep(replace(tokens, expires_at=1_000.0))
    with pytest.raises(LoginRequired):
        keeper.access_token()
    assert keeper.tokens() is None
    client.close()
