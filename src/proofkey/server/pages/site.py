"""What all pages of one server share; apart from the views, because the server needs it before it shows a page."""

from __future__ import annotations

import msgspec


class Site(msgspec.Struct, frozen=True):
    """Where the pages are."""

    name: str = "proofkey"
    path: str = ""  # the issuer's path without a slash at its end: the pages may live below one
    host: str = ""  # the issuer's host, so that people can compare it with the address bar


AT_ROOT = Site()
