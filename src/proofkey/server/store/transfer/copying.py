"""Moves an installation to another database, so that at no moment both can be opened.

The target is filled, counted and committed, marked as arriving; the source is marked as moved; the target is opened.
A copy that broke off in between is taken up by running it again.
"""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from proofkey.server.store.errors import StoreUnusable
from proofkey.server.store.location import Location, PostgresLocation, SqliteLocation
from proofkey.server.store.moved import ARRIVING, COPY, MOVED_TO
from proofkey.server.store.transfer.sqlite_end import SqliteEnd
from proofkey.server.store.transfer.tables import TABLES, Source, Target

if TYPE_CHECKING:  # its driver is loaded when it is asked for
    from proofkey.server.store.transfer.postgres_end import PostgresEnd


async def move(source_at: Location, target_at: Location, told: Callable[[str, int], None]) -> None:
    """Move an installation; `told` hears of each table and how many rows it has. Raises StoreUnusable."""
    if source_at.shown == target_at.shown:
        raise StoreUnusable("the source and the target are one database")
    async with _opened(source_at, must_exist=True) as source, _opened(target_at) as target:
        await source.hold()
        if (gone_to := await source.value(MOVED_TO)) is not None:
            number = await source.value(COPY)
            if number is None or number != await target.value(ARRIVING):
                raise StoreUnusable(f"this installation has moved to {gone_to} already")
        elif await source.value(ARRIVING) is not None:
            raise StoreUnusable("a copy into the source did not end: run that one again first")
        else:
            number = secrets.token_hex(8)
            await _fill(source, target, told)
            await target.commit(arriving=number)
            await source.mark_moved(target_at.shown, number)
        await target.settle()


async def snapshot(location: PostgresLocation, file: Path) -> None:
    """Copy a PostgreSQL database to a new SQLite file beside running servers: one state of it. Raises StoreUnusable."""
    async with _opened(location, moving=False) as source, _opened(SqliteLocation(file)) as target:
        await source.hold()
        await _fill(source, target, lambda table, rows: None)
        await target.commit(arriving=None)
    for suffix in (".lock", "-wal", "-shm"):
        file.with_name(file.name + suffix).unlink(missing_ok=True)


async def _fill(source: Source, target: Target, told: Callable[[str, int], None]) -> None:
    await target.receive(await source.times_of_grants())
    for table in TABLES:
        read = 0
        async for rows in source.rows(table):
            await target.write(table, rows)
            read += len(rows)
        counted = await source.count(table), await target.count(table)
        if counted != (read, read):
            raise StoreUnusable(f"of {counted[0]} rows of {table.name}, {counted[1]} arrived; nothing was changed")
        told(table.name, read)


@asynccontextmanager
async def _opened(
    at: Location, *, must_exist: bool = False, moving: bool = True
) -> AsyncIterator[SqliteEnd | PostgresEnd]:
    end: SqliteEnd | PostgresEnd
    if isinstance(at, PostgresLocation):
        from proofkey.server.store.postgres.trouble import FAILURES, describe
        from proofkey.server.store.transfer.postgres_end import PostgresEnd

        failures: tuple[type[Exception], ...] = FAILURES
        end = await PostgresEnd.open(at, moving=moving)
    else:
        failures, describe = (sqlite3.Error,), _sqlite_words
        end = SqliteEnd(at, must_exist=must_exist)
    try:
        yield end
    except failures as error:  # PostgreSQL's own words may quote a row
        raise StoreUnusable(f"{at.shown}: {describe(error)}; nothing was changed, try again") from None
    finally:
        await end.close()


def _sqlite_words(error: BaseException) -> str:
    return str(error)
