"""Where a person may be sent after the login: a path of this site and nothing else (RFC 9700 4.11.1)."""

from __future__ import annotations

import re
from urllib.parse import quote, unquote

from proofkey.bff.replies import Declined
from proofkey.bff.site import Site

MAX_LENGTH = 512  # characters
# Printable ASCII without what a browser reads as a slash (backslash) or leaves out (tab, line ends).
_PATH = re.compile(r"/[!-\[\]-~]*")


_OWN = ("login", "callback", "resume", "user", "refresh", "logout", "api")


def check_return_path(text: str, base: str) -> str:
    """Give a path back, with its query and fragment, if a browser cannot take it for an address elsewhere.

    Raises Declined for anything else, and for the back end's own endpoints: a login must not return to a login.
    """
    path = re.split(r"[?#]", text, maxsplit=1)[0]
    plain = unquote(path)
    sound = len(text) <= MAX_LENGTH and _PATH.fullmatch(text) is not None
    if not sound or "//" in plain or "\\" in plain or {".", ".."} & set(plain.split("/")):
        raise Declined(400, "return_to_refused", "return_to is a path of this site, such as /orders?open=7")
    own = plain.removeprefix(base + "/").split("/")[0] if plain.startswith(base + "/") else None
    if own in _OWN:
        raise Declined(400, "return_to_refused", "return_to leads to the login itself")
    return text


def login_address(site: Site, path: str, query: str) -> str:
    """Give the path of the login that returns to a page, or to the start page where it cannot be returned to."""
    here = f"{path}?{query}" if query else path
    try:
        check_return_path(here, site.base)
    except Declined:
        return site.path("login")
    return f"{site.path('login')}?return_to={quote(here, safe='')}"
