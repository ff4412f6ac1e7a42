"""What the endpoints seal and open with: the keyring and the vocabulary in force, in one place.

`server/keys/keeper.py` replaces both while the server runs. A text that names a key or a scope this process has not
read yet is tried again after a fresh reading, at most once a second.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable

from proofkey.core.records import ClientRecord, CodeFacts
from proofkey.server.entropy import name_bytes
from proofkey.server.sealing import box, code, token
from proofkey.server.sealing.given_codes import GivenCodes
from proofkey.server.sealing.keyring import Keyring
from proofkey.server.sealing.not_opened import NotOpened, Reason
from proofkey.server.sealing.purpose import Purpose
from proofkey.server.sealing.token import TokenFacts
from proofkey.server.store.scope_words import ScopeWords

_BEHIND = frozenset({Reason.FOREIGN_KEY, Reason.UNKNOWN_SCOPE})
_REREAD_AFTER = 1.0  # seconds


class Sealer:
    """Seals and opens codes, tokens and boxes of one issuer."""

    def __init__(
        self,
        keyring: Keyring,
        words: ScopeWords,
        *,
        reread: Callable[[], Awaitable[None]] | None = None,
        entropy: Callable[[int], bytes] = name_bytes,
    ) -> None:
        self.keyring = keyring
        self.words = words
        self._reread = reread
        self._entropy = entropy
        self._last_reread = 0.0
        self._given = GivenCodes()

    def seal_code(self, facts: CodeFacts, client: ClientRecord, *, now: float) -> str:
        """Seal a code; raises CodeTooLong (`invalid_request`)."""
        text = code.seal_code(facts, client, keyring=self.keyring, words=self.words, now=now)
        self._given.keep(text, facts, client, self.keyring)
        return text

    async def open_code(self, text: str, client: ClientRecord) -> CodeFacts | NotOpened:
        """Open a code that an authenticated client presents."""
        given = self._given.take(text, client, self.keyring)
        if given is not None:
            return given
        opened = code.open_code(text, client, keyring=self.keyring, words=self.words)
        if isinstance(opened, NotOpened) and await self._caught_up(opened):
            opened = code.open_code(text, client, keyring=self.keyring, words=self.words)
        return opened

    def seal_access(self, facts: TokenFacts, *, now: float) -> str:
        """Seal an opaque access token."""
        return token.seal_access(facts, keyring=self.keyring, words=self.words, now=now, entropy=self._entropy)

    async def open_access(self, text: str) -> TokenFacts | NotOpened:
        """Open an opaque access token."""
        opened = token.open_access(text, keyring=self.keyring, words=self.words)
        if isinstance(opened, NotOpened) and await self._caught_up(opened):
            opened = token.open_access(text, keyring=self.keyring, words=self.words)
        return opened

    def refresh_key_id(self, now: float) -> int:
        """Name the key of new refresh tokens: for `Grant.refresh_key_id` and `Store.refresh`."""
        return token.refresh_key_id(self.keyring, now)

    def seal_refresh(self, grant_id: bytes, generation: int, *, expires_at: int, key_id: int) -> str | None:
        """Seal a refresh token; the same arguments give the same text. None where the key is gone."""
        return token.seal_refresh(grant_id, generation, expires_at=expires_at, key_id=key_id, keyring=self.keyring)

    async def open_refresh(self, text: str) -> TokenFacts | NotOpened:
        """Open a refresh token."""
        opened = token.open_refresh(text, keyring=self.keyring, words=self.words)
        if isinstance(opened, NotOpened) and await self._caught_up(opened):
            opened = token.open_refresh(text, keyring=self.keyring, words=self.words)
        return opened

    def seal_box(self, purpose: Purpose, contents: bytes, *, ttl: int, now: float) -> str:
        """Seal bytes for a purpose and so many seconds."""
        return box.seal_box(purpose, contents, ttl=ttl, keyring=self.keyring, now=now, entropy=self._entropy)

    def open_box(self, purpose: Purpose, text: str, *, now: float) -> bytes | NotOpened:
        """Open a box of this purpose within its time."""
        return box.open_box(purpose, text, keyring=self.keyring, now=now)

    async def _caught_up(self, failed: NotOpened) -> bool:
        """Read keys and vocabulary again where that may help; tell whether it was done."""
        if failed.reason not in _BEHIND or self._reread is None:
            return False
        if time.monotonic() - self._last_reread < _REREAD_AFTER:
            return False
        self._last_reread = time.monotonic()
        await self._reread()
        return True
