"""The admin pages: views in, pages out, all with one policy.

Unlike the other pages they may run a script, one file of ours, on the journal. They send a referrer to themselves, so
that a browser names them as the origin of their forms.
"""

from __future__ import annotations

from proofkey.core.wire import Headers
from proofkey.server.pages.admin_views import Frame
from proofkey.server.pages.render import Page, render
from proofkey.server.pages.site import Site

_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "connect-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)
HEADERS: Headers = (
    ("content-type", "text/html; charset=utf-8"),
    ("content-security-policy", _POLICY),
    ("x-frame-options", "DENY"),
    ("referrer-policy", "same-origin"),
    ("x-content-type-options", "nosniff"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("cache-control", "no-store"),
)


def admin_page(name: str, frame: Frame, site: Site, *, status: int = 200, **context: object) -> Page:
    """Make a page from `templates/admin/<name>.html`."""
    return Page(render(f"admin/{name}.html", site, frame=frame, **context), HEADERS, status)


def forbidden_page(username: str, site: Site) -> Page:
    """Say that this account has nothing to see here."""
    return Page(render("admin/forbidden.html", site, username=username), HEADERS, 403)
