"""Whole logins of the Python client against our real server, blocking and awaited."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Iterable, Iterator

import pytest

from proofkey.client.aio import AsyncClient
from proofkey.client.blocking import Client
from proofkey.core.client_side import Tokens
from proofkey.core.errors import AuthorizationDenied, Misuse, PeerViolation, TokenRefused
from tests.client.real_server import SECRET, RealServer
from tests.server.person import CALLBACK

SCOPES = ("openid", "profile", "users:readonly")


@pytest.fixture
def client(real_server: RealServer) -> Iterator[Client]:
    """A public client that discovered the real server."""
    client = Client.discover(real_server.issuer, client_id="spa", redirect_uri=CALLBACK)
    yield client
    client.close()


def log_in(client: Client, server: RealServer, *scopes: str) -> Tokens:
    """Log Ada in."""
    url, transaction = client.begin(scopes=scopes or SCOPES)
    return client.finish(server.log_in(url), transaction)


def test_a_login_gives_tokens_and_says_who_it_is(client: Client, real_server: RealServer) -> None:
    """Discovery, login, ID token, userinfo."""
    tokens = log_in(client, real_server)
    assert tokens.claims is not None
    assert tokens.claims["sub"] == client.userinfo(tokens)["sub"]
    assert client.userinfo(tokens)["name"] == "Ada"
    assert tokens.scopes == SCOPES


def test_without_openid_no_id_token_is_kept(client: Client, real_server: RealServer) -> None:
    """A plain OAuth login has no claims."""
    tokens = log_in(client, real_server, "users:readonly")
    assert (tokens.id_token, tokens.claims) == (None, None)


@pytest.mark.shows("B09", "B16")
def test_a_refresh_rotates_and_the_person_stays(client: Client, real_server: RealServer) -> None:
    """The renewed tokens are others, about the same person."""
    before = log_in(client, real_server)
    after = client.refresh(before)
    assert after.access_token != before.access_token
    assert after.refresh_token is not None
    assert after.refresh_token != before.refresh_token
    assert after.claims is not None
    assert before.claims is not None
    assert after.claims["sub"] == before.claims["sub"]


def test_revoked_tokens_are_dead(client: Client, real_server: RealServer) -> None:
    """After revoke neither token is taken."""
    tokens = log_in(client, real_server)
    client.revoke(tokens)
    with pytest.raises(TokenRefused):
        client.userinfo(tokens)
    with pytest.raises(TokenRefused, match="invalid_grant"):
        client.refresh(tokens)


def test_a_confidential_client_sends_its_secret(real_server: RealServer) -> None:
    """Odd characters of the secret survive Basic authentication (RFC 6749 2.3.1)."""
    client = Client.discover(real_server.issuer, client_id="web", redirect_uri=CALLBACK, secret=SECRET)
    tokens = client.refresh(log_in(client, real_server))
    client.revoke(tokens)


def test_a_no_of_the_person_is_said_as_such(client: Client, real_server: RealServer) -> None:
    """Denial raises AuthorizationDenied with the fault's name."""
    url, transaction = client.begin(scopes=("users:readonly",), extra={"prompt": "consent"})
    with pytest.raises(AuthorizationDenied) as raised:
        client.finish(real_server.log_in(url, decision="deny"), transaction)
    assert raised.value.fault == "user-denied-access"


@pytest.mark.parametrize("name", ["state", "nonce", "code_challenge_method", "scope", "response_type"])
def test_what_a_login_has_of_its_own_is_not_said_twice(client: Client, name: str) -> None:
    """A second state or method would be refused by strict servers, and read by others as they like."""
    with pytest.raises(Misuse, match=f"extra may not hold {name}"):
        client.begin(extra={"prompt": "login", name: "mine"})


@pytest.mark.parametrize(
    "scopes", ["openid profile", ["openid profile"], ["openid", "profile"], ("openid ", "profile")]
)
def test_scopes_are_a_list_or_a_text(client: Client, scopes: Iterable[str]) -> None:
    """A text is no list of letters, and openid is seen in it: else nobody would check the ID token."""
    url, transaction = client.begin(scopes=scopes)
    assert "scope=openid+profile" in url
    assert (transaction.scopes, transaction.nonce is None) == (("openid", "profile"), False)


def test_max_age_is_a_number_of_seconds(client: Client) -> None:
    """What the login is checked for afterwards has to be readable before."""
    assert client.begin(extra={"max_age": "0"})[1].max_age == 0
    with pytest.raises(Misuse, match="seconds"):
        client.begin(extra={"max_age": "1h"})


@pytest.mark.shows("B04", "N06", "A30")
def test_a_callback_of_another_login_is_refused(client: Client, real_server: RealServer) -> None:
    """The state binds the callback to its transaction; the code is not sent."""
    url, _ = client.begin(scopes=SCOPES)
    callback = real_server.log_in(url)
    _, other = client.begin(scopes=SCOPES)
    with pytest.raises(PeerViolation) as raised:
        client.finish(callback, other)
    assert raised.value.fault == "state-mismatch"


@pytest.mark.shows("B06")
def test_a_transaction_of_another_client_is_refused(client: Client, real_server: RealServer) -> None:
    """A code goes to the server that it was asked of, by the client that asked."""
    web = Client.discover(real_server.issuer, client_id="web", redirect_uri=CALLBACK, secret=SECRET)
    url, transaction = client.begin(scopes=SCOPES)
    with pytest.raises(Misuse):
        web.finish(real_server.log_in(url), transaction)


def test_a_code_works_once(client: Client, real_server: RealServer) -> None:
    """The second finish of one login is the server's to refuse, and it ends the first."""
    url, transaction = client.begin(scopes=SCOPES)
    callback = real_server.log_in(url)
    tokens = client.finish(callback, transaction)
    with pytest.raises(TokenRefused, match="invalid_grant"):
        client.finish(callback, transaction)
    with pytest.raises(TokenRefused):
        client.refresh(tokens)


async def test_the_asynchronous_client_does_the_same(real_server: RealServer) -> None:
    """One set of conversations serves both."""
    client = await AsyncClient.discover(real_server.issuer, client_id="spa", redirect_uri=CALLBACK)
    url, transaction = client.begin(scopes=SCOPES)
    tokens = await client.finish(await asyncio.to_thread(real_server.log_in, url), transaction)
    tokens = await client.refresh(tokens)
    assert (await client.userinfo(tokens))["name"] == "Ada"
    await client.revoke(tokens)
    with pytest.raises(TokenRefused):
        await client.userinfo(tokens)
    await client.aclose()


def test_a_redirect_uri_can_be_given_later(client: Client) -> None:
    """A native app learns its port when it listens; the original client stays as it was."""
    port = 1024 + secrets.randbelow(60_000)
    other = client.with_redirect_uri(f"http://127.0.0.1:{port}/callback")
    url, transaction = other.begin()
    assert f"%3A{port}%2F" in url
    assert transaction.redirect_uri.endswith(f":{port}/callback")
    assert client.settings.redirect_uri == CALLBACK
