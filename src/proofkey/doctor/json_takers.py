"""Token endpoints that read JSON as well as the form of RFC 6749 4.1.3, as their providers document."""

from __future__ import annotations

_HOSTS = ("auth0.com", "notion.com", "zendesk.com", "thethings.industries", "thethings.network")


def takes_json(host: str) -> bool:
    """Tell whether the server of this host reads a token request that is JSON."""
    return f".{host}".endswith(tuple(f".{known}" for known in _HOSTS))
