"""Who may use the control address: programs of this machine, and no web page unless its origin was named.

A page of another origin cannot send the header without asking first, and is not allowed to; a name that is made to
point here (DNS rebinding) is not one of ours; a proxy that lets others in says for whom it asks.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from ipaddress import ip_address
from urllib.parse import urlsplit

from proofkey.core.errors import Misuse
from proofkey.core.redirect_uri import is_loopback
from proofkey.server.http import Answer, Request, json_answer
from proofkey.server.settings import Settings

HEADER = "proofkey-control"
_HOLDER = re.compile(r"[A-Za-z0-9._-]{1,64}")
_FORWARDED = (b"forwarded", b"x-forwarded-for", b"x-forwarded-host", b"x-real-ip", b"via")


class Guard:
    """Knows the names of this server, and the origins of pages that may ask. Raises Misuse for pages elsewhere."""

    def __init__(self, settings: Settings, pages: Sequence[str]) -> None:
        for page in pages:
            if not is_loopback(page) or page != "{0.scheme}://{0.netloc}".format(urlsplit(page)):
                raise Misuse(f"{page} is not an origin on loopback, such as http://localhost:5173")
        self._pages = frozenset(pages)
        self._hosts = {"127.0.0.1", "localhost", "[::1]", _name(settings.origin.partition("://")[2])}

    def holder(self, request: Request) -> str | Answer:
        """Give the name under which somebody asks, or the refusal."""
        address = request.address
        if address != "unknown" and not ip_address(address).is_loopback:
            return _refused("Only this machine may use this address.")
        if any(request.header(name) is not None for name in _FORWARDED):
            return _refused("Requests through a proxy are not served here.")
        if _name(request.header(b"host") or "") not in self._hosts:
            return _refused("This server has no such name.")
        origin = request.header(b"origin")
        from_page = origin is not None or request.header(b"sec-fetch-site") not in (None, "none")
        if from_page and origin not in self._pages:
            return _refused("Web pages may not use this address. See --dangerously-let-page-control.")
        name = request.header(HEADER.encode())
        if name is None or not _HOLDER.fullmatch(name):
            return _refused("Send the header Proofkey-Control with a name for your tests: letters, digits, '._-'.")
        return name

    def open_to_page(self, request: Request, answer: Answer) -> None:
        """Let a page read an answer, if its origin was named."""
        origin = request.header(b"origin")
        if origin in self._pages and origin is not None:
            answer.add("access-control-allow-origin", origin)
            answer.add("vary", "Origin")

    def preflight(self, request: Request) -> Answer:
        """Answer a page that asks whether it may ask."""
        if request.header(b"origin") not in self._pages:
            return _refused("Web pages may not use this address. See --dangerously-let-page-control.")
        headers = (
            ("access-control-allow-methods", "GET, POST, DELETE"),
            ("access-control-allow-headers", f"{HEADER}, content-type"),
        )
        return Answer(204, headers)


def _name(host: str) -> str:
    """Give the name of a host, without its port."""
    return re.sub(r":\d*\Z", "", host).lower()


def _refused(why: str) -> Answer:
    return json_answer({"error": "access_denied", "error_description": why}, 403)
