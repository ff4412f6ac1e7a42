"""Names whose grants end: one small row ends every grant of a subject, client or session that was issued before it.

So "log out everywhere" costs the same for one grant and for a million, needs no index on the grants, and also ends
what is redeemed later from a code issued before.
"""

from __future__ import annotations

from proofkey.core.errors import Misuse

EVERYBODY = b"*"


def whom(*, subject: str | None = None, client_id: str | None = None, session_id: bytes | None = None) -> bytes:
    """Name those whose grants end. Raises Misuse where nobody is named, or a session together with more."""
    if session_id is not None and subject is None and client_id is None:
        return b"i" + session_id
    if session_id is not None or (subject is None and client_id is None):
        raise Misuse("name a subject, a client, both, or a session: these grants end")
    if client_id is None:
        assert subject is not None  # noqa: S101  # one of the two is named
        return b"s" + subject.encode()
    if subject is None:
        return b"c" + client_id.encode()
    owner = subject.encode()
    return b"p%d:%b%b" % (len(owner), owner, client_id.encode())


def all_names(subject: str, client_id: str, session_id: bytes) -> tuple[bytes, bytes, bytes, bytes, bytes]:
    """Give every name under which a grant of these three may have ended."""
    return (
        EVERYBODY,
        whom(subject=subject),
        whom(client_id=client_id),
        whom(subject=subject, client_id=client_id),
        whom(session_id=session_id),
    )
