"""Read a client's registration: what the server knows of it (names of RFC 7591 2), or as Genesys Cloud writes it."""

from __future__ import annotations

import json
from typing import Any

from proofkey.doctor.capture import Registration
from proofkey.doctor.nested_registration import unpacked
from proofkey.doctor.sources.undecodable import Undecodable

# Names of RFC 7591, then those of admin interfaces.
_IDS = ("client_id", "clientId", "appId", "id")  # where Entra gives both, id is that of its own object
_REDIRECTS = ("redirect_uris", "redirectUris", "redirect_uri", "registeredRedirectUri", "callbacks", "redirectURIs")
_METHODS = ("token_endpoint_auth_method", "tokenEndpointAuthMethod")
_GRANTS = ("grant_types", "grantTypes", "authorizedGrantType", "grantType")


def read_registrations(name: str, data: bytes) -> list[Registration]:
    """Read one registration or a list of them, also as Google, Okta and Entra nest them.

    Raises Undecodable where the octets are no JSON object or list of objects, and where a member is of a wrong type.
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
    try:
        return [_registration(unpacked(name, each)) for each in found]
    except _WrongTypeError as error:
        raise Undecodable(f"{name}: in the client registration {error}") from None


class _WrongTypeError(Exception):
    """A member is not of the type that it has to be; the text names the member."""

    def __init__(self, member: str, wanted: str, value: object) -> None:
        super().__init__(f"{member} must be {wanted}, and is {_kind_of(value)}")


def _registration(members: dict[str, Any]) -> Registration:
    method = _text(members, _METHODS)
    public = _truth(members, ("public", "publicClient"))
    scope = _list(members, ("scope",))
    return Registration(
        client_id=_text(members, _IDS),
        redirect_uris=_list(members, _REDIRECTS),
        token_endpoint_auth_method=method,
        grant_types=_list(members, _GRANTS),
        response_types=_list(members, ("response_types",)),
        scope=None if scope is None else " ".join(scope),
        public=(None if method is None else method == "none") if public is None else public,
        members=members,
    )


def _first(members: dict[str, Any], names: tuple[str, ...]) -> tuple[str, Any]:
    """Give the first of these members that is there; null says nothing."""
    return next(((name, members[name]) for name in names if members.get(name) is not None), ("", None))


def _text(members: dict[str, Any], names: tuple[str, ...]) -> str | None:
    name, value = _first(members, names)
    if value is not None and not isinstance(value, str):
        raise _WrongTypeError(name, "a text", value)
    return value


def _truth(members: dict[str, Any], names: tuple[str, ...]) -> bool | None:
    name, value = _first(members, names)
    if value is not None and not isinstance(value, bool):
        raise _WrongTypeError(name, "true or false", value)
    return value


def _list(members: dict[str, Any], names: tuple[str, ...]) -> tuple[str, ...] | None:
    name, value = _first(members, names)
    if value is None:
        return None
    if isinstance(value, str):
        return (value,)
    if not isinstance(value, list):
        raise _WrongTypeError(name, "a text or a list of texts", value)
    for place, each in enumerate(value, 1):
        if not isinstance(each, str):
            raise _WrongTypeError(f"entry {place} of {name}", "a text", each)
    return tuple(value)


def _kind_of(value: object) -> str:
    """Name a JSON type for people; the value itself may be a secret."""
    match value:
        case bool():
            return "true" if value else "false"
        case int() | float():
            return "a number"
        case str():
            return "a text"
        case list():
            return "a list"
        case None:
            return "null"
        case _:
            return "an object"
