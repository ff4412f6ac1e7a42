"""Opens everything a server needs: the store, its keys, and the parts around them."""

from __future__ import annotations

import asyncio
import logging
import os
from typing import TYPE_CHECKING

from proofkey.server.keys.keeper import KeyKeeper
from proofkey.server.keys.key_file import VARIABLE
from proofkey.server.observing import Observing
from proofkey.server.running import Server, assemble
from proofkey.server.settings import Settings
from proofkey.server.store import open_store

if TYPE_CHECKING:
    from proofkey.server.tracing.tracing import Tracing

log = logging.getLogger("proofkey.server")


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
    keys = await KeyKeeper.open(store, database, settings, environ=environ)
    return assemble(settings, store, keys, stop=ended.set, login_note=login_note, observing=observing, tracing=tracing)
