"""Users and sessions over SQLite."""

from __future__ import annotations

import sqlite3

from proofkey.core.records import Session, User
from proofkey.server.store.documents import name_key, read_user, write
from proofkey.server.store.endings import whom
from proofkey.server.store.errors import NameTaken
from proofkey.server.store.sqlite.database import Database
from proofkey.server.store.sqlite.grant_store import insert_ending

_COLUMNS = "SELECT session_id, subject, auth_time, expires_at, ended_at FROM sessions"
_USER = "SELECT record FROM users WHERE subject = ?"
_SESSION = f"{_COLUMNS} WHERE session_id = ?"
_IN_FORCE = (
    f"{_COLUMNS} WHERE subject = ? AND ended_at IS NULL AND expires_at > ? ORDER BY auth_time DESC, session_id LIMIT ?"
)


class SqliteAccounts:
    """See `store/protocol.py` for what each method promises."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._users = database.remembered_users
        self._sessions = database.remembered_sessions

    async def put_user(self, user: User) -> None:
        """Add or replace an account."""
        key = name_key(user.username)

        def work(connection: sqlite3.Connection) -> None:
            owner = connection.execute("SELECT subject FROM users WHERE name_key = ?", (key,)).fetchone()
            if owner is not None and owner[0] != user.subject:
                raise NameTaken("the user name belongs to another account")
            connection.execute(
                "INSERT INTO users (subject, name_key, record) VALUES (?, ?, ?) "
                "ON CONFLICT (subject) DO UPDATE SET name_key = excluded.name_key, record = excluded.record",
                (user.subject, key, write(user)),
            )

        await self._database.writer.write(work, lambda: self._users.forget(user.subject))

    async def user(self, subject: str) -> User | None:
        """Look an account up by subject."""
        if (known := self._users.get(subject)) is not None:
            return known
        version = self._users.version
        found = self._find_user(_USER, subject)
        if found is not None:
            self._users.keep(subject, found, version)
        return found

    async def user_named(self, username: str) -> User | None:
        """Look an account up by user name."""
        return self._find_user("SELECT record FROM users WHERE name_key = ?", name_key(username))

    async def users(self) -> list[User]:
        """List all accounts."""

        def query(connection: sqlite3.Connection) -> list[User]:
            rows = connection.execute("SELECT record FROM users ORDER BY name_key").fetchall()
            return [read_user(record) for (record,) in rows]

        return await self._database.read_aside(query)

    async def remove_user(self, subject: str, *, now: float) -> bool:
        """Remove an account and end what it left open."""

        def work(connection: sqlite3.Connection) -> bool:
            removed = connection.execute("DELETE FROM users WHERE subject = ?", (subject,)).rowcount
            if removed:
                connection.execute("DELETE FROM consents WHERE subject = ?", (subject,))
                _end_sessions(connection, subject, now)
                insert_ending(connection, whom(subject=subject), now, "user-removed")
            return removed > 0

        def forget() -> None:
            self._users.forget(subject)
            self._sessions.clear()
            self._database.remembered_grants.clear()
            self._database.remembered_consents.clear()

        return await self._database.writer.write(work, forget)

    async def begin_session(
        self, session: Session, *, replacing: bytes | None = None, password_hash: str | None = None, now: float
    ) -> bool:
        """Insert a session, in place of another one."""

        def work(connection: sqlite3.Connection) -> bool:
            user = connection.execute(_USER, (session.subject,)).fetchone()
            if password_hash and user is not None and read_user(user[0]).password_hash != password_hash:
                return False
            connection.execute(
                "INSERT INTO sessions (session_id, subject, auth_time, expires_at, ended_at) VALUES (?, ?, ?, ?, NULL)",
                (session.session_id, session.subject, session.auth_time, session.expires_at),
            )
            if replacing is not None:
                _end_session(connection, replacing, now)
            return True

        return await self._database.writer.write(work, self._sessions.clear if replacing is not None else None)

    async def session(self, session_id: bytes) -> Session | None:
        """Look a session up."""
        if (known := self._sessions.get(session_id)) is not None:
            return known
        version = self._sessions.version
        found = self._database.read(lambda connection: _find_session(connection, session_id))
        if found is not None:
            self._sessions.keep(session_id, found, version)
        return found

    async def sessions_of(self, subject: str, *, now: float, limit: int = 200) -> list[Session]:
        """List a user's sessions in force."""

        def query(connection: sqlite3.Connection) -> list[Session]:
            return [Session(*row) for row in connection.execute(_IN_FORCE, (subject, now, limit)).fetchall()]

        return await self._database.read_aside(query)

    async def end_session(self, session_id: bytes, *, now: float) -> Session | None:
        """End one session."""

        def work(connection: sqlite3.Connection) -> Session | None:
            _end_session(connection, session_id, now)
            return _find_session(connection, session_id)

        return await self._database.writer.write(work, lambda: self._sessions.forget(session_id))

    async def end_sessions_of(self, subject: str, *, now: float) -> int:
        """End all sessions of a user."""
        return await self._database.writer.write(
            lambda connection: _end_sessions(connection, subject, now), self._sessions.clear
        )

    def _find_user(self, query: str, key: str) -> User | None:
        row = self._database.look_up(lambda connection: connection.execute(query, (key,)).fetchone())
        return read_user(row[0]) if row is not None else None


def _find_session(connection: sqlite3.Connection, session_id: bytes) -> Session | None:
    row = connection.execute(_SESSION, (session_id,)).fetchone()
    return Session(*row) if row is not None else None


def _end_session(connection: sqlite3.Connection, session_id: bytes, now: float) -> None:
    connection.execute(
        "UPDATE sessions SET ended_at = ? WHERE session_id = ? AND ended_at IS NULL", (int(now), session_id)
    )


def _end_sessions(connection: sqlite3.Connection, subject: str, now: float) -> int:
    return connection.execute(
        "UPDATE sessions SET ended_at = :now WHERE subject = :subject AND ended_at IS NULL AND expires_at > :now",
        {"now": int(now), "subject": subject},
    ).rowcount
