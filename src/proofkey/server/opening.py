"""Opens everything a server needs: the store, its keys, and the parts around them."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Callable
from typing import TYPE_CHECKING

from proofkey.core.errors import Misuse
from proofkey.server.clock import SteadyClock
from proofkey.server.keys.keeper import KeyKeeper
from proofkey.server.keys.key_file import VARIABLE
from proofkey.server.observing import Observing
from proofkey.server.running import Server, assemble
from proofkey.server.settings import Settings
from proofkey.server.store import open_store
from proofkey.server.store.protocol import Store
from proofkey.server.store.restored import restored_through

if TYPE_CHECKING:
    from proofkey.server.tracing.tracing import Tracing

log = logging.getLogger("proofkey.server")

LONGEST_WAIT = 10.0  # seconds that a start waits for the clock to pass the mark of a restore


async def open_server(
    settings: Settings,
    database: str | None,
    ended: asyncio.Event,
    *,
    key_file: str | None = None,
    login_note: str | None = None,
    observing: Observing | None = None,
    tracing: Tracing | None = None,
) -> Server:
    """Open a server on a database; `ended` is set when the process must end, for instance after a failed fsync.

    `key_file`: where PROOFKEY_KEY_FILE does not name it.

    Raises Misuse where the database or the key file cannot be used.
    """
    loop = asyncio.get_running_loop()

    def fail(cause: BaseException) -> None:
        log.critical("the disk did not keep what was written (%s); ending", type(cause).__name__)
        loop.call_soon_threadsafe(ended.set)

    store = await open_store(database, serving=True, on_failure=fail)
    environ = {VARIABLE: key_file} if key_file else os.environ
    clock = SteadyClock()
    try:
        mark = await _pass_mark(store, clock)
        keys = await KeyKeeper.open(store, database, settings, environ=environ, clock=clock, signing_later=True)
    except BaseException:
        await store.close()
        raise
    server = assemble(
        settings, store, keys, clock=clock, stop=ended.set, login_note=login_note, observing=observing, tracing=tracing
    )
    server.restored_through = mark
    return server


async def _pass_mark(store: Store, clock: Callable[[], float]) -> float:
    """Wait out the seconds after a restore in which new codes would be refused as old ones; give the mark."""
    mark = await restored_through(store)
    behind = mark - clock()
    if behind > LONGEST_WAIT:
        raise Misuse(
            f"this machine's clock is {behind:.0f} s behind the time at which the database was restored: no code would "
            "be accepted; set the clock right"
        )
    if behind >= 0:
        await asyncio.sleep(behind + 0.1)
    return mark
