"""Clients, consents and the scope vocabulary over SQLite."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import replace

from proofkey.core.records import ClientRecord
from proofkey.server.store.documents import read_client, write
from proofkey.server.store.endings import whom
from proofkey.server.store.sqlite.database import Database
from proofkey.server.store.sqlite.grant_store import insert_ending
from proofkey.server.store.sqlite.vocabulary import append_words, read_words


class SqliteClients:
    """See `store/protocol.py` for what each method promises."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._remembered = database.remembered_clients

    async def client(self, client_id: str) -> ClientRecord | None:
        """Look a client up."""
        if (known := self._remembered.get(client_id)) is not None:
            return known
        version = self._remembered.version
        found = self._database.look_up(lambda connection: _find(connection, client_id))
        if found is not None:
            self._remembered.keep(client_id, found, version)
        return found

    async def clients(self) -> list[ClientRecord]:
        """List all clients."""

        def query(connection: sqlite3.Connection) -> list[ClientRecord]:
            rows = connection.execute("SELECT record FROM clients ORDER BY client_id").fetchall()
            return [read_client(record) for (record,) in rows]

        return await self._database.read_aside(query)

    async def put_client(self, client: ClientRecord) -> None:
        """Add or replace a client."""

        def work(connection: sqlite3.Connection) -> tuple[str, ...]:
            _put(connection, client)
            return append_words(connection, client.scopes)

        words = await self._database.writer.write(work, lambda: self._remembered.forget(client.client_id))
        self._database.vocabulary.learn(words)

    async def swap_client(self, old: ClientRecord | None, new: ClientRecord) -> bool:
        """Put a client in place of the one that was read."""

        def work(connection: sqlite3.Connection) -> tuple[str, ...] | None:
            if _find(connection, new.client_id) != old:
                return None
            _put(connection, new)
            return append_words(connection, new.scopes)

        words = await self._database.writer.write(work, lambda: self._remembered.forget(new.client_id))
        if words is not None:
            self._database.vocabulary.learn(words)
        return words is not None

    async def disable_client(self, client_id: str, *, disabled: bool, now: float) -> bool:
        """Disable or enable a client."""

        def work(connection: sqlite3.Connection) -> bool:
            client = _find(connection, client_id)
            if client is not None:
                _put(connection, replace(client, disabled=disabled, modified_at=int(now)))
            return client is not None

        return await self._database.writer.write(work, lambda: self._remembered.forget(client_id))

    async def remove_client(self, client_id: str, *, now: float) -> bool:
        """Remove a client and what hangs on it."""

        def work(connection: sqlite3.Connection) -> bool:
            removed = connection.execute("DELETE FROM clients WHERE client_id = ?", (client_id,)).rowcount
            if removed:
                connection.execute("DELETE FROM consents WHERE client_id = ?", (client_id,))
                insert_ending(connection, whom(client_id=client_id), now, "client-removed")
            return removed > 0

        def forget() -> None:
            self._remembered.forget(client_id)
            self._database.remembered_grants.clear()
            self._database.remembered_consents.clear()

        return await self._database.writer.write(work, forget)

    async def consented(self, subject: str, client_id: str) -> frozenset[str]:
        """Give what a user allowed a client."""
        memory, key = self._database.remembered_consents, (subject, client_id)
        if (known := memory.get(key)) is not None:
            return known

        def query(connection: sqlite3.Connection) -> frozenset[str]:
            rows = connection.execute("SELECT scope FROM consents WHERE subject = ? AND client_id = ?", key)
            return frozenset([scope for (scope,) in rows])

        version = memory.version
        found = self._database.read(query)
        if found:
            memory.keep(key, found, version)
        return found

    async def remember_consent(self, subject: str, client_id: str, scopes: Sequence[str], *, now: float) -> None:
        """Add to what a user allowed a client."""
        rows = [(subject, client_id, scope, int(now)) for scope in scopes]

        def work(connection: sqlite3.Connection) -> None:
            connection.executemany(
                "INSERT INTO consents (subject, client_id, scope, given_at) VALUES (?, ?, ?, ?) "
                "ON CONFLICT (subject, client_id, scope) DO NOTHING",
                rows,
            )

        memory = self._database.remembered_consents
        await self._database.writer.write(work, lambda: memory.forget((subject, client_id)))

    async def forget_consents(self, subject: str, client_id: str | None = None) -> None:
        """Forget what a user allowed."""

        def work(connection: sqlite3.Connection) -> None:
            connection.execute(
                "DELETE FROM consents WHERE subject = :subject AND (:client_id IS NULL OR client_id = :client_id)",
                {"subject": subject, "client_id": client_id},
            )

        await self._database.writer.write(work, self._database.remembered_consents.clear)

    async def scope_words(self) -> tuple[str, ...]:
        """Give the vocabulary as it is now."""
        words = self._database.read(read_words)
        self._database.vocabulary.learn(words)
        return words

    async def add_scope_words(self, scopes: Sequence[str]) -> tuple[str, ...]:
        """Append to the vocabulary."""
        words = await self._database.writer.write(lambda connection: append_words(connection, scopes))
        self._database.vocabulary.learn(words)
        return words


def _find(connection: sqlite3.Connection, client_id: str) -> ClientRecord | None:
    row = connection.execute("SELECT record FROM clients WHERE client_id = ?", (client_id,)).fetchone()
    return read_client(row[0]) if row is not None else None


def _put(connection: sqlite3.Connection, client: ClientRecord) -> None:
    connection.execute(
        "INSERT INTO clients (client_id, record) VALUES (?, ?) "
        "ON CONFLICT (client_id) DO UPDATE SET record = excluded.record",
        (client.client_id, write(client)),
    )
