"""Ends sessions together with the logins that were made with them (RFC 9700 4.11.2, decision 1).

Whoever has the cookie may get and redeem a code while the end of the session is being written, and for a moment
longer at a process that has not heard of it. A session never comes back, so its grants end from a little later on.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from proofkey.server.store.protocol import Store

UNHEARD = 5.0  # seconds: a process remembers a session for one, and its clock may be ahead of ours
_SESSIONS = 1_000  # of one person


async def end_session(store: Store, session_id: bytes, *, clock: Callable[[], float], reason: str) -> None:
    """End one session with its grants."""
    await store.end_session(session_id, now=clock())
    await store.end_grants_of(now=clock() + UNHEARD, reason=reason, session_id=session_id)


async def end_everything(store: Store, subject: str, *, clock: Callable[[], float], reason: str) -> None:
    """End all sessions and grants of a person, who may log in again at once."""
    sessions = await store.sessions_of(subject, now=clock(), limit=_SESSIONS)
    await store.end_sessions_of(subject, now=clock())
    await store.end_grants_of(now=clock(), reason=reason, subject=subject)
    until = clock() + UNHEARD
    endings = [store.end_grants_of(now=until, reason=reason, session_id=each.session_id) for each in sessions]
    await asyncio.gather(*endings)
