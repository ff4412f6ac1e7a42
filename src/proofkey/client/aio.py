"""The client for programs on an event loop: the same conversations as `blocking.Client`, awaited."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Self

from proofkey.client import conversations
from proofkey.client.login_steps import LoginSteps, make_settings
from proofkey.client.pumps import run_async
from proofkey.client.sending import AsyncSend, HttpxAsyncSend
from proofkey.core.client_side import ClientSettings, Tokens, Transaction
from proofkey.core.metadata import ServerMetadata


class AsyncClient(LoginSteps):
    """A client of one server; the tasks of one event loop may share it. Raises as `blocking.Client` does."""

    def __init__(
        self,
        server: ServerMetadata,
        settings: ClientSettings,
        *,
        send: AsyncSend | None = None,
        clock: Callable[[], float] = time.time,
        require_signature: bool = False,
    ) -> None:
        super().__init__(server, settings, clock=clock, require_signature=require_signature)
        self._send = send or HttpxAsyncSend()

    @classmethod
    async def discover(
        cls,
        issuer: str,
        *,
        client_id: str,
        redirect_uri: str,
        secret: str | None = None,
        auth_method: str | None = None,
        send: AsyncSend | None = None,
        require_signature: bool = False,
    ) -> Self:
        """Make a client from the issuer's own metadata (RFC 8414, OpenID Connect Discovery)."""
        settings = make_settings(client_id, redirect_uri, secret, auth_method)
        send = send or HttpxAsyncSend()
        server = await run_async(conversations.discover(issuer), send)
        settings = settings if auth_method else settings.suited_to(server)
        return cls(server, settings, send=send, require_signature=require_signature)

    async def finish(self, callback_url: str, transaction: Transaction) -> Tokens:
        """Check the callback, redeem its code and check the ID token. Raises AuthorizationDenied for a "no"."""
        return await run_async(self.redemption(callback_url, transaction), self._send)

    async def refresh(self, tokens: Tokens) -> Tokens:
        """Renew tokens; the old refresh token is spent. Raises Misuse where there is none."""
        return await run_async(self.renewal(tokens), self._send)

    async def revoke(self, tokens: Tokens) -> None:
        """End the login at the server (RFC 7009)."""
        await run_async(self.revocation(tokens), self._send)

    async def userinfo(self, tokens: Tokens) -> dict[str, object]:
        """Ask who logged in (OpenID Connect Core 5.3)."""
        return await run_async(conversations.userinfo(tokens, self._side), self._send)

    async def aclose(self) -> None:
        """Close the connections; a sender of another kind is its owner's."""
        if isinstance(self._send, HttpxAsyncSend):
            await self._send.aclose()
