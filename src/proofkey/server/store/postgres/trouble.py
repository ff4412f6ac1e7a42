"""What an error of PostgreSQL, or of the way to it, says about a statement: whether it happened, and what to do."""

from __future__ import annotations

from enum import Enum, auto

import asyncpg

MOVED = "proofkey_moved"  # the constraint that `db copy` leaves on its source: nothing is written any more


# What the driver raises: the server's errors, its own, those of the network, and values that cannot be sent.
FAILURES = (
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    OSError,
    UnicodeError,
    OverflowError,
)


class Trouble(Enum):
    """What follows from an error."""

    GONE = auto()  # the connection is no good: whether the statement happened is not known; try on a new one
    AGAIN = auto()  # undone by the engine for the sake of another transaction: try again
    ROW = auto()  # these values are refused, others may pass
    MOVED = auto()  # the installation is at another address now
    REFUSED = auto()  # undone: no room, no right, a lock held too long


# A server that ends, a server that begins, too many connections, and a server that only repeats another one.
_GONE = ("08", "57P", "53300", "25006")
_AGAIN = ("40",)
_ROW = ("22", "23")


def judge(error: BaseException) -> Trouble:
    """Say what follows from an error that a statement, a commit or a connection attempt raised."""
    if isinstance(error, asyncpg.PostgresError):
        state = error.sqlstate or ""
        if getattr(error, "constraint_name", None) == MOVED:
            return Trouble.MOVED
        if state.startswith(_GONE):
            return Trouble.GONE
        if state.startswith(_AGAIN):
            return Trouble.AGAIN
        return Trouble.ROW if state.startswith(_ROW) else Trouble.REFUSED
    if isinstance(error, (ValueError, OverflowError)):  # asyncpg's own DataError too: what cannot be sent
        return Trouble.ROW
    if isinstance(error, (OSError, asyncpg.InterfaceError, asyncpg.InternalClientError)):  # TimeoutError is an OSError
        return Trouble.GONE
    return Trouble.REFUSED


def is_starting(error: BaseException) -> bool:
    """Tell whether a server answered that it takes no connection yet, or has too many at the moment."""
    return isinstance(error, asyncpg.PostgresError) and error.sqlstate in ("57P03", "53300")


def describe(error: BaseException) -> str:
    """Name an error for a log or a person, without any value that was sent: messages may quote those."""
    state = getattr(error, "sqlstate", None)
    return f"{type(error).__name__} ({state})" if state else type(error).__name__


def is_storable(text: str | None) -> bool:
    """Tell whether PostgreSQL can keep a text: it must be Unicode, and without NUL."""
    return text is None or (text.isascii() and "\0" not in text) or _is_unicode(text)


def _is_unicode(text: str) -> bool:
    return "\0" not in text and not any("\ud800" <= character <= "\udfff" for character in text)
