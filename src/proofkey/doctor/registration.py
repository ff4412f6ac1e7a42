"""Read a client's registration: what the server knows of it (names of RFC 7591 2), or as Genesys Cloud writes it."""

from __future__ import annotations

import json
from typing import Any

from proofkey.doctor.capture import Registration
from proofkey.doctor.sources.undecodable import Undecodable

# Names of RFC 7591, then those of admin interfaces.
_IDS = ("client_id", "clientId", "id", "appId")
_REDIRECTS = ("redirect_uris", "redirectUris", "redirect_uri", "registeredRedirectUri", "callbacks", "redirectURIs")
_METHODS = ("token_endpoint_auth_method", "tokenEndpointAuthMethod")
_GRANTS = ("grant_types", "grantTypes", "authorizedGrantType", "grantType")


def read_registrations(name: str, data: bytes) -> list[Registration]:
    """Read one registration or a list of them.

    Raises Undecodable where the octets are no JSON object or list of objects.
    """
    try:
        document = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise Undecodable(f"{name}: the client registration is no JSON") from None
    if isinstance(document, dict) and isinstance(document.get("clients") or document.get("entities"), list):
        document = document.get("clients") or document.get("entities")
    found = document if isinstance(document, list) else [document]
    if not all(isinstance(each, dict) for each in found):
        raise Undecodable(f"{name}: the client registration is no JSON object")
    return [_registration(each) for each in found]


def _registration(members: dict[str, Any]) -> Registration:
    method = _text(members, _METHODS)
    public = members.get("public", members.get("publicClient"))
    if not isinstance(public, bool):
        public = None if method is None else method == "none"
    scope = members.get("scope")
    return Registration(
        client_id=_text(members, _IDS),
        redirect_uris=_list(members, _REDIRECTS),
        token_endpoint_auth_method=method,
        grant_types=_list(members, _GRANTS),
        response_types=_list(members, ("response_types",)),
        scope=" ".join(map(str, scope)) if isinstance(scope, list) else scope if isinstance(scope, str) else None,
        public=public,
        members=members,
    )


def _text(members: dict[str, Any], names: tuple[str, ...]) -> str | None:
    return next((members[name] for name in names if isinstance(members.get(name), str)), None)


def _list(members: dict[str, Any], names: tuple[str, ...]) -> tuple[str, ...] | None:
    for name in names:
        value = members.get(name)
        if isinstance(value, str):
            return (value,)
        if isinstance(value, list):
            return tuple(each for each in value if isinstance(each, str))
    return None
