"""What of a request may stand in the journal in clear (decision 6): words of the protocol, and addresses without
their query values. Everything else is a length and a fingerprint, whatever its name says.
"""

from __future__ import annotations

import re

from proofkey.server.scopes import KNOWN

MAX_URI = 300  # characters

# A name is chosen by the sender, too: a secret pasted in the wrong place is longer than any parameter's name.
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_.\-]{0,29}")

_WORDS: dict[str, frozenset[str]] = {
    "grant_type": frozenset(
        {
            *("authorization_code", "refresh_token", "client_credentials", "password", "implicit", "code"),
            *("authorization-code", "authorizationCode", "urn:ietf:params:oauth:grant-type:device_code"),
        }
    ),
    "response_type": frozenset({"code", "token", "id_token", "none"}),
    "code_challenge_method": frozenset({"S256", "s256", "plain", "S512", "SHA256", "SHA-256", "sha256"}),
    "response_mode": frozenset({"query", "fragment", "form_post"}),
    "prompt": frozenset({"none", "login", "consent", "select_account"}),
    "scope": KNOWN,
    "token_type_hint": frozenset({"access_token", "refresh_token"}),
}


def shown_name(name: str) -> str:
    """Give a parameter's name, or say how long it is where it cannot be one."""
    return name if _NAME.fullmatch(name) else f"of an odd name ({len(name)} characters)"


def says_nothing_secret(name: str, value: str) -> bool:
    """Tell whether a value is made of words that everybody knows."""
    words = value.split(" ")
    return name in _WORDS and len(words) <= 100 and _WORDS[name].issuperset(words)


def without_values(uri: str) -> str:
    """Write a URI with the names of its query but not their values, without user information and fragment."""
    place, mark, query = uri.partition("#")[0].partition("?")
    scheme, slashes, rest = place.partition("://")
    authority, slash, path = rest.partition("/")
    place = f"{scheme}{slashes}{authority.rpartition('@')[2]}{slash}{path}"
    pairs = [pair.partition("=") for pair in query.split("&")[:20]]
    names = "&".join(shown_name(name) + (f"{equals}..." if value else equals) for name, equals, value in pairs)
    return f"{place[:MAX_URI]}{mark}{names if query else ''}"
