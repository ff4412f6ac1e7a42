"""A form that another site sends: no browser sends our session with it, because the cookie is SameSite=Lax (RFC 6265bis
8.8.2). With the navigation that it is turned into the session comes, and POST means what GET means.
"""

from __future__ import annotations

from proofkey.core.params import Params
from proofkey.server.http import Answer, Request, see_other
from proofkey.server.running import Server


def as_navigation(server: Server, request: Request, path: str, params: Params) -> Answer | None:
    """Send the browser on with a GET; None where this is no such form, or it is too long for an address."""
    if request.method != "POST" or request.header(b"sec-fetch-site") != "cross-site":
        return None
    query = params.encode()
    return see_other(f"{server.url(path)}?{query}") if len(query) <= server.settings.max_query else None
