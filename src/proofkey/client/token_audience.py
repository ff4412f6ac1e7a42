"""Which addresses an access token may be sent to: the origins that the program named, and no other (RFC 9700 4.9.1)."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit

from proofkey.core.errors import Misuse
from proofkey.core.redirect_uri import is_loopback

_PORTS = {"https": 443, "http": 80}


def origins_of(addresses: Iterable[str]) -> frozenset[tuple[str, str, int]]:
    """Read the origins that a token is for. Raises Misuse for none at all, and for http beyond loopback."""
    found = frozenset(_origin(address) for address in addresses)
    if not found:
        raise Misuse("name the origins that the token is for, such as https://api.example")
    return found


def check(url: str, allowed: frozenset[tuple[str, str, int]]) -> None:
    """Raise Misuse unless the URL is at one of the origins."""
    if _origin(url) not in allowed:
        raise Misuse("this request leaves the origins that the token is for; it is not sent", fault="wrong-host")


def _origin(address: str) -> tuple[str, str, int]:
    try:
        parts = urlsplit(address)
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        raise Misuse("a token is sent to a URL") from None
    if parts.scheme not in _PORTS or not host or (parts.scheme == "http" and not is_loopback(address)):
        raise Misuse("a token is sent to https addresses; http is for loopback addresses only")
    return parts.scheme, host, port or _PORTS[parts.scheme]
