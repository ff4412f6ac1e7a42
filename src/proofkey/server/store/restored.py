"""The mark that a restore leaves: no code issued until then is accepted, because it may be spent.

A backup does not know what was redeemed, rotated or revoked after it. The mark is a named value of the store, in
whole milliseconds, so that it compares exactly with the time that a grant id carries.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from proofkey.server.store.protocol import Store

NAME = "restored_through"
REASON = "restored"  # why a restore ended a grant


def write_mark(through: float) -> str:
    """Write a mark as the store keeps it; seconds since the epoch."""
    return str(int(through * 1000))


def read_mark(text: str | None) -> float:
    """Read it; 0 where nothing was ever restored."""
    return int(text) / 1000 if text is not None else 0.0


async def restored_through(store: Store) -> float:
    """Say until when codes are refused because of a restore, in seconds since the epoch; 0: no restore."""
    return read_mark(await store.meta(NAME))
