"""Who may ask what: scripts of our own pages by a header, people by navigation (Browser-Based Apps 6.1.3.3).

A page of another origin can send a header of its own making only after a preflight, which nobody here answers. What
the browser says about the request's origin (Sec-Fetch-Site, Origin) has to agree wherever it says something.
"""

from __future__ import annotations

from proofkey.bff.arrived import Arrived
from proofkey.bff.replies import Declined
from proofkey.core.wire import Headers

HEADER = "x-csrf"
VALUE = "1"
_MISSING = f"send the header {HEADER.upper()}: {VALUE}; this address is for scripts of the app's own pages"


def check_fetch(request: Arrived, origin: str) -> None:
    """Raise Declined unless the request comes from a script of our own origin."""
    if request.header(HEADER) != VALUE:
        raise Declined(403, "csrf_header_missing", _MISSING)
    if request.header("sec-fetch-site") not in (None, "same-origin"):
        raise Declined(403, "foreign_origin", "this request comes from another origin")
    if request.header("origin") not in (None, origin):
        raise Declined(403, "foreign_origin", "this request comes from another origin")


def check_navigation(request: Arrived) -> None:
    """Raise Declined unless a person's browser goes here with the whole window."""
    if request.method != "GET":
        raise method_not_allowed("GET")
    if "prefetch" in (request.header("sec-purpose") or request.header("purpose") or "").lower():
        raise Declined(503, "prefetch", "nobody has gone here yet")
    if request.header("sec-fetch-mode") not in (None, "navigate"):
        raise Declined(
            400,
            "not_a_navigation",
            "go here with the window: location.assign(), not fetch()",
            fault="authorize-by-fetch",
        )
    if request.header("sec-fetch-dest") not in (None, "document"):
        raise Declined(
            400, "in_a_frame", "a login begun in a frame cannot end: open a window", fault="login-started-in-iframe"
        )


def method_not_allowed(*allowed: str) -> Declined:
    """Say which methods are served (RFC 9110 15.5.6)."""
    headers: Headers = (("allow", ", ".join(allowed)),)
    return Declined(405, "method_not_allowed", f"this address serves {', '.join(allowed)}", headers=headers)
