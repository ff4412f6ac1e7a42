"""Fills a database with the people, sessions, clients and consents of the benchmark, through the public store."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Iterable, Iterator
from itertools import islice

from bench.logins.world import SCOPE, World
from proofkey.core.records import ClientRecord, Session, User
from proofkey.core.secret import Password
from proofkey.server.accounts import hash_password
from proofkey.server.cookies import digest
from proofkey.server.store import open_store
from proofkey.server.store.protocol import Store

AT_ONCE = 500  # writes that share commits
DAY = 86400


def prepare(database: str, world: World, scopes: tuple[str, ...] = (SCOPE,)) -> None:
    """Register everybody: what `clients add`, `users add`, a login and a yes on the consent page write."""
    asyncio.run(_prepare(database, world, scopes))


async def _prepare(database: str, world: World, scopes: tuple[str, ...]) -> None:
    store = await open_store(database)
    try:
        await in_groups(_writes(store, world, scopes, int(time.time())))
    finally:
        await store.close()


def _writes(store: Store, world: World, scopes: tuple[str, ...], now: int) -> Iterator[Awaitable[object]]:
    password_hash = hash_password(Password("nobody logs in with it"))
    for client in world.clients:
        yield store.put_client(
            ClientRecord(client.client_id, client.client_id, (client.redirect_uri,), scopes=scopes, created_at=now)
        )
    for name in world.users:
        yield store.put_user(User(name, name, password_hash, created_at=now))
    for value, name in {visit.cookie_value: visit.user for visit in world.visits}.items():
        yield store.begin_session(Session(digest(value), name, now, now + DAY), now=now)
    for visit in world.visits:
        yield store.remember_consent(visit.user, visit.client.client_id, scopes, now=now)


async def in_groups(writes: Iterable[Awaitable[object]]) -> None:
    """Do them in order, many at a time, so that they share commits."""
    waiting = iter(writes)
    while group := list(islice(waiting, AT_ONCE)):
        await asyncio.gather(*group)
