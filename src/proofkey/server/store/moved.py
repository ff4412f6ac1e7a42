"""The marks of `db copy`: where an installation has gone, and that a copy has not arrived whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from proofkey.server.store.errors import StoreUnusable

if TYPE_CHECKING:
    from proofkey.server.store.protocol import Store

MOVED_TO = "moved_to"  # at the source: the target's address, without a password
COPY = "copy"  # at both ends: the number of the copy
ARRIVING = "arriving"  # at the target, until the source is marked


async def refuse_moved(store: Store) -> None:
    """Raises StoreUnusable where the installation is at another address now, or is not here yet."""
    if target := await store.meta(MOVED_TO):
        raise StoreUnusable(f"this installation has moved to {target}: name that address in --database")
    if await store.meta(ARRIVING):
        raise StoreUnusable("a copy into this database did not end: run the same proofkey db copy again")
