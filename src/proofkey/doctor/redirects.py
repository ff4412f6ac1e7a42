"""How the redirect_uri of the token request differs from that of the authorization request (RFC 6749 4.1.3).

Servers compare the two as texts. The smallest change that makes them equal names the fault, so these faults exclude
each other.
"""

from __future__ import annotations

import re
from urllib.parse import unquote

from proofkey.doctor.address import Address, split, without_parameters
from proofkey.doctor.evidence import Seen
from proofkey.doctor.fault import PROVEN, Finding
from proofkey.doctor.login import Login
from proofkey.doctor.pattern import Pattern

_ENCODED_SCHEME = Pattern(r"[a-z][a-z0-9+.\-]*(?:%25)*%3a.*", re.IGNORECASE | re.DOTALL)


def difference(asked: str, repeated: str) -> str | None:
    """Name the fault that tells how two redirect URIs differ; None where they are equal."""
    if asked == repeated:
        return None
    if _is_encoded_again(repeated, asked) or _is_encoded_again(asked, repeated):
        return "redirect-uri-double-encoded"
    if _without_slash(asked) == _without_slash(repeated):
        return "redirect-uri-trailing-slash"
    if asked.partition("#")[0] == repeated.partition("#")[0]:
        return "redirect-uri-fragment"
    if asked.casefold() == repeated.casefold():
        return "redirect-uri-case-differs"
    one, other = split(asked), split(repeated)
    if one.host and other.host and _rest(one) == _rest(other):
        if one.host == other.host and one.scheme != other.scheme:
            return _scheme_or_more(one, other)
        if one.host == other.host and one.port != other.port:
            return "redirect-uri-port-differs"
        if one.is_loopback and other.is_loopback:
            return "redirect-uri-loopback-name-differs"
    return "redirect-uri-differs"


def finding(login: Login, slug: str, explanation: str) -> Finding | None:
    """Prove one of these faults; `{asked}` and `{repeated}` in the explanation stand for the two values."""
    observed = login.observe("authorize.redirect_uri"), login.observe("token.redirect_uri")
    match observed:
        case Seen(one), Seen(other) if difference(one, other) == slug:
            asked, repeated = observed
            words = explanation.format(asked=shown(one), repeated=shown(other)) + _unprinted(one, other)
            return Finding(
                PROVEN,
                words,
                (asked.shows(f"redirect_uri: {shown(one)}"), repeated.shows(f"redirect_uri: {shown(other)}")),
            )
    return None


def shown(uri: str) -> str:
    """Write a redirect URI for people, without the values of its query."""
    return without_parameters(uri)[:300]


def _unprinted(one: str, other: str) -> str:
    """Say what differs where the part that is printed does not: the names of the queries, never their values."""
    if shown(one) != shown(other):
        return ""
    asked, repeated = (
        ", ".join(dict.fromkeys(each.name[:40] for each in split(uri).parameters)) or "nothing" for uri in (one, other)
    )
    if asked == repeated:
        return " They differ behind that, in values that are not printed."
    return f" They differ behind that: the first goes on with {asked}, the second with {repeated}."


def _is_encoded_again(one: str, other: str) -> bool:
    decoded = unquote(one)
    if decoded == one:
        return False
    return _ENCODED_SCHEME.fullmatch(one) is not None or other in (decoded, unquote(decoded))


def _without_slash(uri: str) -> str:
    place, mark, rest = uri.partition("?")
    return place.rstrip("/") + mark + rest.rstrip("/")


def _rest(address: Address) -> tuple[str, str, str]:
    return address.path.rstrip("/"), address.query, address.fragment


def _scheme_or_more(one: Address, other: Address) -> str:
    return "redirect-uri-scheme-differs" if {one.scheme, other.scheme} <= {"http", "https"} else "redirect-uri-differs"
