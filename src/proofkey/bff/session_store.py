"""Where sessions are kept: sealed bytes under the digest of a session id. A store sees neither ids nor tokens.

A lease is the lock under which tokens are renewed. It is a mark in the store with an end, not a held connection: it
holds across processes and machines, and one that died with its holder runs out.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Stored:
    """A session as a store keeps it; times in seconds since the epoch."""

    contents: bytes = field(repr=False)
    created_at: float
    seen_at: float


class StoreUnavailable(Exception):
    """The store cannot be asked just now."""


class SessionStore(Protocol):
    """Keeps sessions; threads share it. Every method but `close` may raise StoreUnavailable.

    What a method changed is durable when it returns. `key` and `holder` are at most 32 bytes.
    """

    # False where everything ends with the process: then the sealing keys may, too.
    is_durable: bool
    # Where the file with the sealing keys belongs, if nobody says otherwise.
    key_file: Path | None

    def insert(self, key: bytes, contents: bytes, *, now: float) -> None:
        """Keep a new session."""

    def find(self, key: bytes) -> Stored | None:
        """Give a session, None where there is none."""

    def touch(self, key: bytes, *, now: float) -> None:
        """Note that a session is in use; never sets the time back, never brings a session back."""

    def take_lease(self, key: bytes, holder: bytes, *, now: float, until: float) -> Stored | None:
        """Give the session to one holder; None where another has it until later than now, or it is gone."""

    def replace(self, key: bytes, holder: bytes, contents: bytes) -> bool:
        """Write new contents and give the lease back; False, and nothing done, where another has it by now.

        Once more with the same contents is harmless: whoever lost the answer asks again.
        """

    def release(self, key: bytes, holder: bytes) -> None:
        """Give the lease back, if it is still the holder's."""

    def delete(self, key: bytes) -> bool:
        """End a session, leased or not; False where there was none."""

    def purge(self, *, created_before: float, seen_before: float) -> int:
        """Delete the sessions that are older than one of these, and say how many."""

    def close(self) -> None:
        """Let go of files and connections."""
