"""Keeps a SQLite store's writer busy, so that a test decides what happens while a write waits."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from proofkey.server.store.sqlite.group_commit import GroupCommit
from proofkey.server.store.sqlite.store import SqliteStore


def writer_of(store: SqliteStore) -> GroupCommit:
    """Give the store's writer."""
    return store._database.writer


@asynccontextmanager
async def held(store: SqliteStore) -> AsyncIterator[None]:
    """Keep the writer busy with one transaction, so that what is queued meanwhile waits."""
    begun, done = threading.Event(), threading.Event()

    def hold(_: sqlite3.Connection) -> None:
        begun.set()
        done.wait()

    holding = writer_of(store).write(hold)
    await asyncio.to_thread(begun.wait)
    try:
        yield
    finally:
        done.set()
        await holding


async def are_queued(store: SqliteStore, *, jobs: int = 0, redemptions: int = 0) -> None:
    """Wait until so many redemptions, and so many other writes, wait for the writer; the journal's do not count."""
    queue = writer_of(store)._queue
    async with asyncio.timeout(60):
        while len(queue._jobs) < jobs or len(queue._redemptions) < redemptions:  # noqa: ASYNC110  # it tells nobody
            await asyncio.sleep(0.001)
