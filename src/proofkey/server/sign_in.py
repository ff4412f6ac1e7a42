"""A name and a password out of a form: throttled, checked off the event loop, one answer for whatever is wrong."""

from __future__ import annotations

from dataclasses import dataclass

from proofkey.core.records import User
from proofkey.core.secret import Password
from proofkey.server.accounts import TooManyLogins
from proofkey.server.http import Request
from proofkey.server.journal import coarse
from proofkey.server.running import Server

MAX_USERNAME = 256
_BUSY = 2  # seconds to wait where the pool of hashing threads is full


@dataclass(frozen=True, slots=True)
class Attempt:
    """How it ended: with an account, with a wait in seconds, or with neither because the two do not fit together."""

    user: User | None = None
    retry_after: int | None = None


async def attempt(server: Server, request: Request, username: str, password: str) -> Attempt:
    """Check a password; a wrong one counts against this name and address."""
    wait = server.throttle.wait(username, request.address, request.arrived_at)
    if wait:
        return _refused(server, request, "held-back", Attempt(retry_after=wait))
    try:
        with server.throttle.attempt(username, request.address):
            user = await server.accounts.verify(username, Password(password))
    except TooManyLogins:
        return _refused(server, request, "busy", Attempt(retry_after=_BUSY))
    if user is None:
        server.throttle.failed(username, request.address, request.arrived_at)
        return _refused(server, request, "wrong", Attempt())
    server.throttle.succeeded(username, request.address)
    return Attempt(user)


def _refused(server: Server, request: Request, why: str, ended: Attempt) -> Attempt:
    server.observing.sign_in_refused(why, coarse(request.address), request.arrived_at, request.id)
    return ended
