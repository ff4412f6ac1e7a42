"""Redirect URIs: what may be registered, when a requested one is a registered one, and the nearest miss.

Comparison is of strings (RFC 9700 4.1.3). The one exception is the port of a loopback address (RFC 8252 7.3).
Nothing here normalises: a URI is kept as it was written.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from heapq import nlargest
from typing import Protocol
from urllib.parse import urlsplit

MAX_LENGTH = 2048
_COMPARED = 128  # characters in which the nearest one is looked for
LOOPBACK_LITERALS = frozenset({"127.0.0.1", "[::1]"})
LOOPBACK_WITH_NAME = LOOPBACK_LITERALS | {"localhost"}  # what Genesys Cloud allows

_PRINTABLE = re.compile(r"[\x21-\x7E]+")
_LOOPBACK = re.compile(r"http://(127\.0\.0\.1|\[::1\]|localhost)(?::([0-9]{0,5}))?((?:[/?].*)?)")
_PRIVATE_SCHEME = re.compile(r"[a-z][a-z0-9+\-]*(\.[a-z0-9+\-]+)+", re.IGNORECASE)


def fault_at_registration(uri: str) -> str | None:
    """Say in a sentence why a redirect URI may not be registered, or give None (RFC 6749 3.1.2, RFC 9700 2.6)."""
    if len(uri) > MAX_LENGTH:
        return f"it is longer than {MAX_LENGTH} characters"
    if not _PRINTABLE.fullmatch(uri) or "\\" in uri:
        return "it holds a blank, a backslash or a character outside printable ASCII"
    if "#" in uri:
        return "it has a fragment: nothing after '#' reaches a server (RFC 6749 3.1.2)"
    if "*" in uri:
        return "it holds a '*': redirect URIs are compared as strings, so a wildcard never matches"
    try:
        parts = urlsplit(uri)
        _ = parts.port
    except ValueError:
        return "it is not a URI"
    if parts.scheme in ("http", "https"):
        return _fault_of_web_uri(uri, parts.hostname, parts.netloc, parts.path)
    if not parts.scheme:
        return "it has no scheme: it must begin with https://"
    if not _PRIVATE_SCHEME.fullmatch(parts.scheme):
        return "its scheme is neither https nor a reversed domain name such as com.example.app (RFC 8252 7.1)"
    return None


def _fault_of_web_uri(uri: str, host: str | None, netloc: str, path: str) -> str | None:
    if not host:
        return "it names no host"
    if "@" in netloc:
        return "it holds user information before '@'"
    if ".." in path.split("/") or "." in path.split("/"):
        return "its path has '.' or '..' segments: a browser resolves them, so it can never match"
    if uri.startswith("http:") and not _LOOPBACK.fullmatch(uri):
        return "it is http on a host that is not a loopback address (RFC 9700 2.6)"
    return None


def matches(requested: str, registered: str, *, any_port_for: frozenset[str] = LOOPBACK_LITERALS) -> bool:
    """Tell whether a requested redirect URI is the registered one; only a loopback port may differ."""
    if requested == registered:
        return True
    asked, known = _LOOPBACK.fullmatch(requested), _LOOPBACK.fullmatch(registered)
    if not asked or not known or asked[1] not in any_port_for or not _is_port(asked[2]):
        return False
    return asked[1] == known[1] and asked[3] == known[3]


def is_loopback(uri: str) -> bool:
    """Tell whether a URI is http on a loopback address or the name localhost."""
    return _LOOPBACK.fullmatch(uri) is not None


def origin(uri: str) -> str:
    """Give scheme, host and port of a URI, as Content-Security-Policy writes an origin; a private scheme as `x:`."""
    parts = urlsplit(uri)
    return f"{parts.scheme}://{parts.netloc}" if parts.scheme in ("http", "https") else f"{parts.scheme}:"


class Encodes(Protocol):
    """Parameters that can be written: `Params`, or a message of the protocol."""

    def encode(self) -> str:
        """Write them as a query."""


def with_query(uri: str, params: Encodes) -> str:
    """Add response parameters to the query; the URI's own query stays (RFC 6749 4.1.2)."""
    return f"{uri}{'&' if '?' in uri else '?'}{params.encode()}"


def with_fragment(uri: str, params: Encodes) -> str:
    """Put response parameters into the fragment (OAuth 2.0 Multiple Response Type Encoding Practices 2.1)."""
    return f"{uri}#{params.encode()}"


@dataclass(frozen=True, slots=True)
class NearMiss:
    """The registered redirect URI that comes closest, and the index of the first character that differs.

    A loopback one is given with the requested port, which may differ: it is not the difference that matters.
    """

    registered: str
    at: int


def nearest(
    requested: str, registered: Iterable[str], *, any_port_for: frozenset[str] = LOOPBACK_LITERALS
) -> NearMiss | None:
    """Find the registered redirect URI closest to the requested one."""
    asked = requested[:_COMPARED]
    candidates = [_on_port_of(requested, uri, any_port_for) for uri in registered]
    from difflib import SequenceMatcher  # here: only a refusal needs it, and a start is quicker without

    # The exact ratio takes quadratic time, and anybody may ask: it is worked out for three candidates only.
    likely = nlargest(3, candidates, key=lambda uri: SequenceMatcher(None, asked, uri[:_COMPARED]).quick_ratio())
    best = max(likely, key=lambda uri: SequenceMatcher(None, asked, uri[:_COMPARED]).ratio(), default=None)
    return NearMiss(best, first_difference(requested, best)) if best is not None else None


def _on_port_of(requested: str, registered: str, any_port_for: frozenset[str]) -> str:
    asked, known = _LOOPBACK.fullmatch(requested), _LOOPBACK.fullmatch(registered)
    if not asked or not known or asked[1] != known[1] or asked[1] not in any_port_for or not _is_port(asked[2]):
        return registered
    port = "" if asked[2] is None else f":{asked[2]}"
    return f"http://{known[1]}{port}{known[3]}"


def first_difference(one: str, other: str) -> int:
    """Give the index of the first character in which two texts differ."""
    for at, (a, b) in enumerate(zip(one, other, strict=False)):
        if a != b:
            return at
    return min(len(one), len(other))


def _is_port(text: str | None) -> bool:
    return text is None or (text != "" and 0 < int(text) < 65536)
