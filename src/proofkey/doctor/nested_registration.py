"""Registrations that stand inside another object: as Google lets one download them, and as Okta's API gives them.

What comes out has the names of RFC 7591 2 at its top, as everywhere else.
"""

from __future__ import annotations

from typing import Any

from proofkey.doctor.sources.undecodable import Undecodable

_OF_GOOGLE = ("web", "installed")
_OF_OKTA = ("settings", "credentials")  # what the client may do, then who it is
_IDS = ("client_id", "clientId", "appId")


def unpacked(name: str, members: dict[str, Any]) -> dict[str, Any]:
    """Give the members of the registration itself. Raises Undecodable where what should hold it is no object."""
    if any(isinstance(members.get(each), str) for each in _IDS):
        return members
    for kind in _OF_GOOGLE:
        if members.get(kind) is not None:
            inner = _object(name, members, kind)
            # For an installed application Google takes every port and path of this machine; the file shows examples.
            return {key: each for key, each in inner.items() if kind == "web" or key != "redirect_uris"}
    holders = [each for each in _OF_OKTA if isinstance(members.get(each), dict) and "oauthClient" in members[each]]
    if not holders:
        return members
    found = {key: each for key, each in members.items() if key not in _OF_OKTA}
    for holder in holders:
        found.update(_object(name, members[holder], "oauthClient", f"{holder}."))
    return found


def _object(name: str, members: dict[str, Any], member: str, before: str = "") -> dict[str, Any]:
    value = members[member]
    if not isinstance(value, dict):
        raise Undecodable(f"{name}: in the client registration {before}{member} must be an object")
    return value
