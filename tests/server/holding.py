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
