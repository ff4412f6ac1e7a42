"""What a form of the admin pages must bring: the page's own origin, and a token of this very session (attack A50).

The token is sealed over the session's id, so it ends with the session and fits no other one. Unlike on the login
page `Origin: null` is refused: admin pages send a referrer to themselves, so a browser names them.
"""

from __future__ import annotations

import hmac

from proofkey.core.params import Params
from proofkey.server.admin.visitor import Visitor
from proofkey.server.http import Request
from proofkey.server.running import Server
from proofkey.server.sealing.box import MAX_TTL
from proofkey.server.sealing.not_opened import NotOpened
from proofkey.server.sealing.purpose import Purpose

FIELD = "csrf"


def token(server: Server, request: Request, visitor: Visitor) -> str:
    """Make the token that goes into every form of a page."""
    lifetime = min(server.settings.lifetimes.session, MAX_TTL)
    session_id = visitor.logged_in.session.session_id
    return server.sealer.seal_box(Purpose.CSRF, session_id, ttl=lifetime, now=request.arrived_at)


def is_own(server: Server, request: Request, visitor: Visitor, form: Params) -> bool:
    """Tell whether a form comes from a page that this visitor was shown."""
    if request.header(b"origin") not in (None, server.settings.origin):
        return False
    if request.header(b"sec-fetch-site") not in (None, "none", "same-origin"):
        return False
    opened = server.sealer.open_box(Purpose.CSRF, form.get(FIELD) or "", now=request.arrived_at)
    if isinstance(opened, NotOpened):
        return False
    return hmac.compare_digest(opened, visitor.logged_in.session.session_id)
