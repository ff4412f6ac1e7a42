"""Registrations that are nested: as Google lets one download them, as Okta's API gives them, and Entra's manifests.

What comes out has the names of RFC 7591 2 at its top, as everywhere else.
"""

from __future__ import annotations

from typing import Any

from proofkey.doctor.sources.undecodable import Undecodable

_OF_GOOGLE = ("web", "installed")
_OF_OKTA = ("settings", "credentials")  # what the client may do, then who it is
_IDS = ("client_id", "clientId")
# Microsoft Graph has a list for each platform; the older manifest has one list whose entries name theirs.
_OF_ENTRA = ("web", "spa", "publicClient")
_OLD_TYPES = {"web": "web", "spa": "spa", "installedclient": "publicClient"}


def unpacked(name: str, members: dict[str, Any]) -> dict[str, Any]:
    """Give the members of the registration itself. Raises Undecodable where what should hold it is no object."""
    if any(isinstance(members.get(each), str) for each in _IDS):
        return members
    if isinstance(members.get("appId"), str):
        return _of_entra(members)
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


def _of_entra(members: dict[str, Any]) -> dict[str, Any]:
    """Collect the redirect URIs of all platforms; what Entra calls a public client is told by the platform."""
    platforms: dict[str, list[Any]] = {}
    for kind in _OF_ENTRA:
        if isinstance(members.get(kind), dict) and (uris := members[kind].get("redirectUris")):
            platforms[kind] = uris if isinstance(uris, list) else [uris]
    for each in members.get("replyUrlsWithType") or ():
        if isinstance(each, dict) and (platform := _OLD_TYPES.get(str(each.get("type")).lower())):
            platforms.setdefault(platform, []).append(each.get("url"))
    if not platforms and not any(each in members for each in (*_OF_ENTRA, "replyUrlsWithType")):
        return members
    found = {key: each for key, each in members.items() if key not in (*_OF_ENTRA, "id", "replyUrlsWithType")}
    found["redirect_uris"] = [uri for uris in platforms.values() for uri in uris]
    if platforms and ("web" not in platforms or len(platforms) == 1):
        found["public"] = "web" not in platforms
    return found


def _object(name: str, members: dict[str, Any], member: str, before: str = "") -> dict[str, Any]:
    value = members[member]
    if not isinstance(value, dict):
        raise Undecodable(f"{name}: in the client registration {before}{member} must be an object")
    return value
