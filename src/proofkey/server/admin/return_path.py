"""Where a login for the admin pages comes back to: sealed into its form, for this browser only.

As with an authorization request that waits for a login nothing is stored for strangers; and because the path is sealed
nobody else chooses it (attack A11).
"""

from __future__ import annotations

import hmac

import msgspec

from proofkey.server.cookies import digest, make_value
from proofkey.server.http import Request
from proofkey.server.running import Server
from proofkey.server.sealing.not_opened import NotOpened
from proofkey.server.sealing.purpose import Purpose

HOME = "/admin/"
LONGEST = 2048  # characters


class _Waiting(msgspec.Struct, array_like=True, frozen=True):
    path: str
    browser: bytes  # SHA-256 of the browser cookie


def keep(server: Server, request: Request, path: str) -> tuple[str, list[tuple[str, str]]]:
    """Seal a path below the issuer; give the sealed text and the browser's cookie, if it is new."""
    value = request.cookie(server.cookies.browser)
    cookies = []
    if value is None or len(value) != 22:
        value = make_value(server.entropy(16))
        cookies.append(server.cookies.set(server.cookies.browser, value))
    waiting = msgspec.msgpack.encode(_Waiting(path if len(path) <= LONGEST else HOME, digest(value)))
    lifetime = server.settings.lifetimes.login_page
    return server.sealer.seal_box(Purpose.ADMIN_LOGIN, waiting, ttl=lifetime, now=request.arrived_at), cookies


def bring_back(server: Server, request: Request, sealed: str | None) -> str | None:
    """Open what a login form brought back; None where it is not this browser's, or too old."""
    value = request.cookie(server.cookies.browser)
    # The login page asks for no referrer, so its own form comes with `Origin: null`; the seal and the cookie decide.
    if sealed is None or value is None or request.header(b"origin") not in (None, "null", server.settings.origin):
        return None
    if request.header(b"sec-fetch-site") == "cross-site":
        return None
    opened = server.sealer.open_box(Purpose.ADMIN_LOGIN, sealed, now=request.arrived_at)
    if isinstance(opened, NotOpened):
        return None
    waiting = msgspec.msgpack.decode(opened, type=_Waiting)
    return waiting.path if hmac.compare_digest(waiting.browser, digest(value)) else None
