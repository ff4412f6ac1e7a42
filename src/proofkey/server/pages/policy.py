"""The headers that keep a page to itself (RFC 9700 4.16, 4.2.4).

No Cross-Origin-Opener-Policy: a login in a popup must be able to report back to its opener.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from proofkey.core.redirect_uri import origin
from proofkey.core.wire import Headers

_WEB_ORIGIN = re.compile(r"https?://[A-Za-z0-9._\-]+(:\d{1,5})?")
_PRIVATE_SCHEME = re.compile(r"[a-z][a-z0-9+\-]*(\.[a-z0-9+\-]+)+:")


def security_headers(
    *, redirect_uri: str | None = None, script_hash: str | None = None, own_forms: bool = True
) -> Headers:
    """Give the headers of a page.

    A browser applies `form-action` to every redirect that follows a form, so the page before a redirect to an
    application names its origin. `script_hash` is the CSP source of the one inline script that may run.
    """
    targets = ["'self'"] if own_forms else []
    if redirect_uri and (source := form_target(redirect_uri)):
        targets.append(source)
    directives = [
        "default-src 'none'",
        "style-src 'self'",
        "img-src 'self' data:",
        "form-action " + (" ".join(targets) or "'none'"),
        "frame-ancestors 'none'",
        "base-uri 'none'",
    ]
    if script_hash:
        directives.insert(1, f"script-src '{script_hash}'")
    return (
        ("content-type", "text/html; charset=utf-8"),
        ("content-security-policy", "; ".join(directives)),
        ("x-frame-options", "DENY"),
        ("referrer-policy", "no-referrer"),
        ("x-content-type-options", "nosniff"),
        ("cache-control", "no-store"),
    )


def form_target(redirect_uri: str) -> str | None:
    """Give the CSP source under which a form may end at this redirect URI, or None where there is none."""
    try:
        source = origin(redirect_uri)
        if urlsplit(redirect_uri).netloc.startswith("["):
            return "http:"  # CSP has no spelling for an IPv6 address; only loopback ones are registered with http
    except ValueError:
        return None
    if _WEB_ORIGIN.fullmatch(source) or _PRIVATE_SCHEME.fullmatch(source):
        return source
    return None
