"""Logins under way, each in a sealed cookie of its own, so that tabs do not disturb each other (RFC 9700 4.7).

The server keeps nothing of them: whoever opens the login page a million times fills no table. A cookie is bound to its
state by its name and by the seal; at most five are kept, and they end after ten minutes.
"""

from __future__ import annotations

import hashlib
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass

from proofkey.bff.arrived import Arrived
from proofkey.bff.sealing import SealingKeys
from proofkey.bff.site import Site
from proofkey.core import pkce
from proofkey.core.client_side import ClientSettings, Transaction
from proofkey.core.errors import Misuse

MAX_PENDING = 5
_MAX_LENGTH = 2048  # characters of a cookie's value


@dataclass(frozen=True, slots=True)
class PendingLogin:
    """A login under way; `replaces` is the session that the browser had when it began."""

    transaction: Transaction
    return_to: str
    replaces: bytes | None


def cookie_name(state: str, site: Site) -> str:
    """Name the cookie of a state."""
    return site.login_cookie + hashlib.sha256(state.encode()).hexdigest()[:16]


def seal_pending(pending: PendingLogin, site: Site, keys: SealingKeys) -> tuple[str, str]:
    """Give the name and value of a login's cookie."""
    begun = pending.transaction
    text = json.dumps(
        [
            begun.state,
            begun.verifier.reveal(),
            begun.nonce,
            begun.started_at,
            pending.return_to,
            pending.replaces.hex() if pending.replaces else None,
        ]
    )
    name = cookie_name(begun.state, site)
    sealed = keys.seal("login", text.encode(), _place(name, site))
    return name, urlsafe_b64encode(sealed).rstrip(b"=").decode("ascii")


class PendingCookies:
    """Opens the login cookies of one back end."""

    def __init__(
        self,
        site: Site,
        keys: SealingKeys,
        issuer: str,
        client: ClientSettings,
        scopes: tuple[str, ...],
        max_age: int | None,
        lifetime: int,
    ) -> None:
        self._site, self._keys, self._lifetime = site, keys, lifetime
        self._issuer, self._client, self._scopes, self._max_age = issuer, client, scopes, max_age

    def open(self, name: str, value: str, *, now: float) -> PendingLogin | None:
        """Open a cookie; None for one that is over, damaged, or not ours."""
        try:
            sealed = urlsafe_b64decode(value + "=" * (-len(value) % 4)) if len(value) <= _MAX_LENGTH else b""
        except ValueError:
            return None
        plain = self._keys.open("login", sealed, _place(name, self._site))
        if plain is None:
            return None
        try:
            state, verifier, nonce, started_at, return_to, replaces = json.loads(plain)
            transaction = Transaction(
                issuer=self._issuer,
                client_id=self._client.client_id,
                redirect_uri=self._client.redirect_uri,
                state=state,
                verifier=pkce.parse_verifier(verifier),
                nonce=nonce,
                scopes=self._scopes,
                started_at=started_at,
                max_age=self._max_age,
            )
        except (ValueError, TypeError, Misuse):
            return None
        if not started_at - 60 <= now < started_at + self._lifetime:
            return None
        return PendingLogin(transaction, return_to, bytes.fromhex(replaces) if replaces else None)

    def to_drop(self, request: Arrived, *, now: float) -> list[str]:
        """Name the cookies to take back before one more is set: what cannot be opened, then the oldest.

        Somebody who plants cookies beside ours thereby drops none of ours.
        """
        given = dict(request.cookies(self._site.login_cookie))
        opened = {name: self.open(name, value, now=now) for name, value in given.items()}
        good = sorted((login.transaction.started_at, name) for name, login in opened.items() if login is not None)
        oldest = [name for _, name in good[: max(0, len(good) - MAX_PENDING + 1)]]
        useless = [name for name, login in opened.items() if login is None and _is_plain(name)]
        return oldest + useless[:20]


def _is_plain(name: str) -> bool:
    return name.isascii() and name.replace("-", "").replace("_", "").isalnum() and len(name) <= 100


def _place(name: str, site: Site) -> bytes:
    return f"{site.redirect_uri}\0{name}".encode()
