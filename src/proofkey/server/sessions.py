"""Who is logged in with this browser (RFC 9700 4.11.2).

The cookie holds 32 random bytes, the store their SHA-256. Every login makes a new id, and the one that the browser
brought ends: a cookie planted before the login is worth nothing after it (attack A41).
"""

from __future__ import annotations

import msgspec

from proofkey.core.records import Session, User
from proofkey.server.cookies import digest, make_value
from proofkey.server.http import Request
from proofkey.server.running import Server
from proofkey.server.store import log_outs


class LoggedIn(msgspec.Struct, frozen=True):
    """A session in force and its account."""

    session: Session
    user: User


async def current(server: Server, request: Request) -> LoggedIn | None:
    """Give the session that the request's cookie names, if it and its account are good."""
    value = request.cookie(server.cookies.session)
    if value is None:
        return None
    session = await server.store.session(digest(value))
    if session is None or not is_good(session, request.arrived_at):
        return None
    user = await server.accounts.find(session.subject)
    return LoggedIn(session, user) if user is not None and not user.disabled else None


def is_good(session: Session, now: float) -> bool:
    """Tell whether a session is in force."""
    return session.ended_at is None and now < session.expires_at


async def begin(server: Server, request: Request, user: User) -> tuple[LoggedIn, tuple[str, str]] | None:
    """Begin a session after a login; give it and its Set-Cookie header. None: the password was changed meanwhile."""
    value = make_value(server.entropy(32))
    now = int(request.arrived_at)
    session = Session(digest(value), user.subject, now, now + server.settings.lifetimes.session)
    old = request.cookie(server.cookies.session)
    begun = await server.store.begin_session(
        session, replacing=digest(old) if old else None, password_hash=user.password_hash, now=request.arrived_at
    )
    if not begun:
        return None
    server.observing.counts.sessions_begun += 1
    return LoggedIn(session, user), server.cookies.set(server.cookies.session, value)


async def end(server: Server, logged_in: LoggedIn) -> tuple[str, str]:
    """End a session with its grants; give the header that takes the cookie back."""
    await log_outs.end_session(server.store, logged_in.session.session_id, clock=server.clock, reason="logout")
    server.observing.counts.sessions_ended += 1
    return server.cookies.drop(server.cookies.session)
