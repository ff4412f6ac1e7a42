"""URLs as captures hold them: split without refusing, compared as texts.

RFC 3986 3; a wrong URL is often the fault itself, so nothing is normalised here.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from proofkey.doctor.parameters import EMPTY, Parameters, parse_form

_PARTS = re.compile(r"(?:([A-Za-z][A-Za-z0-9+.\-]*):)?(?://([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?", re.DOTALL)
_LOOPBACK = re.compile(r"localhost|127(?:\.\d{1,3}){3}|\[::1\]|.*\.localhost")
DEFAULT_PORTS = {"http": "80", "https": "443"}


class Address(NamedTuple):
    """A URL in parts; `scheme`, `host` are lower case, `port` is "" where none is written."""

    text: str
    scheme: str
    host: str
    port: str
    path: str
    query: str
    fragment: str

    @property
    def origin(self) -> str:
        """scheme://host[:port] without a default port, as browsers write it; "" where there is no host."""
        if not self.host:
            return ""
        port = "" if self.port in ("", DEFAULT_PORTS.get(self.scheme)) else f":{self.port}"
        return f"{self.scheme}://{self.host}{port}"

    @property
    def without_query(self) -> str:
        """The URL up to its query, as written."""
        return self.text.partition("#")[0].partition("?")[0]

    @property
    def parameters(self) -> Parameters:
        """The parameters of the query."""
        return parse_form(self.query) if self.query else EMPTY

    @property
    def fragment_parameters(self) -> Parameters:
        """The parameters of the fragment, for response_mode=fragment and for hash routers (#/callback?code=...)."""
        text = self.fragment.rpartition("?")[2]
        return parse_form(text) if "=" in text else EMPTY

    @property
    def is_loopback(self) -> bool:
        """Whether the host names this machine itself."""
        return _LOOPBACK.fullmatch(self.host) is not None

    @property
    def is_web(self) -> bool:
        """Whether the scheme is http or https."""
        return self.scheme in ("http", "https")


@lru_cache(maxsize=4096)
def split(url: str) -> Address:
    """Take a URL apart; any text gives an Address."""
    match = _PARTS.fullmatch(url.strip())
    scheme, authority, path, query, fragment = match.groups(default="") if match else ("", "", url, "", "")
    host = authority.rpartition("@")[2]
    name, port = host, ""
    if not host.endswith("]"):
        before, colon, after = host.rpartition(":")
        if colon and (after.isdigit() or not after):
            name, port = before, after
    return Address(url, scheme.lower(), name.lower(), port, path, query, fragment)


def origin_of(url: str | None) -> str:
    """Give the origin of a URL, "" where there is none."""
    return split(url).origin if url else ""


def without_parameters(url: str) -> str:
    """Write a URL for people, without query and fragment values, which may hold secrets."""
    return url.partition("#")[0].partition("?")[0]
