"""Keeps one login's tokens alive: one refresh for however many threads, tasks and processes ask (RFC 6749 6).

A rotated refresh token is durable before its access token is used: the old one is dead, and losing the new one is
losing the login. Whoever waits for the lock finds the tokens that the holder wrote.
"""

from __future__ import annotations

import asyncio
import inspect
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Protocol

from proofkey.client.errors import AnswerLost, LoginRequired
from proofkey.client.token_document import Kept, dump_with_secrets, load_with_secrets
from proofkey.client.token_stores import MemoryStore, TokenStore
from proofkey.core.client_side import Tokens
from proofkey.core.errors import Misuse, ProofkeyError, TokenRefused
from proofkey.core.secret import AccessToken

if TYPE_CHECKING:
    from proofkey.client.bearer_auth import BearerAuth
    from proofkey.client.requests_auth import RequestsBearerAuth

LEEWAY = 60.0  # seconds before its end at which a token is renewed


class Renews(Protocol):
    """The part of a client that a keeper needs."""

    def refresh(self, tokens: Tokens) -> Tokens:
        """Renew tokens."""

    def revoke(self, tokens: Tokens) -> None:
        """End the login."""


class TokenKeeper:
    """Gives live access tokens of one login. Share one in a process; give each process its own on the same store."""

    def __init__(
        self,
        client: Renews,
        store: TokenStore | None = None,
        *,
        leeway: float = LEEWAY,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Keep the tokens in a store, in memory where none is given. Raises Misuse for an AsyncClient."""
        if inspect.iscoroutinefunction(client.refresh):
            raise Misuse("a keeper takes a Client, on an event loop as well: access_token_async() does not hold it up")
        self._client, self._store = client, store or MemoryStore()
        self._leeway, self._clock = leeway, clock
        self._mutex = threading.Lock()  # threads queue here, so that only one of them waits for the file
        self._held: Kept | None = None
        self._unwritten: Kept | None = None  # renewed, and the store failed: must not be lost

    def keep(self, tokens: Tokens) -> None:
        """Take over a login's tokens; what was kept before is forgotten, not revoked. Raises NotKept."""
        kept = Kept(tokens, self._clock())
        with self._mutex, self._store.lock():
            self._unwritten = None
            self._write(kept)

    def tokens(self) -> Tokens | None:
        """Give what is kept, whether live or not; None where nobody is logged in. Raises NotKept."""
        with self._mutex, self._store.lock():
            kept = self._read()
        return kept.tokens if kept else None

    def access_token(self) -> AccessToken:
        """Give a live access token, renewed if need be.

        Raises LoginRequired where that needs a person, NotKept, or what a refresh raises.
        """
        held = self._held
        if held is not None and self._is_fresh(held):
            return held.tokens.access_token
        return self._renewed(refused=None)

    def renew(self, refused: AccessToken) -> AccessToken:
        """Give another access token than this one, which a server refused before its time. Raises as `access_token`."""
        held = self._held
        if held is not None and held.tokens.access_token != refused and self._is_fresh(held):
            return held.tokens.access_token
        return self._renewed(refused=refused)

    async def access_token_async(self) -> AccessToken:
        """As `access_token`; the event loop goes on meanwhile."""
        held = self._held
        if held is not None and self._is_fresh(held):
            return held.tokens.access_token
        return await asyncio.to_thread(self._renewed, None)

    async def renew_async(self, refused: AccessToken) -> AccessToken:
        """As `renew`; the event loop goes on meanwhile."""
        return await asyncio.to_thread(self.renew, refused)

    def logout(self) -> bool:
        """Revoke the tokens and forget them; False where nobody was logged in.

        They are forgotten even if the server cannot be told; its error is raised then.
        """
        with self._mutex, self._store.lock():
            kept = self._read()
            self._erase()
        if kept is None:
            return False
        with suppress(Misuse):  # a server without revocation: its tokens run out
            self._client.revoke(kept.tokens)
        return True

    def httpx_auth(self, *origins: str) -> BearerAuth:
        """Give an `httpx.Auth`, blocking and awaited, that sends the token to these origins and to no other."""
        from proofkey.client.bearer_auth import BearerAuth

        return BearerAuth(self, origins)

    def requests_auth(self, *origins: str) -> RequestsBearerAuth:
        """Give a `requests` auth that sends the token to these origins and to no other."""
        from proofkey.client.requests_auth import RequestsBearerAuth

        return RequestsBearerAuth(self, origins)

    def _renewed(self, refused: AccessToken | None) -> AccessToken:
        held = self._held
        if held is None or held.tokens.access_token == refused or not self._is_live(held):
            self._mutex.acquire()
        elif not self._mutex.acquire(blocking=False):
            return held.tokens.access_token  # somebody renews it, and nearly over is not over
        try:
            held = self._held
            if held is not None and held.tokens.access_token != refused and self._is_fresh(held):
                return held.tokens.access_token
            with self._store.lock():
                return self._renew_alone(refused).tokens.access_token
        finally:
            self._mutex.release()

    def _renew_alone(self, refused: AccessToken | None) -> Kept:
        kept = self._read()
        if kept is None:
            raise LoginRequired("nobody is logged in")
        if kept.tokens.access_token != refused and self._is_fresh(kept):
            self._held = kept
            return kept
        if kept.tokens.refresh_token is None:
            if kept.tokens.access_token != refused and self._is_live(kept):
                return kept
            raise LoginRequired(
                "the access token is over, and there is no refresh token: log in again", fault="refresh-token-absent"
            )
        try:
            tokens = self._refreshed(kept.tokens)
        except ProofkeyError as error:
            if isinstance(error, TokenRefused) and error.error == "invalid_grant":
                self._erase()
                raise LoginRequired("the server refused the refresh token: log in again", fault=error.fault) from error
            if kept.tokens.access_token != refused and self._is_live(kept):
                return kept  # nearly over is not over
            raise
        self._unwritten = Kept(tokens, self._clock())
        self._write(self._unwritten)
        return self._unwritten_done()

    def _refreshed(self, tokens: Tokens) -> Tokens:
        try:
            return self._client.refresh(tokens)
        except AnswerLost:
            # The token may be rotated by now. At once is the best time to ask again: servers with a grace time give
            # the same successor, and to the others it makes no difference when the old token comes.
            return self._client.refresh(tokens)

    def _read(self) -> Kept | None:
        if self._unwritten is not None:
            self._write(self._unwritten)
            return self._unwritten_done()
        text = self._store.read()
        return load_with_secrets(text) if text is not None else None

    def _write(self, kept: Kept) -> None:
        self._store.write(dump_with_secrets(kept))
        self._held = kept

    def _unwritten_done(self) -> Kept:
        kept, self._unwritten = self._unwritten, None
        assert kept is not None  # noqa: S101
        return kept

    def _erase(self) -> None:
        self._held = self._unwritten = None
        self._store.erase()

    def _is_fresh(self, kept: Kept) -> bool:
        return kept.is_fresh(self._clock(), self._leeway)

    def _is_live(self, kept: Kept) -> bool:
        return kept.is_live(self._clock())
