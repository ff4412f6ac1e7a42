"""Who is at the admin pages and what they may see: administrators all, the owner of a client that client.

An owner looks after a registration but cannot give it more power: what is listed in `ADMINS_ONLY` takes an
administrator, and administrators are made by the command line only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from proofkey.core.records import ClientRecord, JournalEntry, User
from proofkey.server.running import Server
from proofkey.server.sessions import LoggedIn

FRESH = 600  # seconds after a login during which a sensitive action asks for no password

# Fields of ClientRecord that an owner cannot change.
ADMINS_ONLY = ("trusted", "owner", "require_pkce")


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody who may be here; `owned` are the clients of an owner, empty for an administrator, who sees all."""

    logged_in: LoggedIn
    owned: tuple[ClientRecord, ...] = ()

    @property
    def user(self) -> User:
        """The account."""
        return self.logged_in.user

    @property
    def is_admin(self) -> bool:
        """Tell whether this is an administrator."""
        return self.user.admin

    @property
    def client_ids(self) -> list[str] | None:
        """The clients whose journal may be read; None: all, and what belongs to no client."""
        return None if self.is_admin else [client.client_id for client in self.owned]

    def may_read(self, entry: JournalEntry) -> bool:
        """Tell whether a journal entry is for these eyes."""
        return self.is_admin or any(client.client_id == entry.client_id for client in self.owned)

    def is_fresh(self, now: float) -> bool:
        """Tell whether the password was typed a moment ago."""
        return now - self.logged_in.session.auth_time < FRESH


async def welcome(server: Server, logged_in: LoggedIn) -> Visitor | None:
    """Let somebody in who is an administrator or owns a client; None for everybody else."""
    if logged_in.user.admin:
        return Visitor(logged_in)
    subject = logged_in.user.subject
    owned = tuple(client for client in await server.store.clients() if client.owner and client.owner == subject)
    return Visitor(logged_in, owned) if owned else None


async def visible_clients(server: Server, visitor: Visitor) -> Sequence[ClientRecord]:
    """Give the clients that a visitor may see, by id."""
    return await server.store.clients() if visitor.is_admin else visitor.owned


async def visible_client(server: Server, visitor: Visitor, client_id: str | None) -> ClientRecord | None:
    """Find a client; one that is somebody else's and one that does not exist look the same."""
    if client_id is None:
        return None
    if visitor.is_admin:
        return await server.store.client(client_id)
    return next((client for client in visitor.owned if client.client_id == client_id), None)
