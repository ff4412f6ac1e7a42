"""What of a request may stand in the journal in clear (decision 12): words of the protocol, and addresses without
their query values. Everything else is a length and a fingerprint, whatever its name says.
"""

from __future__ import annotations

import re

from proofkey.core.params import Params
from proofkey.core.records import ClientRecord
from proofkey.server.scopes import KNOWN

MAX_URI = 300  # characters
_HOLDS_MORE = re.compile("[?#@]")  # than scheme, host and path

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


# What a sentence about a request may name, though a stranger's body holds it, too.
_NAMES = frozenset(
    {
        *("access_token", "authorization_code", "client_credentials", "client_id", "client_secret", "code"),
        *("code_challenge", "code_challenge_method", "code_verifier", "grant_type", "nonce", "redirect_uri"),
        *("refresh_token", "request_uri", "resource", "response_mode", "response_type", "scope", "state"),
        *("application/json", "application/x-www-form-urlencoded", "multipart/form-data", "Content-Disposition"),
    }
)
_PIECE = re.compile(r"[A-Za-z0-9_\-.~%+/=:]{8,}")
_LONG_ENOUGH = 6  # a shorter piece gives nothing away, and stands in every other word
_MOST_PIECES = 300


def shown_name(name: str) -> str:
    """Give a parameter's name, or say how long it is where it cannot be one."""
    return name if name in _NAMES or _NAME.fullmatch(name) else f"of an odd name ({len(name)} characters)"


def says_nothing_secret(name: str, value: str) -> bool:
    """Tell whether a value is made of words that everybody knows."""
    known = _WORDS.get(name)
    if known is None:
        return False
    words = value.split(" ")
    return len(words) <= 100 and known.issuperset(words)


def without_values(uri: str) -> str:
    """Write a URI with the names of its query but not their values, without user information and fragment."""
    if not _HOLDS_MORE.search(uri):
        return uri[:MAX_URI]
    place, mark, query = uri.partition("#")[0].partition("?")
    scheme, slashes, rest = place.partition("://")
    authority, slash, path = rest.partition("/")
    place = f"{scheme}{slashes}{authority.rpartition('@')[2]}{slash}{path}"
    pairs = [pair.partition("=") for pair in query.split("&")[:20]]
    names = "&".join(shown_name(name) + (f"{equals}..." if value else equals) for name, equals, value in pairs)
    return f"{place[:MAX_URI]}{mark}{names if query else ''}"


class Scrubber:
    """Takes what a request carried out of sentences about it, so that production keeps no value (decision 12).

    What the client is registered with may stay: its owner wrote it.
    """

    def __init__(self, params: Params, raw: bytes, client: ClientRecord | None) -> None:
        known = set(_NAMES).union(*_WORDS.values())
        if client is not None:
            known.update((client.client_id, *client.redirect_uris, *client.scopes))
        self._uris = [value for name, value in params if name == "redirect_uri" and value not in known]
        pieces = {name for name in params.names() if shown_name(name) != name}
        for name, value in params:
            if name == "redirect_uri":
                pieces.update(pair.partition("=")[2] for pair in value.partition("?")[2].split("&"))
            else:
                pieces.update((value, *value.split()))
        if not len(params):  # a body that is no form
            pieces.update(_PIECE.findall(raw.decode("utf-8", "replace")))
        found = sorted((each for each in pieces - known if len(each) >= _LONG_ENOUGH), key=len, reverse=True)
        self._pieces = found[:_MOST_PIECES]

    def clean(self, text: str) -> str:
        """Give a sentence without values: an address keeps the names of its query, anything else its length."""
        for uri in self._uris:
            text = text.replace(uri, without_values(uri))
        for piece in self._pieces:
            text = text.replace(piece, f"({len(piece)} characters)")
        return text
