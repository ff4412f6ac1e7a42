"""A library is told its issuer, and the setting holds another address: an endpoint or the metadata document.

The library puts /.well-known/openid-configuration behind it (OpenID Connect Discovery 4.1) and finds nothing there.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from proofkey.doctor.address import split
from proofkey.doctor.sources.source_code.block import Observation

METADATA = "/.well-known/openid-configuration"
_WHOLE = re.compile(r"/\.well-known/(?:openid-configuration|oauth-authorization-server).*", re.IGNORECASE)
_KEYCLOAK = re.compile(r"(/realms/[^/]+)/protocol/.*", re.IGNORECASE)
# A bare /token or /authorize could be somebody's issuer, and a realm may have that name; behind a folder of endpoints
# it is none.
_ENDPOINT = re.compile(
    r"(?<!/realms)(?P<folder>(?:/(?:oauth2?|connect|openid-connect|v[12](?:\.0)?))*)/(?P<name>authorize|token|userinfo)/?",
    re.IGNORECASE,
)
_NAMES = {"authorize": "authorization endpoint", "token": "token endpoint", "userinfo": "userinfo endpoint"}
_ENTRA = re.compile(r"(/[^/]+)/oauth2/v2\.0/\w+/?", re.IGNORECASE)


class Misplaced(NamedTuple):
    """What an address is instead of an issuer; `issuer` is what is left of it without that, "" where nobody can say."""

    what: str
    issuer: str
    is_plain: bool  # whether it can be nothing else


def misplaced_issuer(value: str) -> Misplaced | None:
    """Tell what an address is that stands where an issuer belongs; None where it may be one."""
    address = split(value)
    if not address.is_web or not address.host:
        return None
    path = address.path
    if found := _WHOLE.search(path):
        return Misplaced("the metadata document", address.origin + path[: found.start()], False)
    if found := _KEYCLOAK.search(path):
        return Misplaced("an endpoint of the realm", address.origin + path[: found.start()] + found[1], True)
    if found := _ENTRA.fullmatch(path):
        return Misplaced("an endpoint of the tenant", f"{address.origin}{found[1]}/v2.0", True)
    end = next((each for each in _ENDPOINT.finditer(path) if each.end() == len(path)), None)
    if end is None:
        return None
    issuer = "" if address.host.endswith(".amazoncognito.com") else address.origin + path[: end.start()]
    return Misplaced(f"the {_NAMES[end['name'].lower()]}", issuer, bool(end["folder"]))


def fact_of(misplaced: Misplaced, name: str, shown: str, line: int, reader: str) -> Observation:
    """Say what the setting `name` holds instead of the issuer; `shown` is its value as it may be printed."""
    known = f"Set {name} to the issuer, the address without the endpoint: probably {misplaced.issuer}."
    return Observation(
        "wrong-token-path",
        line,
        f"{name} holds the address of {misplaced.what}, and it has to be the issuer: {reader} looks for the server's"
        f" metadata behind it, at {shown.rstrip('/')}{METADATA}, where there is none, and so finds no endpoint at all.",
        possible=not misplaced.is_plain,
        fix=(known if misplaced.issuer else f"Set {name} to the issuer.")
        + f" It is the member issuer of the metadata, which stand at the issuer's address with {METADATA} behind it.",
    )
