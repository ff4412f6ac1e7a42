"""A login at the scripted server, by the blocking client and by the asynchronous one: tests run with both."""

from __future__ import annotations

import asyncio
from typing import Protocol

from proofkey.client.aio import AsyncClient
from proofkey.client.blocking import Client
from proofkey.client.sending import HttpxAsyncSend, HttpxSend
from proofkey.core.client_side import ClientSettings, Tokens, Transaction
from proofkey.core.metadata import ServerMetadata
from tests.client.scripted import CALLBACK, CLIENT_ID, Scripted

OPENID = ("openid",)


class LogIn(Protocol):
    """Logs in; `changes` are to the callback's parameters, "absent" takes one out. `patience` in seconds."""

    def __call__(
        self, script: Scripted, *, scopes: tuple[str, ...] = OPENID, patience: float = 60.0, **changes: str
    ) -> Tokens: ...


def log_in_blocking(
    script: Scripted, *, scopes: tuple[str, ...] = OPENID, patience: float = 60.0, **changes: str
) -> Tokens:
    """Log in with Client."""
    send = HttpxSend(patience=patience)
    try:
        server = _discovered(script)
        client = Client(server, ClientSettings(CLIENT_ID, CALLBACK), send=send)
        _, transaction = client.begin(scopes=scopes)
        return client.finish(answered(script, transaction, changes), transaction)
    finally:
        send.close()


def log_in_awaited(
    script: Scripted, *, scopes: tuple[str, ...] = OPENID, patience: float = 60.0, **changes: str
) -> Tokens:
    """Log in with AsyncClient."""

    async def main() -> Tokens:
        send = HttpxAsyncSend(patience=patience)
        try:
            server = await _discovered_awaiting(script)
            client = AsyncClient(server, ClientSettings(CLIENT_ID, CALLBACK), send=send)
            _, transaction = client.begin(scopes=scopes)
            return await client.finish(answered(script, transaction, changes), transaction)
        finally:
            await send.aclose()

    return asyncio.run(main())


# The patience is for what comes after it: a busy machine may take longer for the metadata.
def _discovered(script: Scripted) -> ServerMetadata:
    client = Client.discover(script.issuer, client_id=CLIENT_ID, redirect_uri=CALLBACK)
    client.close()
    return client.server


async def _discovered_awaiting(script: Scripted) -> ServerMetadata:
    client = await AsyncClient.discover(script.issuer, client_id=CLIENT_ID, redirect_uri=CALLBACK)
    await client.aclose()
    return client.server


def answered(script: Scripted, transaction: Transaction, changes: dict[str, str]) -> str:
    """Give the callback URL of a login, with the changes."""
    script.nonce = transaction.nonce
    answer = {"code": "the-code", "state": transaction.state, "iss": script.issuer} | changes
    query = "&".join(f"{name}={value}" for name, value in answer.items() if value != "absent")
    return f"{CALLBACK}?{query}"
