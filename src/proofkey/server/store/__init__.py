"""Where the authorization server keeps what must survive it; `protocol.py` is the contract."""

from __future__ import annotations

from collections.abc import Callable

from proofkey.server.store.errors import StoreUnusable
from proofkey.server.store.location import PostgresLocation, locate
from proofkey.server.store.moved import refuse_moved
from proofkey.server.store.protocol import Store


async def open_store(
    url: str | None = None, *, serving: bool = False, on_failure: Callable[[BaseException], None] | None = None
) -> Store:
    """Open the store at a database address, making and migrating it where needed.

    `url` is `sqlite:////absolute/path`, `sqlite:///relative/path`, `postgresql://user@host/database` or None for
    SQLite in the platform's data folder.
    `serving` takes the lock that keeps a second server off a SQLite database; the command line leaves it False.
    `on_failure` is called once, from any thread, when nothing can be stored any more and the process must end.
    Raises StoreUnusable where the address is no good, another server holds it, the schema is newer than this code,
    or the installation has moved to another address.
    """
    location = locate(url)
    store: Store
    if isinstance(location, PostgresLocation):  # a driver is loaded when it is asked for
        from proofkey.server.store.postgres.store import PostgresStore

        store = await PostgresStore.open(location, on_failure=on_failure)
    else:
        from proofkey.server.store.sqlite.store import SqliteStore

        store = await SqliteStore.open(location.path, serving=serving, on_failure=on_failure)
    try:
        await refuse_moved(store)
    except StoreUnusable:
        await store.close()
        raise
    return store
