"""How a connection of ours is made: every commit on disk before it is answered, whatever the server's defaults."""

from __future__ import annotations

import asyncio
import time
from typing import Any, TypeAlias

import asyncpg

from proofkey.server.store.errors import StoreUnreachable, StoreUnusable
from proofkey.server.store.location import PostgresLocation
from proofkey.server.store.postgres.trouble import FAILURES, Trouble, describe, is_starting, judge

Connection: TypeAlias = Any  # asyncpg.Connection, or its proxy in a pool
Statement: TypeAlias = Any  # asyncpg.prepared_stmt.PreparedStatement

CONNECT_TIMEOUT = 5.0  # seconds
STATEMENT_TIMEOUT = 10.0  # seconds; what takes longer is looked at again on a new connection
STARTING = 20.0  # seconds to wait for a server that says it is starting
MOST = 6  # connections of one process beside the writer's


def settings(application: str = "proofkey") -> dict[str, str]:
    """Give what is set outright for every connection (decision 3)."""
    return {"application_name": application, "synchronous_commit": "on"}


async def connect(location: PostgresLocation, *, patience: float | None = STATEMENT_TIMEOUT) -> Connection:
    """Open one connection; asyncpg's errors come through."""
    return await asyncpg.connect(
        location.url, timeout=CONNECT_TIMEOUT, command_timeout=patience, server_settings=settings()
    )


async def connect_or_refuse(location: PostgresLocation, *, patience: float | None = STATEMENT_TIMEOUT) -> Connection:
    """Open one connection for a person who waits, also for a server that is just starting.

    Raises StoreUnreachable or StoreUnusable, without the password.
    """
    until = time.monotonic() + STARTING
    while True:
        try:
            return await connect(location, patience=patience)
        except FAILURES as error:
            if not (is_starting(error) and time.monotonic() < until):
                kind = StoreUnreachable if judge(error) is Trouble.GONE else StoreUnusable
                raise kind(f"cannot connect to {location.shown}: {_reason(error)}") from None
        await asyncio.sleep(0.1)


def make_pool(location: PostgresLocation) -> Any:
    """Make the pool for everything but redemptions; it connects when it is first used, and anew when it must."""
    return asyncpg.create_pool(
        location.url,
        min_size=0,
        max_size=MOST,
        timeout=CONNECT_TIMEOUT,
        command_timeout=STATEMENT_TIMEOUT,
        server_settings=settings(),
        reset=_keep,
    )


async def _keep(connection: Connection) -> None:
    """Do nothing between two uses: our statements leave nothing behind, and a reset is one more round trip."""


def _reason(error: BaseException) -> str:
    if isinstance(error, asyncpg.PostgresError):
        if error.sqlstate in ("28P01", "28000"):
            return "the server does not accept this user and password"
        if error.sqlstate == "3D000":
            return "there is no such database"
        return describe(error)
    if isinstance(error, TimeoutError):
        return "no answer in time"
    if isinstance(error, OSError):
        return error.strerror or "no server answers there"
    return describe(error)
