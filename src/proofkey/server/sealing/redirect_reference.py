"""A redirect URI as a reference into its client's registration: index, hash, and the port of a loopback address.

The hash finds the URI again when the list was reordered, and tells when it is no longer registered.
"""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache
from typing import TypeAlias

from proofkey.core.redirect_uri import LOOPBACK_WITH_NAME, matches

Reference: TypeAlias = tuple[int, bytes, str | None]  # index, 8 bytes of SHA-256, digits of another port ("": none)

_LOOPBACK = re.compile(r"(http://(?:127\.0\.0\.1|\[::1\]|localhost))(?::([0-9]{0,5}))?((?:[/?].*)?)")


class NotRegistered(ValueError):
    """The redirect URI is none of the client's; whoever seals has not checked it."""


def refer(uri: str, registered: tuple[str, ...]) -> Reference:
    """Make the reference; raises NotRegistered."""
    for index, known in enumerate(registered):
        if uri == known:
            return index, _hash(known), None
    for index, known in enumerate(registered):
        if matches(uri, known, any_port_for=LOOPBACK_WITH_NAME) and (loopback := _LOOPBACK.fullmatch(uri)):
            return index, _hash(known), loopback[2] or ""
    raise NotRegistered


def resolve(reference: Reference, registered: tuple[str, ...]) -> str | None:
    """Give the redirect URI back as it was; None where it is no longer registered."""
    index, digest, port = reference
    if index >= len(registered) or _hash(registered[index]) != digest:
        index = next((at for at, known in enumerate(registered) if _hash(known) == digest), -1)
        if index < 0:
            return None
    uri = registered[index]
    if port is None:
        return uri
    loopback = _LOOPBACK.fullmatch(uri)
    return f"{loopback[1]}{':' + port if port else ''}{loopback[3]}" if loopback else None


@lru_cache(4096)  # registered URIs only: a stranger's never comes here
def _hash(uri: str) -> bytes:
    return hashlib.sha256(uri.encode("utf-8", "surrogatepass")).digest()[:8]
