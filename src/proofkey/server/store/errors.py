"""What can go wrong with a store, sorted by what is known about the write (decision 3)."""

from __future__ import annotations

from proofkey.core.errors import Misuse, ProofkeyError


class StoreBusy(ProofkeyError):
    """The queue of writes is full; nothing was queued and nothing changed. Answer 503 with Retry-After."""


class StoreRolledBack(ProofkeyError):
    """The write certainly did not happen. Answer 503 with Retry-After; the same request may be sent again."""


class StoreUnreachable(ProofkeyError):
    """The database went away and did not come back in time: nothing was read, or nobody can say what was written.

    Answer 503 with Retry-After: a code that was spent meanwhile is then found spent, never accepted twice.
    """


class StoreFailed(ProofkeyError):
    """The disk failed to keep what was written, or the store is closed: answer nothing from it, end the process."""


class StoreUnusable(Misuse):
    """The store cannot be opened as asked: wrong address, another server on it, a newer schema."""


class NameTaken(ProofkeyError):
    """The user name belongs to another subject."""
