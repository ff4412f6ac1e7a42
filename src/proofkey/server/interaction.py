"""An authorization request that waits for a person: sealed into the form, so that nothing is stored for strangers.

The seal holds the request's parameters as they came, the browser it was shown in, and the session that a consent page
was made for. A form from another browser, or altered, or too old, opens to nothing: this is also the protection against
forged logins (attacks A26, A50, A54, A83).
"""

from __future__ import annotations

import hmac

import msgspec

from proofkey.server.cookies import digest, make_value
from proofkey.server.http import Request
from proofkey.server.running import Server
from proofkey.server.sealing.not_opened import NotOpened
from proofkey.server.sealing.purpose import Purpose

# Characters of a request that waits: sealed, it fits into a form, and into the consent page's address.
LONGEST_WAITING = 10_000


class TooLongToWait(ValueError):
    """The request says more than a page can carry: answer `invalid_request`."""


class Pending(msgspec.Struct, array_like=True, frozen=True):
    """What waits."""

    query: str  # the authorization request's parameters, form-encoded
    browser: bytes  # SHA-256 of the browser cookie
    session: bytes = b""  # the login that the consent page was made for; empty before one
    trace: bytes = b""  # the trace context of the login, where logins are traced

    def __repr__(self) -> str:
        return f"Pending({len(self.query)} characters)"


def suspend(server: Server, request: Request, query: str, session_id: bytes = b"") -> tuple[str, list[tuple[str, str]]]:
    """Seal a request for later; give the sealed text and the cookie that goes with it, if it is new.

    `session_id`: whose consent it waits for; empty where it waits for a login. Raises TooLongToWait.
    """
    if len(query) > LONGEST_WAITING:
        raise TooLongToWait
    value = request.cookie(server.cookies.browser)
    cookies = []
    if value is None or len(value) != 22:
        value = make_value(server.entropy(16))
        cookies.append(server.cookies.set(server.cookies.browser, value))
    trace = request.step.carried() if request.step is not None else b""
    return again(server, request, Pending(query, digest(value), trace=trace), session_id), cookies


def again(server: Server, request: Request, pending: Pending, session_id: bytes = b"") -> str:
    """Seal a waiting request for the next form."""
    pending = Pending(pending.query, pending.browser, session_id, pending.trace)
    ttl = server.settings.lifetimes.login_page
    return server.sealer.seal_box(Purpose.LOGIN, msgspec.msgpack.encode(pending), ttl=ttl, now=request.arrived_at)


def resume(server: Server, request: Request, sealed: str | None) -> Pending | None:
    """Open what a form or address brought back; None where it is not this browser's, or too old."""
    value = request.cookie(server.cookies.browser)
    if sealed is None or value is None or not _same_site(server, request):
        return None
    opened = server.sealer.open_box(Purpose.LOGIN, sealed, now=request.arrived_at)
    if isinstance(opened, NotOpened):
        return None
    pending = msgspec.msgpack.decode(opened, type=Pending)
    if not hmac.compare_digest(pending.browser, digest(value)):
        return None
    if request.step is not None:
        request.step.join(pending.trace)
    return pending


def overdue(server: Server, sealed: str | None) -> str | None:
    """Give the parameters that we sealed, however long ago and for whichever browser: only to say whose request it was.

    None where the seal is not ours, or its key is gone.
    """
    opened = server.sealer.open_box(Purpose.LOGIN, sealed or "", now=0.0)
    return None if isinstance(opened, NotOpened) else msgspec.msgpack.decode(opened, type=Pending).query


def _same_site(server: Server, request: Request) -> bool:
    # `Origin: null` is what our own pages send: they ask for no referrer. The seal and the cookie decide there.
    origin = request.header(b"origin")
    if origin not in (None, "null", server.settings.origin):
        return False
    return request.method != "POST" or request.header(b"sec-fetch-site") != "cross-site"
