"""What an installation consists of, as both kinds of database keep it: columns in one order, keys still wrapped."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

from proofkey.server.store.moved import ARRIVING, COPY, MOVED_TO

Rows: TypeAlias = list[tuple[Any, ...]]

AT_ONCE = 5_000  # rows in memory


@dataclass(frozen=True, slots=True)
class Table:
    """A table and the columns that travel."""

    name: str
    columns: tuple[str, ...]
    order: str


def _table(name: str, columns: str, order: str) -> Table:
    return Table(name, tuple(columns.split()), order)


# Numbers of journal entries and of redemptions are each database's own.
TABLES = (
    _table("scope_words", "number word", "number"),
    _table("clients", "client_id record", "client_id"),
    _table("users", "subject name_key record", "subject"),
    _table("consents", "subject client_id scope given_at", "subject, client_id, scope"),
    _table("keys", "family number created_at use_from wrapped public closed_at", "family, number"),
    _table("sessions", "session_id subject auth_time expires_at ended_at", "session_id"),
    _table("endings", "whom through ended_at reason", "whom, through"),
    _table(
        "grants",
        "grant_id client_id subject session_id scopes resource nonce auth_time redeemed_at expires_at generation "
        "rotated_at refresh_key_id ended_at end_reason",
        "grant_id",
    ),
    _table("journal", "at request_id client_id fault record", "number"),
    _table("meta", "name value", "name"),
)
# Named values that belong to a database, not to the installation in it.
STAYING = ("schema", "grants", MOVED_TO, ARRIVING, COPY)


class Source(Protocol):
    """Where an installation is read."""

    async def hold(self) -> None:
        """Begin to read one state of it; with writers kept out until `mark_moved` or `close`."""
        ...

    async def value(self, name: str) -> str | None:
        """Give a named value."""
        ...

    async def count(self, table: Table) -> int:
        """Count a table's rows that travel."""
        ...

    async def times_of_grants(self) -> Rows:
        """Give the first three bytes of the grants' ids, each once: the times of issue to some hours."""
        ...

    def rows(self, table: Table) -> AsyncIterator[Rows]:
        """Read a table in parts."""
        ...

    async def mark_moved(self, target: str, number: str) -> None:
        """Note where the installation is now; nothing is written here any more. Committed when it returns."""
        ...

    async def close(self) -> None:
        """Let go of it; what was not committed is undone."""
        ...


class Target(Protocol):
    """Where an installation is written."""

    async def receive(self, times_of_grants: Rows) -> None:
        """Begin to write, into a database that is empty or that an earlier copy did not fill to the end."""
        ...

    async def value(self, name: str) -> str | None:
        """Give a named value."""
        ...

    async def write(self, table: Table, rows: Sequence[tuple[Any, ...]]) -> None:
        """Write a part of a table."""
        ...

    async def count(self, table: Table) -> int:
        """Count a table's rows that travel."""
        ...

    async def commit(self, arriving: str | None) -> None:
        """Put all of it on disk; not to be opened while `arriving`, the number of the copy, stands there."""
        ...

    async def settle(self) -> None:
        """Let it be opened."""
        ...

    async def close(self) -> None:
        """Let go of it; what was not committed is undone."""
        ...
