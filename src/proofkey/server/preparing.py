"""Does once what each of several workers would begin with: the schema, the key file, the first keys."""

from __future__ import annotations

import asyncio
import gc
import os

from proofkey.server.keys.keeper import KeyKeeper
from proofkey.server.keys.key_file import VARIABLE
from proofkey.server.settings import Settings
from proofkey.server.store import open_store


def prepare(settings: Settings, database: str | None, *, key_file: str | None = None) -> None:
    """Make a database ready to be served, and load the code that workers share. Blocks; leaves no thread behind.

    Raises Misuse where the database or the key file cannot be used.
    """
    import proofkey.server.app
    import proofkey.server.opening
    import proofkey.server.serving  # noqa: F401

    asyncio.run(_open_once(settings, database, {VARIABLE: key_file} if key_file else dict(os.environ)))
    gc.freeze()  # a collection in a worker would copy every page it looks at


async def _open_once(settings: Settings, database: str | None, environ: dict[str, str]) -> None:
    store = await open_store(database)
    try:
        await KeyKeeper.open(store, database, settings, environ=environ)
    finally:
        await store.close()
