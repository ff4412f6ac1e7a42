"""What the browser may call through the proxy: named APIs, and of each the methods and paths of an allow-list.

A path is judged decoded and once; what cannot be read in one way only is refused (Browser-Based Apps 6.1.3.6).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import quote, urlsplit

from proofkey.bff.arrived import Arrived
from proofkey.bff.replies import Declined
from proofkey.core.errors import Misuse
from proofkey.core.redirect_uri import is_loopback

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"})

_NAME = re.compile(r"[a-z0-9\-]{1,40}")
_RULE = re.compile(r"([A-Z]+(?:,[A-Z]+)*) (/[A-Za-z0-9\-._~/:@!$&'()*+,=]*)")
_UNREADABLE = re.compile(r"[\x00-\x1F\x7F\\%;\uFFFD]|//")
_ENCODED = re.compile(r"%(2f|5c|2e|25|00)", re.IGNORECASE)  # slash, backslash, dot, percent, NUL
_MAX_PATH = 2048  # characters
# What a script may not decide about a request of ours (RFC 9110 7.6.1, RFC 9700 4.13).
_NEVER = re.compile(
    r"(cookie|authorization|proxy-.*|host|connection|keep-alive|te|trailer|transfer-encoding|upgrade|content-length"
    r"|expect|via|forwarded|origin|referer|x-forwarded-.*|x-real-ip|x-csrf|sec-.*)"
)


@dataclass(frozen=True, slots=True)
class Api:
    """One API behind the proxy, at `<base>/api/<name>/<path>`.

    `allow`: rules such as "GET,PATCH /api/v2/users/"; a path that ends in a slash allows all below it, another only
    itself. `headers`: request headers of the app's own that go on to the API. Sizes in bytes, patience in seconds.
    Raises Misuse.
    """

    name: str
    origin: str
    allow: Sequence[str] = field(kw_only=True)
    headers: Sequence[str] = field(default=(), kw_only=True)
    max_request: int = field(default=10 << 20, kw_only=True)
    max_answer: int = field(default=50 << 20, kw_only=True)
    patience: float = field(default=30.0, kw_only=True)  # to connect, and between two pieces

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name):
            raise Misuse("the name of an API is of lower-case letters, digits and hyphens")
        parts = urlsplit(self.origin)
        if parts.path or parts.query or parts.fragment or "@" in parts.netloc or not parts.hostname:
            raise Misuse("the origin of an API is scheme and host, such as https://api.example, without a path")
        if parts.scheme != "https" and not is_loopback(self.origin):
            raise Misuse("tokens go to an API by https; http is for loopback addresses only")
        if isinstance(self.allow, str) or not self.allow or not all(map(_readable, self.allow)):
            raise Misuse(f"{self.name}: allow lists rules such as 'GET,POST /orders/'")
        if isinstance(self.headers, str) or any(
            name != name.lower() or not re.fullmatch(r"[a-z0-9\-]{1,60}", name) or _NEVER.fullmatch(name)
            for name in self.headers
        ):
            raise Misuse(f"{self.name}: headers are lower-case names, and none of those that the proxy decides")

    def permits(self, method: str, path: str) -> bool:
        """Tell whether a rule allows this; GET includes HEAD."""
        for rule in self.allow:
            methods, _, allowed = rule.partition(" ")
            if path == allowed or (allowed.endswith("/") and path.startswith(allowed)):
                listed = methods.split(",")
                if method in listed or (method == "HEAD" and "GET" in listed):
                    return True
        return False

    def address(self, request: Arrived, path: str) -> str:
        """Give the URL that a request for this (decoded) path goes to. Raises Declined."""
        if len(path) > _MAX_PATH or not path.startswith("/") or _UNREADABLE.search(path):
            raise _refused("the path can be read in more than one way")
        if {".", ".."} & set(path.split("/")) or _ENCODED.search(request.raw_path or ""):
            raise _refused("the path can be read in more than one way")
        if not request.query_is_sound:
            raise _refused("the query is too long or holds characters that belong encoded")
        if request.method not in METHODS or not self.permits(request.method, path):
            raise Declined(403, "not_allowed", f"no rule of the API {self.name} allows this method and path")
        query = f"?{request.query}" if request.query else ""
        return f"{self.origin}{quote(path, safe=_SAFE)}{query.replace('#', '%23')}"


_SAFE = "/-._~!$&'()*+,=:@"


def _readable(rule: str) -> bool:
    found = _RULE.fullmatch(rule)
    return found is not None and set(found[1].split(",")) <= METHODS and "//" not in found[2] and "/." not in found[2]


def _refused(message: str) -> Declined:
    return Declined(400, "path_refused", message)
