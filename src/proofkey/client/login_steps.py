"""The steps of a login, without sending: both clients run these conversations, and so does a back end (`bff`)."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Self

from proofkey.client import conversations, signatures
from proofkey.client.conversations import Side
from proofkey.client.failed_login import FailedLogin, blamed_on
from proofkey.client.signatures import PublishedKeys
from proofkey.core import client_side
from proofkey.core.client_side import ClientSettings, ReceivedCode, Tokens, Transaction
from proofkey.core.errors import Misuse
from proofkey.core.metadata import ServerMetadata
from proofkey.core.params import Params
from proofkey.core.redirect_uri import with_query
from proofkey.core.wire import Conversation

_PERSONAL = frozenset({"profile", "email", "address", "phone"})


class LoginSteps:
    """A client of one server. Holds nothing of a login: that is in the Transaction, which the caller keeps."""

    def __init__(
        self,
        server: ServerMetadata,
        settings: ClientSettings,
        *,
        clock: Callable[[], float] = time.time,
        require_signature: bool = False,
    ) -> None:
        if require_signature and not (signatures.available() and server.jwks_uri):
            raise Misuse(
                "signatures of ID tokens cannot be checked: that needs a server with a jwks_uri, "
                "and the package joserfc: pip install 'proofkey[openid]'"
            )
        self.server, self.settings = server, settings
        self._clock = clock
        checked = server.jwks_uri is not None and signatures.available()
        self._side = Side(settings, server, PublishedKeys(server.jwks_uri or "", clock) if checked else None, clock)

    def begin(self, *, scopes: Iterable[str] = (), extra: Mapping[str, str] | None = None) -> tuple[str, Transaction]:
        """Begin a login: the URL to send the person to, and what to keep until the callback.

        Keep the transaction where only this person's browser or terminal leads to it (a sealed cookie, a session).
        `scopes`: a list, or a text with spaces. `extra`: further parameters, such as prompt or login_hint.
        Raises Misuse.
        """
        pairs = tuple((extra or {}).items())
        return client_side.begin(
            self.server, self.settings, scopes=scopes, extra=pairs, now=self._clock(), entropy=secrets.token_bytes
        )

    def now(self) -> float:
        """Give the time by which this client judges, in seconds since the epoch."""
        return self._clock()

    def redemption(self, callback_url: str, transaction: Transaction) -> Conversation[Tokens]:
        """Check the callback, then redeem its code."""
        return conversations.redeem(self._receive(callback_url, transaction), self._side)

    def renewal(self, tokens: Tokens) -> Conversation[Tokens]:
        """Renew tokens."""
        return conversations.refresh(tokens, self._side)

    def revocation(self, tokens: Tokens) -> Conversation[None]:
        """End the login at the server."""
        return conversations.revoke(tokens, self._side)

    def identification(self, tokens: Tokens) -> Conversation[dict[str, object]]:
        """Say who logged in: what the ID token says, and the userinfo where more was asked for; else nothing."""
        claims = dict(tokens.claims or {})
        # With a code, the claims of these scopes come from the userinfo endpoint (OpenID Connect Core 5.4).
        more = _PERSONAL.intersection(tokens.scopes) or not claims
        if self.server.userinfo_endpoint is None or "openid" not in tokens.scopes or not more:
            return claims
        return claims | (yield from conversations.userinfo(tokens, self._side))

    def logout_url(self, back_to: str | None = None) -> str | None:
        """Give the page where a person ends the session at the server (RP-Initiated Logout 2), None where none is.

        It carries no ID token: that would put one into the browser's history.
        """
        if self.server.end_session_endpoint is None:
            return None
        back = [("post_logout_redirect_uri", back_to)] if back_to else []
        return with_query(self.server.end_session_endpoint, Params([("client_id", self.settings.client_id), *back]))

    def _receive(self, callback_url: str, transaction: Transaction) -> ReceivedCode:
        if (transaction.issuer, transaction.client_id) != (self.server.issuer, self.settings.client_id):
            raise Misuse("this login was begun with another server or client")
        with blamed_on(FailedLogin(self.server, transaction=transaction, callback_url=callback_url)):
            return client_side.receive(callback_url, transaction, self.server)

    def with_redirect_uri(self, redirect_uri: str) -> Self:
        """Give the same client with another redirect URI, as a native app needs for its port."""
        clone = object.__new__(type(self))
        clone.__dict__.update(self.__dict__)
        clone.settings = replace(self.settings, redirect_uri=redirect_uri)
        clone._side = replace(self._side, client=clone.settings)
        return clone


def make_settings(client_id: str, redirect_uri: str, secret: str | None, auth_method: str | None) -> ClientSettings:
    """Make settings from plain texts; a secret goes into the Basic header unless told otherwise. Raises Misuse."""
    from proofkey.core.secret import ClientSecret

    if secret is None:
        return ClientSettings(client_id, redirect_uri)
    if auth_method == "client_secret_post":
        return ClientSettings(client_id, redirect_uri, ClientSecret(secret), "client_secret_post")
    if auth_method in (None, "client_secret_basic"):
        return ClientSettings(client_id, redirect_uri, ClientSecret(secret), "client_secret_basic")
    raise Misuse("a secret is sent by client_secret_basic or client_secret_post", fault="wrong-client-auth-method")
