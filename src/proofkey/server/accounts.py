"""Accounts: who may log in. Three questions behind one protocol; the store's users are the default answer.

Passwords are argon2id (OWASP's t=2, 19 MiB, p=1), hashed in a small pool of threads: a flood of logins queues here
and never holds up the token endpoint.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Protocol

from proofkey.core.records import User
from proofkey.core.secret import Password
from proofkey.server.password_rule import LONGEST

if TYPE_CHECKING:
    from argon2 import PasswordHasher

    from proofkey.server.store.protocol import Store

POOL = 2  # threads
WAITING = 64  # logins that may wait for a thread


class TooManyLogins(Exception):
    """More logins are waiting than the pool takes."""


class Accounts(Protocol):
    """What the server asks about people. Another directory plugs in here."""

    async def find(self, subject: str) -> User | None:
        """Give the account of a subject, or None where there is none (any more)."""

    async def verify(self, username: str, password: Password) -> User | None:
        """Give the account if the password is its own; equal work and equal answer where there is no such account."""

    async def claims(self, user: User) -> Mapping[str, object]:
        """Give what is known of a person, by OpenID Connect claim name."""


class StoredAccounts:
    """Accounts in the server's own database."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.find = store.user  # by subject
        self._pool = ThreadPoolExecutor(POOL, thread_name_prefix="argon2")
        self._waiting = 0

    async def verify(self, username: str, password: Password) -> User | None:
        """Check a password off the event loop. Raises TooManyLogins where the pool's queue is full."""
        user = await self._store.user_named(username)
        if self._waiting >= WAITING:
            raise TooManyLogins
        self._waiting += 1
        try:
            stored = user.password_hash if user is not None else None
            good = await asyncio.get_running_loop().run_in_executor(self._pool, _check, stored, password)
        finally:
            self._waiting -= 1
        return user if good and user is not None and not user.disabled else None

    async def claims(self, user: User) -> Mapping[str, object]:
        """Name and e-mail, and whatever `users add --claim` set."""
        known: dict[str, object] = {"name": user.username, "preferred_username": user.username}
        if user.email:
            known |= {"email": user.email, "email_verified": False}
        return known | {name: _claim(name, text) for name, text in user.claims}

    def close(self) -> None:
        """Let the threads go."""
        self._pool.shutdown(wait=False, cancel_futures=True)


def _claim(name: str, text: str) -> object:
    """Give a claim in the type that it has (OpenID Connect Core 5.1): "false" as a text would count as true."""
    if name in ("email_verified", "phone_number_verified"):
        return text.lower() == "true"
    if name == "updated_at" and re.fullmatch(r"[0-9]{1,15}", text):
        return int(text)
    return {"formatted": text} if name == "address" else text


def hash_password(password: Password) -> str:
    """Hash a password for storage. Raises ValueError where it is empty or longer than 1,024 characters."""
    if not 0 < len(password) <= LONGEST:
        raise ValueError(f"a password has 1 to {LONGEST} characters")
    return _hasher().hash(password.reveal())


def _check(stored: str | None, password: Password) -> bool:
    from argon2.exceptions import InvalidHashError, VerificationError

    if len(password) > LONGEST:
        return False
    try:
        # An unknown name costs the same work as a wrong password.
        _hasher().verify(stored or _decoy(), password.reveal())
    except (VerificationError, InvalidHashError):
        return False
    return stored is not None


_HASHERS: list[PasswordHasher] = []
_DECOYS: list[str] = []


def _hasher() -> PasswordHasher:
    if not _HASHERS:
        from argon2 import PasswordHasher

        _HASHERS.append(PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1))
    return _HASHERS[0]


def _decoy() -> str:
    if not _DECOYS:
        _DECOYS.append(_hasher().hash("nobody has this password"))
    return _DECOYS[0]
