"""Whether an ID token was signed with a key that its issuer publishes (OpenID Connect Core 10.1, RFC 8725).

joserfc does the arithmetic. Which key and which algorithm is decided here, never by the token: no key of a header
(`jwk`, `jku`, `x5c`) is looked at, and a key fits only its own kind of algorithm.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib.util import find_spec

from proofkey.client.answers import json_object
from proofkey.client.id_tokens import Unproven
from proofkey.core.errors import PeerViolation
from proofkey.core.wire import JSON, Conversation, HttpRequest

MAX_KEYS = 100
FRESH = 600.0  # seconds for which a key set is not asked for again
PAUSE = 60.0  # seconds after a search in vain, during which no other is made

_LONGEST = {"e": 16}  # characters; of others 1,400, which is RSA of 8,400 bits
_KIND = {"RS": "RSA", "PS": "RSA", "ES": "EC"}


def available() -> bool:
    """Tell whether signatures can be checked: joserfc is there (`pip install 'proofkey[openid]'`)."""
    return find_spec("joserfc") is not None


@dataclass(slots=True)
class PublishedKeys:
    """The issuer's key set as last fetched. Shared by threads: each assignment replaces the whole."""

    url: str
    clock: Callable[[], float]
    _held: tuple[float, list[Mapping[str, object]]] | None = field(default=None, repr=False)
    _missed_at: float = field(default=-math.inf, repr=False)  # when a key was last looked for in vain

    def candidates(self, token: Unproven) -> Conversation[list[Mapping[str, object]]]:
        """Give the keys that may have signed the token; ask the server only where none is known."""
        now, held = self.clock(), self._held
        found = _fitting(held[1], token) if held is not None else []
        # A key that is not there may be new: look at once, and then not again for a while, whoever sends what.
        if not self._is_fresh(now) or (not found and now - self._missed_at > PAUSE):
            found = _fitting((yield from self._fetch(now)), token)
            if not found:
                self._missed_at = now
        return found

    def make_ready(self) -> Conversation[None]:
        """Have a fresh key set before a token is spent: fetching one is what can fail afterwards."""
        now = self.clock()
        if not self._is_fresh(now):
            yield from self._fetch(now)

    def _is_fresh(self, now: float) -> bool:
        return self._held is not None and now - self._held[0] <= FRESH

    def _fetch(self, now: float) -> Conversation[list[Mapping[str, object]]]:
        document = json_object((yield HttpRequest("GET", self.url, (("accept", JSON),))), "JWKS endpoint")
        keys = document.get("keys")
        if not isinstance(keys, list):
            raise PeerViolation("the JWKS document has no list of keys", fault="answer-malformed")
        known: list[Mapping[str, object]] = [key for key in keys[:MAX_KEYS] if isinstance(key, dict)]
        self._held = (now, known)
        return known

    def verify(self, token: Unproven) -> Conversation[None]:
        """Raise PeerViolation unless one of the issuer's keys signed the token."""
        for key in (yield from self.candidates(token)):
            if _is_signed(token, key):
                return
        raise PeerViolation("no published key of the issuer signed the ID token", fault="id-token-signature-wrong")


def _fitting(keys: list[Mapping[str, object]], token: Unproven) -> list[Mapping[str, object]]:
    kid = token.header.get("kid")
    return [
        key
        for key in keys
        if key.get("kty") == _KIND[token.algorithm[:2]]
        and key.get("use", "sig") == "sig"
        and key.get("alg", token.algorithm) == token.algorithm
        and (kid is None or key.get("kid") == kid)
    ]


def _is_signed(token: Unproven, key: Mapping[str, object]) -> bool:
    from joserfc import jws
    from joserfc.errors import JoseError
    from joserfc.jwk import ECKey, RSAKey

    # key_ops and x5c stay out, and numbers that would take long to reckon with.
    public: dict[str, str | list[str]] = {
        name: value for name, value in key.items() if isinstance(value, str) and len(value) <= _LONGEST.get(name, 1400)
    }
    # Unknown names in a header are no reason to doubt a signature: `crit` was refused before.
    registry = jws.JWSRegistry(algorithms=[token.algorithm], strict_check_header=False)
    try:
        imported = (RSAKey if key.get("kty") == "RSA" else ECKey).import_key(public)
        jws.deserialize_compact(token.text, imported, registry=registry)
    except (JoseError, ValueError, TypeError, KeyError):
        return False
    return True
