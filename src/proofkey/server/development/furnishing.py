"""Makes the clients and people that tests ask for, and takes them away again with all that is theirs."""

from __future__ import annotations

import secrets
from functools import cache
from typing import TYPE_CHECKING

from proofkey.core.client_auth import hash_secret
from proofkey.core.errors import Misuse
from proofkey.core.records import ClientRecord, User
from proofkey.core.secret import ClientSecret
from proofkey.server.development.orders import AddClient, AddUser
from proofkey.server.registration import complaints
from proofkey.server.running import Server
from proofkey.server.scopes import EVERYBODY

if TYPE_CHECKING:
    from argon2 import PasswordHasher

Document = dict[str, object]


class Furnishing:
    """Whose clients and people there are."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._clients: dict[str, str] = {}  # client_id -> holder
        self._people: dict[str, tuple[str, str]] = {}  # user name -> holder, subject

    def clients_of(self, holder: str) -> list[str]:
        """Name a holder's clients."""
        return [client_id for client_id, owner in self._clients.items() if owner == holder]

    async def add_client(self, holder: str, order: AddClient) -> Document:
        """Register a client, in place of an own one of the same id. Raises Misuse."""
        client_id = order.client_id or f"client-{secrets.token_hex(8)}"
        store = self._server.store
        if await store.client(client_id) is not None and self._clients.get(client_id) != holder:
            raise Misuse(f"there is a client {client_id} already, which is not yours")
        if order.client_secret and not order.confidential:
            raise Misuse("a public client has no secret: say confidential")
        secret = (order.client_secret or secrets.token_urlsafe(32)) if order.confidential else None
        now = int(self._server.clock())
        client = ClientRecord(
            client_id=client_id,
            name=order.name or client_id,
            redirect_uris=tuple(order.redirect_uris),
            post_logout_redirect_uris=tuple(order.post_logout_redirect_uris),
            scopes=tuple(order.scopes) or EVERYBODY,
            grant_types=tuple(order.grant_types),
            auth_method=order.auth_method if secret else "none",
            secret_hash=hash_secret(ClientSecret(secret)) if secret else None,
            access_token_format=order.access_token,
            access_token_lifetime=order.access_token_lifetime,
            require_pkce=order.require_pkce,
            trusted=order.trusted,
            created_at=now,
            modified_at=now,
        )
        for complaint in complaints(client):
            if complaint.fatal:
                raise Misuse(complaint.text)
        await store.put_client(client)
        self._clients[client_id] = holder
        return {"client_id": client_id, "client_secret": secret, "redirect_uris": list(client.redirect_uris)}

    async def add_user(self, holder: str, order: AddUser) -> Document:
        """Add a person, in place of an own one of the same name. Raises Misuse."""
        username = order.username or f"user-{secrets.token_hex(8)}"
        known = await self._server.store.user_named(username)
        if known is not None:
            owner, subject = self._people.get(username, ("", ""))
            if owner != holder or subject != known.subject:
                raise Misuse(f"there is a user {username} already, who is not yours")
            await self._server.store.remove_user(subject, now=self._server.clock())
        password = order.password or secrets.token_urlsafe(12)
        user = User(
            subject=secrets.token_hex(16),
            username=username,
            password_hash=_hasher().hash(password),
            email=order.email,
            claims=tuple(order.claims.items()),
            admin=order.admin,
            created_at=int(self._server.clock()),
        )
        await self._server.store.put_user(user)
        self._people[username] = (holder, user.subject)
        return {"username": username, "password": password, "subject": user.subject}

    async def clear(self, holder: str) -> None:
        """Remove a holder's clients and people."""
        now = self._server.clock()
        for client_id in self.clients_of(holder):
            del self._clients[client_id]
            await self._server.store.remove_client(client_id, now=now)
        for username, (owner, subject) in list(self._people.items()):
            if owner == holder:
                del self._people[username]
                await self._server.store.remove_user(subject, now=now)


@cache
def _hasher() -> PasswordHasher:
    """Hash quickly, and whatever it is: these passwords protect nothing, and a suite has thousands of logins.

    The rule for passwords is not theirs: they exist in development mode alone, and go with the test.
    """
    from argon2 import PasswordHasher

    return PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
