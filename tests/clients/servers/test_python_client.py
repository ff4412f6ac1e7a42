"""The Python client logs in at servers that we did not write, blocking and awaited, public and confidential."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from proofkey.client.aio import AsyncClient
from proofkey.client.blocking import Client
from proofkey.core.errors import PeerViolation, TokenRefused
from tests.clients.servers.foreign import ForeignServer

pytestmark = [pytest.mark.clients, pytest.mark.timeout(600)]

KINDS = ["web", "cli"]


@pytest.mark.shows("B15", "N08")
@pytest.mark.parametrize("kind", KINDS)
def test_the_blocking_client(foreign: ForeignServer, kind: str) -> None:
    """Discovery, login, signed ID token, userinfo, refresh, revocation; then the tokens are dead."""
    client = Client.discover(foreign.issuer, **foreign.settings(kind), require_signature=True)
    url, transaction = client.begin(scopes=foreign.scopes, extra=foreign.extra)
    first = client.finish(foreign.log_in(url), transaction)
    assert first.claims is not None
    assert client.userinfo(first)["sub"] == first.claims["sub"]
    assert client.userinfo(first)["name"] == "Ada"
    second = client.refresh(first)
    assert second.access_token != first.access_token
    assert (second.refresh_token != first.refresh_token) is foreign.rotates(kind)
    assert client.userinfo(second)["sub"] == first.claims["sub"]
    if foreign.revokes(kind):
        client.revoke(second)
        with pytest.raises(TokenRefused, match="invalid_grant"):
            client.refresh(second)
        with pytest.raises(TokenRefused, match="invalid_token"):
            client.userinfo(second)
    else:
        with pytest.raises(PeerViolation, match="revocation endpoint answered 401"):
            client.revoke(second)
    client.close()


@pytest.mark.parametrize("kind", KINDS)
async def test_the_asynchronous_client(foreign: ForeignServer, kind: str) -> None:
    """The same, awaited."""
    client = await AsyncClient.discover(foreign.issuer, **foreign.settings(kind), require_signature=True)
    url, transaction = client.begin(scopes=foreign.scopes, extra=foreign.extra)
    first = await client.finish(await asyncio.to_thread(foreign.log_in, url), transaction)
    assert first.claims is not None
    second = await client.refresh(first)
    assert (second.refresh_token != first.refresh_token) is foreign.rotates(kind)
    assert (await client.userinfo(second))["sub"] == first.claims["sub"]
    if foreign.revokes(kind):
        await client.revoke(second)
        with pytest.raises(TokenRefused, match="invalid_grant"):
            await client.refresh(second)
    else:
        with pytest.raises(PeerViolation, match="revocation endpoint answered 401"):
            await client.revoke(second)
    await client.aclose()


def test_a_code_is_redeemed_once(foreign: ForeignServer) -> None:
    """Every one of them refuses the second time, glewlwyd with an error of its own; the client says what it said."""
    client = Client.discover(foreign.issuer, **foreign.settings("cli"))
    url, transaction = client.begin(scopes=foreign.scopes, extra=foreign.extra)
    callback = foreign.log_in(url)
    client.finish(callback, transaction)
    with pytest.raises(TokenRefused, match=r"invalid_(grant|code)"):
        client.finish(callback, transaction)
    client.close()


@pytest.mark.shows("N02")
def test_a_verifier_of_another_login_is_refused(foreign: ForeignServer) -> None:
    """Each of them really checks PKCE, or the logins above would show nothing."""
    client = Client.discover(foreign.issuer, **foreign.settings("cli"))
    url, transaction = client.begin(scopes=foreign.scopes, extra=foreign.extra)
    _, other = client.begin(scopes=foreign.scopes, extra=foreign.extra)
    with pytest.raises(TokenRefused):
        client.finish(foreign.log_in(url), replace(transaction, verifier=other.verifier))
    client.close()
