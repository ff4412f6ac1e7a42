"""Users and sessions over PostgreSQL."""
# ruff: noqa: S608  # statements are put together from constants

from __future__ import annotations

import asyncpg

from proofkey.core.records import Session, User
from proofkey.server.store.documents import name_key, read_user, write
from proofkey.server.store.endings import whom
from proofkey.server.store.errors import NameTaken
from proofkey.server.store.postgres.changes import bucket_of, mark_changed
from proofkey.server.store.postgres.connecting import Connection
from proofkey.server.store.postgres.database import Database
from proofkey.server.store.postgres.grant_store import insert_ending
from proofkey.server.store.postgres.lookup import Lookup
from proofkey.server.store.postgres.memory import MarkedMemory
from proofkey.server.store.postgres.rows import count_of
from proofkey.server.store.postgres.trouble import is_storable

_COLUMNS = "SELECT session_id, subject, auth_time, expires_at, ended_at FROM sessions"
_SESSIONS = f"{_COLUMNS} WHERE session_id = ANY($1::bytea[])"
# Whoever asks for a session asks for its user and what he has allowed next: one statement brings all three.
_CONSENTS = 200  # of a user; who has allowed more is asked for by client
_SESSIONS_AND_ALL = f"""
SELECT s.session_id, s.subject, s.auth_time, s.expires_at, s.ended_at, u.record, c.clients, c.scopes
FROM sessions s LEFT JOIN users u ON u.subject = s.subject
LEFT JOIN LATERAL (
    SELECT array_agg(client_id) AS clients, array_agg(scope) AS scopes
    FROM (SELECT client_id, scope FROM consents WHERE subject = s.subject LIMIT {_CONSENTS}) given
) c ON true
WHERE s.session_id = ANY($1::bytea[])
"""
_IN_FORCE = (
    f"{_COLUMNS} WHERE subject = $1 AND ended_at IS NULL AND expires_at > $2::double precision "
    "ORDER BY auth_time DESC, session_id LIMIT $3"
)


class PostgresAccounts:
    """See `store/protocol.py` for what each method promises."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._users: MarkedMemory[str, User] = MarkedMemory(database.changes, lambda subject, _: subject)
        self._sessions: MarkedMemory[bytes, Session] = MarkedMemory(database.changes, lambda _, one: one.subject)
        self._users_by_subject: Lookup[str, User] = Lookup(self._fetch_users)
        self._sessions_by_id: Lookup[bytes, Session] = Lookup(self._fetch_sessions)

    async def put_user(self, user: User) -> None:
        """Add or replace an account."""
        key, record = name_key(user.username), write(user)

        async def work(connection: Connection) -> None:
            owner = await connection.fetchval("SELECT subject FROM users WHERE name_key = $1 FOR UPDATE", key)
            if owner is not None and owner != user.subject:
                raise NameTaken("the user name belongs to another account")
            try:
                await connection.execute(
                    "INSERT INTO users (subject, name_key, record) VALUES ($1, $2, $3) "
                    "ON CONFLICT (subject) DO UPDATE SET name_key = excluded.name_key, record = excluded.record",
                    user.subject,
                    key,
                    record,
                )
            except asyncpg.UniqueViolationError:  # somebody was faster
                raise NameTaken("the user name belongs to another account") from None
            await mark_changed(connection, bucket_of(user.subject))

        await self._database.write(work, lambda: self._users.forget(user.subject))

    async def user(self, subject: str) -> User | None:
        """Look an account up by subject."""
        if (known := self._users.get(subject)) is not None:
            return known
        if not is_storable(subject):
            return None
        since = self._users.moment()
        found = await self._users_by_subject.get(subject)
        if found is not None:
            self._users.keep(subject, found, since)
        return found

    async def user_named(self, username: str) -> User | None:
        """Look an account up by user name."""
        key = name_key(username)
        if not is_storable(key):
            return None
        record = await self._database.read(
            lambda connection: connection.fetchval("SELECT record FROM users WHERE name_key = $1", key)
        )
        return read_user(record) if record is not None else None

    async def users(self) -> list[User]:
        """List all accounts."""
        rows = await self._database.read(lambda connection: connection.fetch("SELECT name_key, record FROM users"))
        return [read_user(record) for _, record in sorted(map(tuple, rows))]  # by code point, whatever the collation

    async def remove_user(self, subject: str, *, now: float) -> bool:
        """Remove an account and end what it left open."""

        async def work(connection: Connection) -> bool:
            removed = count_of(await connection.execute("DELETE FROM users WHERE subject = $1", subject))
            if removed:
                await connection.execute("DELETE FROM consents WHERE subject = $1", subject)
                await _end_sessions(connection, subject, now)
                await insert_ending(connection, whom(subject=subject), now, "user-removed")
                await mark_changed(connection, bucket_of(subject))
            return removed > 0

        def forget() -> None:
            self._users.forget(subject)
            self._sessions.clear()
            self._database.remembered_grants.clear()
            self._database.remembered_consents.clear()

        return await self._database.write(work, forget)

    async def begin_session(
        self, session: Session, *, replacing: bytes | None = None, password_hash: str | None = None, now: float
    ) -> bool:
        """Insert a session, in place of another one."""

        async def work(connection: Connection) -> bool:
            # Locked: a new password waits until the session can be seen and ended.
            user = await connection.fetchval("SELECT record FROM users WHERE subject = $1 FOR UPDATE", session.subject)
            if password_hash and user is not None and read_user(user).password_hash != password_hash:
                return False
            await connection.execute(
                "INSERT INTO sessions (session_id, subject, auth_time, expires_at) VALUES ($1, $2, $3, $4)",
                session.session_id,
                session.subject,
                session.auth_time,
                session.expires_at,
            )
            if replacing is not None:
                await _end_session(connection, replacing, now)
            return True

        return await self._database.write(work, self._sessions.clear if replacing is not None else None)

    async def session(self, session_id: bytes) -> Session | None:
        """Look a session up."""
        if (known := self._sessions.get(session_id)) is not None:
            return known
        since = self._sessions.moment()
        found = await self._sessions_by_id.get(session_id)
        if found is not None:
            self._sessions.keep(session_id, found, since)
        return found

    async def sessions_of(self, subject: str, *, now: float, limit: int = 200) -> list[Session]:
        """List a user's sessions in force."""
        if not is_storable(subject):
            return []
        rows = await self._database.read(lambda connection: connection.fetch(_IN_FORCE, subject, now, limit))
        return [Session(*row) for row in rows]

    async def end_session(self, session_id: bytes, *, now: float) -> Session | None:
        """End one session."""

        async def work(connection: Connection) -> Session | None:
            await _end_session(connection, session_id, now)
            row = await connection.fetchrow(_SESSIONS, [session_id])
            return Session(*row) if row is not None else None

        return await self._database.write(work, lambda: self._sessions.forget(session_id))

    async def end_sessions_of(self, subject: str, *, now: float) -> int:
        """End all sessions of a user."""

        async def work(connection: Connection) -> int:
            count = await _end_sessions(connection, subject, now)
            if count:
                await mark_changed(connection, bucket_of(subject))
            return count

        return await self._database.write(work, self._sessions.clear)

    async def _fetch_users(self, subjects: list[str]) -> dict[str, User]:
        rows = await self._database.read(
            lambda connection: connection.fetch(
                "SELECT subject, record FROM users WHERE subject = ANY($1::text[])", subjects
            )
        )
        return {subject: read_user(record) for subject, record in rows}

    async def _fetch_sessions(self, session_ids: list[bytes]) -> dict[bytes, Session]:
        consents = self._database.remembered_consents
        users_since, consents_since = self._users.moment(), consents.moment()
        rows = await self._database.read(lambda connection: connection.fetch(_SESSIONS_AND_ALL, session_ids))
        found: dict[bytes, Session] = {}
        for *fields, record, clients, scopes in rows:
            session = found[fields[0]] = Session(*fields)
            if record is not None:
                self._users.keep(session.subject, read_user(record), users_since)
            if clients is not None and len(clients) < _CONSENTS:
                allowed: dict[str, set[str]] = {}
                for client_id, scope in zip(clients, scopes, strict=True):
                    allowed.setdefault(client_id, set()).add(scope)
                for client_id, one in allowed.items():
                    consents.keep((session.subject, client_id), frozenset(one), consents_since)
        return found


async def _end_session(connection: Connection, session_id: bytes, now: float) -> None:
    subject = await connection.fetchval(
        "UPDATE sessions SET ended_at = $1 WHERE session_id = $2 AND ended_at IS NULL RETURNING subject",
        int(now),
        session_id,
    )
    if subject is not None:
        await mark_changed(connection, bucket_of(subject))


async def _end_sessions(connection: Connection, subject: str, now: float) -> int:
    status = await connection.execute(
        "UPDATE sessions SET ended_at = $1 WHERE subject = $2 AND ended_at IS NULL AND expires_at > $1",
        int(now),
        subject,
    )
    return count_of(status)
