"""What an authorization server asks of its store: events of a login's life, each atomic and durable when it returns.

Every write that returns is on disk. `now` is always seconds since the epoch; a store reads no clock of its own for
anything it stores. `testing/store_contract.py` is the definition: a store is what passes it.
Any write may raise StoreBusy, StoreRolledBack or StoreFailed (`store/errors.py`).
"""

from __future__ import annotations

from collections.abc import Awaitable, Sequence
from typing import Protocol

from proofkey.core.records import ClientRecord, Grant, JournalEntry, Session, User
from proofkey.server.store.figures import StoreFigures
from proofkey.server.store.outcomes import Redemption, Refreshing
from proofkey.server.store.wrapped_key import KeyFamily, WrappedKey

REFRESH_GRACE = 30  # seconds
POSITIVE_CACHE = 1.0  # seconds a client, session, user or grant may be remembered; 0 after a write of one's own


class GrantStore(Protocol):
    """One row per login (decision 1)."""

    def redeem(self, grant: Grant) -> Awaitable[Redemption]:
        """Insert the grant, or find that its id is there already: then end that grant, in the same transaction.

        Cancelling the caller does not cancel a queued redemption.
        """
        ...

    async def refresh(
        self, grant_id: bytes, presented: int, *, now: float, refresh_key_id: int, grace: int = REFRESH_GRACE
    ) -> Refreshing:
        """Rotate the grant's generation if `presented` is the one in force (`core.server_side.refreshing`).

        `refresh_key_id` is the sealing key of the successor; it is stored when the grant rotates.
        """
        ...

    async def grant(self, grant_id: bytes) -> Grant | None:
        """Look a grant up, ended or not; may be up to a second old where another process ended it."""
        ...

    async def recent_grants(
        self, *, client_id: str | None = None, subject: str | None = None, limit: int = 100
    ) -> list[Grant]:
        """List grants, newest first; a filter looks through the newest 10,000 only. For administration."""
        ...

    async def end_grant(self, grant_id: bytes, *, now: float, reason: str) -> Grant | None:
        """End one grant for good and give it as it then stands; None where there is none.

        A grant that has ended keeps its first time and reason. Also the answer to a code that was proven but
        refused: a Grant means it was redeemed before, so this was a replay, and it has ended.
        """
        ...

    async def end_grants_of(
        self,
        *,
        now: float,
        reason: str,
        subject: str | None = None,
        client_id: str | None = None,
        session_id: bytes | None = None,
    ) -> None:
        """End every grant whose code was issued until `now` and that belongs to all that is named; at least one must
        be named. Codes issued until then and redeemed later are dead on arrival. One small write, whatever the count.
        """
        ...

    async def end_all_grants(self, *, now: float, reason: str) -> None:
        """End every grant whose code was issued until `now`: for a compromise (`keys rotate --now --end-grants`)."""
        ...


class ClientStore(Protocol):
    """Registered clients, consents and the scope vocabulary."""

    async def client(self, client_id: str) -> ClientRecord | None:
        """Look a client up, disabled or not. An unknown one is looked up every time."""
        ...

    async def clients(self) -> list[ClientRecord]:
        """List all clients by id."""
        ...

    async def put_client(self, client: ClientRecord) -> None:
        """Add or replace a client; its scopes join the vocabulary in the same transaction."""
        ...

    async def swap_client(self, old: ClientRecord | None, new: ClientRecord) -> bool:
        """Put a client only if the stored one is still `old` (None: if there is none of this id); tell whether it was.

        `old` and `new` have one id. A change that was made meanwhile is not lost, a removed client does not come back.
        """
        ...

    async def disable_client(self, client_id: str, *, disabled: bool, now: float) -> bool:
        """Disable or enable a client; tell whether there was one."""
        ...

    async def remove_client(self, client_id: str, *, now: float) -> bool:
        """Remove a client with its consents and end its grants; tell whether there was one."""
        ...

    async def consented(self, subject: str, client_id: str) -> frozenset[str]:
        """Give the scopes this user has allowed this client."""
        ...

    async def remember_consent(self, subject: str, client_id: str, scopes: Sequence[str], *, now: float) -> None:
        """Add to the scopes this user has allowed this client."""
        ...

    async def forget_consents(self, subject: str, client_id: str | None = None) -> None:
        """Forget what this user allowed one client, or all."""
        ...

    async def scope_words(self) -> tuple[str, ...]:
        """Give the scope vocabulary: a scope's index never changes and is never given to another."""
        ...

    async def add_scope_words(self, scopes: Sequence[str]) -> tuple[str, ...]:
        """Append the scopes that are not in the vocabulary yet and give it whole."""
        ...


class AccountStore(Protocol):
    """Users and their sessions at this server."""

    async def put_user(self, user: User) -> None:
        """Add or replace an account. Raises NameTaken where another subject has the user name."""
        ...

    async def user(self, subject: str) -> User | None:
        """Look an account up by its subject."""
        ...

    async def user_named(self, username: str) -> User | None:
        """Look an account up by user name, whatever its letters' case; never from memory."""
        ...

    async def users(self) -> list[User]:
        """List all accounts by user name."""
        ...

    async def remove_user(self, subject: str, *, now: float) -> bool:
        """Remove an account and end its sessions and grants; tell whether there was one."""
        ...

    async def begin_session(
        self, session: Session, *, replacing: bytes | None = None, password_hash: str | None = None, now: float
    ) -> bool:
        """Insert a session with an id never seen before; the one it replaces ends in the same transaction.

        Grants of the replaced session go on. False, and nothing is changed, where the account has another password than
        `password_hash` by now: whoever changed it has ended the sessions that there were, or is about to.
        """
        ...

    async def session(self, session_id: bytes) -> Session | None:
        """Look a session up, ended or not."""
        ...

    async def sessions_of(self, subject: str, *, now: float, limit: int = 200) -> list[Session]:
        """List the sessions of a user that are in force, newest first. For administration."""
        ...

    async def end_session(self, session_id: bytes, *, now: float) -> Session | None:
        """End one session for good and give it; None where there is none. Its grants are `end_grants_of`'s."""
        ...

    async def end_sessions_of(self, subject: str, *, now: float) -> int:
        """End all sessions of a user and give their number."""
        ...


class KeyStore(Protocol):
    """Keys, wrapped (`server/keys/`)."""

    async def keys(self) -> list[WrappedKey]:
        """List all keys by family and number."""
        ...

    async def add_key(self, key: WrappedKey) -> bool:
        """Store a key; False where its number is taken, because another process was first."""
        ...

    async def close_keys(self, family: KeyFamily, through: int, *, now: float) -> None:
        """Mark the keys of a family up to a number: nothing under them is accepted any more."""
        ...

    async def remove_keys(self, family: KeyFamily, through: int) -> None:
        """Remove the keys of a family up to a number."""
        ...


class JournalStore(Protocol):
    """The ring of exchanges seen (decision 12): 10,000 entries, 7 days, 200 per client and minute."""

    def append_journal(self, entries: Sequence[JournalEntry]) -> None:
        """Queue entries; returns at once, never raises, and drops what is over a bound. Written outside logins.

        `client_id` is that of a known client or None: all unknown ones share one budget.
        """
        ...

    async def journal(
        self,
        *,
        client_id: str | None = None,
        among: Sequence[str] | None = None,
        faults_only: bool = False,
        before: float | None = None,
        limit: int = 100,
    ) -> list[JournalEntry]:
        """Give entries, newest first, those queued here before included.

        `client_id`: of one client. `among`: of any of these, none where it is empty. `before`: requests that arrived
        earlier than this.
        """
        ...

    async def journal_of_request(self, request_id: str) -> list[JournalEntry]:
        """Give the entries of one request, oldest first."""
        ...


class Store(GrantStore, ClientStore, AccountStore, KeyStore, JournalStore, Protocol):
    """All of it."""

    async def meta(self, name: str) -> str | None:
        """Give a named value of this installation."""
        ...

    async def put_meta(self, name: str, value: str) -> None:
        """Set a named value of this installation."""
        ...

    async def mark_restored(self, *, now: float, through: float, keep_logins: bool) -> None:
        """Note that the data came from a backup: no code issued until `through` is accepted any more.

        What was spent, rotated or revoked since the backup is unknown, so every grant issued until `through` and every
        session ends too, save with `keep_logins`. Sets the named value `restored_through`, which never goes back.
        One transaction; no server runs on the database meanwhile.
        """
        ...

    def figures(self) -> StoreFigures:
        """Give what the writer counted so far, for metrics; at once, without touching the database."""
        ...

    async def purge(self, *, now: float) -> int:
        """Remove grants and sessions that ran out a day ago, endings that nothing needs, journal entries of 7 days.

        Gives the number of rows. Runs in small steps between logins.
        """
        ...

    async def close(self) -> None:
        """Write what is queued and let go of everything; calling it again does nothing."""
        ...
