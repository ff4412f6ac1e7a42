"""Clients, consents and the scope vocabulary over PostgreSQL."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from proofkey.core.records import ClientRecord
from proofkey.server.store.documents import read_client, write
from proofkey.server.store.endings import whom
from proofkey.server.store.postgres.changes import EVERYTHING, bucket_of, mark_changed
from proofkey.server.store.postgres.connecting import Connection
from proofkey.server.store.postgres.database import Database
from proofkey.server.store.postgres.grant_store import insert_ending
from proofkey.server.store.postgres.lookup import Lookup
from proofkey.server.store.postgres.memory import MarkedMemory
from proofkey.server.store.postgres.rows import count_of
from proofkey.server.store.postgres.trouble import is_storable
from proofkey.server.store.postgres.vocabulary import append_words, read_words

_CONSENTS = (
    "SELECT subject, client_id, scope FROM consents "
    "WHERE (subject, client_id) IN (SELECT * FROM unnest($1::text[], $2::text[]))"
)


class PostgresClients:
    """See `store/protocol.py` for what each method promises."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._remembered: MarkedMemory[str, ClientRecord] = MarkedMemory(
            database.changes, lambda client_id, _: client_id
        )
        self._clients_by_id: Lookup[str, ClientRecord] = Lookup(self._fetch_clients)
        self._consents_of: Lookup[tuple[str, str], frozenset[str]] = Lookup(self._fetch_consents)

    async def client(self, client_id: str) -> ClientRecord | None:
        """Look a client up."""
        if (known := self._remembered.get(client_id)) is not None:
            return known
        if not is_storable(client_id):
            return None
        since = self._remembered.moment()
        found = await self._clients_by_id.get(client_id)
        if found is not None:
            self._remembered.keep(client_id, found, since)
        return found

    async def clients(self) -> list[ClientRecord]:
        """List all clients."""
        rows = await self._database.read(lambda connection: connection.fetch("SELECT client_id, record FROM clients"))
        return [read_client(record) for _, record in sorted(map(tuple, rows))]  # by code point, whatever the collation

    async def put_client(self, client: ClientRecord) -> None:
        """Add or replace a client."""
        record = write(client)

        async def work(connection: Connection) -> tuple[str, ...]:
            await _put(connection, client.client_id, record)
            words = await append_words(connection, client.scopes)
            await mark_changed(connection, bucket_of(client.client_id))
            return words

        words = await self._database.write(work, lambda: self._remembered.forget(client.client_id))
        self._database.vocabulary.learn(words)

    async def swap_client(self, old: ClientRecord | None, new: ClientRecord) -> bool:
        """Put a client in place of the one that was read."""
        record = write(new)

        async def work(connection: Connection) -> tuple[str, ...] | None:
            if old is None:
                status = await connection.execute(
                    "INSERT INTO clients (client_id, record) VALUES ($1, $2) ON CONFLICT (client_id) DO NOTHING",
                    new.client_id,
                    record,
                )
                if not count_of(status):
                    return None
            elif await _find_to_change(connection, new.client_id) != old:
                return None
            else:
                await _put(connection, new.client_id, record)
            words = await append_words(connection, new.scopes)
            await mark_changed(connection, bucket_of(new.client_id))
            return words

        words = await self._database.write(work, lambda: self._remembered.forget(new.client_id))
        if words is not None:
            self._database.vocabulary.learn(words)
        return words is not None

    async def disable_client(self, client_id: str, *, disabled: bool, now: float) -> bool:
        """Disable or enable a client."""

        async def work(connection: Connection) -> bool:
            client = await _find_to_change(connection, client_id)
            if client is not None:
                await _put(connection, client_id, write(replace(client, disabled=disabled, modified_at=int(now))))
                await mark_changed(connection, bucket_of(client_id))
            return client is not None

        return await self._database.write(work, lambda: self._remembered.forget(client_id))

    async def remove_client(self, client_id: str, *, now: float) -> bool:
        """Remove a client and what hangs on it."""

        async def work(connection: Connection) -> bool:
            removed = count_of(await connection.execute("DELETE FROM clients WHERE client_id = $1", client_id))
            if removed:
                await connection.execute("DELETE FROM consents WHERE client_id = $1", client_id)
                await insert_ending(connection, whom(client_id=client_id), now, "client-removed")
                await mark_changed(connection, EVERYTHING)  # consents are remembered by subject
            return removed > 0

        def forget() -> None:
            self._remembered.forget(client_id)
            self._database.remembered_grants.clear()
            self._database.remembered_consents.clear()

        return await self._database.write(work, forget)

    async def consented(self, subject: str, client_id: str) -> frozenset[str]:
        """Give what a user allowed a client."""
        memory, key = self._database.remembered_consents, (subject, client_id)
        if (known := memory.get(key)) is not None:
            return known
        if not (is_storable(subject) and is_storable(client_id)):
            return frozenset()
        since = memory.moment()
        found = await self._consents_of.get(key)
        if found is None:
            return frozenset()
        memory.keep(key, found, since)
        return found

    async def remember_consent(self, subject: str, client_id: str, scopes: Sequence[str], *, now: float) -> None:
        """Add to what a user allowed a client."""
        rows = [(subject, client_id, scope, int(now)) for scope in scopes]

        async def work(connection: Connection) -> None:
            await connection.executemany(
                "INSERT INTO consents (subject, client_id, scope, given_at) VALUES ($1, $2, $3, $4) "
                "ON CONFLICT (subject, client_id, scope) DO NOTHING",
                rows,
            )
            await mark_changed(connection, bucket_of(subject))

        memory = self._database.remembered_consents
        await self._database.write(work, lambda: memory.forget((subject, client_id)))

    async def forget_consents(self, subject: str, client_id: str | None = None) -> None:
        """Forget what a user allowed."""

        async def work(connection: Connection) -> None:
            await connection.execute(
                "DELETE FROM consents WHERE subject = $1 AND ($2::text IS NULL OR client_id = $2)", subject, client_id
            )
            await mark_changed(connection, bucket_of(subject))

        await self._database.write(work, self._database.remembered_consents.clear)

    async def scope_words(self) -> tuple[str, ...]:
        """Give the vocabulary as it is now."""
        words = await self._database.read(read_words)
        self._database.vocabulary.learn(words)
        return words

    async def add_scope_words(self, scopes: Sequence[str]) -> tuple[str, ...]:
        """Append to the vocabulary."""
        words = await self._database.write(lambda connection: append_words(connection, scopes))
        self._database.vocabulary.learn(words)
        return words

    async def _fetch_clients(self, ids: list[str]) -> dict[str, ClientRecord]:
        rows = await self._database.read(
            lambda connection: connection.fetch(
                "SELECT client_id, record FROM clients WHERE client_id = ANY($1::text[])", ids
            )
        )
        return {client_id: read_client(record) for client_id, record in rows}

    async def _fetch_consents(self, pairs: list[tuple[str, str]]) -> dict[tuple[str, str], frozenset[str]]:
        subjects, clients = zip(*pairs, strict=True)
        rows = await self._database.read(lambda connection: connection.fetch(_CONSENTS, subjects, clients))
        found: dict[tuple[str, str], set[str]] = {}
        for subject, client_id, scope in rows:
            found.setdefault((subject, client_id), set()).add(scope)
        return {pair: frozenset(scopes) for pair, scopes in found.items()}


async def _find_to_change(connection: Connection, client_id: str) -> ClientRecord | None:
    record = await connection.fetchval("SELECT record FROM clients WHERE client_id = $1 FOR UPDATE", client_id)
    return read_client(record) if record is not None else None


async def _put(connection: Connection, client_id: str, record: str) -> None:
    await connection.execute(
        "INSERT INTO clients (client_id, record) VALUES ($1, $2) "
        "ON CONFLICT (client_id) DO UPDATE SET record = excluded.record",
        client_id,
        record,
    )
