"""Rewrite a server's metadata (RFC 8414, OpenID Connect Discovery) so that an app finds the proxy.

`issuer` stays: it is compared with the `iss` of responses and ID tokens, which the proxy does not touch.
"""

from __future__ import annotations

import json
from typing import Any

PATHS = ("/.well-known/openid-configuration", "/.well-known/oauth-authorization-server")


def is_metadata(path: str) -> bool:
    """Tell whether a path (without query) is that of a metadata document."""
    return any(path.startswith(each) or path.endswith(each) for each in PATHS)


def rewrite(document: bytes, upstream: str, proxy: str) -> bytes | None:
    """Put the proxy's origin in place of the upstream's in every address but `issuer`; None where it is no JSON object.

    Endpoints on other origins stay: the proxy forwards to one origin only.
    """
    try:
        members = json.loads(document)
    except (ValueError, RecursionError):
        return None
    if not isinstance(members, dict):
        return None
    moved = {name: value if name == "issuer" else _moved(value, upstream, proxy) for name, value in members.items()}
    return json.dumps(moved, ensure_ascii=False).encode("utf-8", "surrogatepass")


def _moved(value: Any, upstream: str, proxy: str) -> Any:
    if isinstance(value, str) and _is_at(value, upstream):
        return proxy + value[len(upstream) :]
    if isinstance(value, dict):
        return {name: _moved(each, upstream, proxy) for name, each in value.items()}
    return value


def _is_at(address: str, origin: str) -> bool:
    return address == origin or address.startswith((f"{origin}/", f"{origin}?"))
