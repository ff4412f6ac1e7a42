"""Cross-origin answers (Fetch standard 3.2): readable by every origin, never with credentials.

No cookie is needed on these endpoints, so `*` gives away nothing that the caller does not hold already.
"""

from __future__ import annotations

import re

from proofkey.server.http import Answer, FixedHeaders, Request
from proofkey.server.routes import Route

READABLE = FixedHeaders(
    (
        ("access-control-allow-origin", "*"),
        ("access-control-expose-headers", "X-Request-Id, WWW-Authenticate, Retry-After"),
    )
)
_HEADER_NAMES = re.compile(r"[A-Za-z0-9\-_]{1,64}(, ?[A-Za-z0-9\-_]{1,64}){0,30}")


def preflight(request: Request, route: Route) -> Answer:
    """Answer an OPTIONS request: the route's methods, and the headers that were asked for."""
    asked = request.header(b"access-control-request-headers") or ""
    return Answer(
        204,
        (
            ("access-control-allow-methods", ", ".join(route.methods)),
            (
                "access-control-allow-headers",
                asked if _HEADER_NAMES.fullmatch(asked) else "authorization, content-type",
            ),
            ("access-control-max-age", "600"),
            ("vary", "Access-Control-Request-Headers"),
        ),
    )
