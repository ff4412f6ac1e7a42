"""Tokens as a JSON text for the place where they are kept, and back. The text is as secret as they are."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass

from proofkey.client.errors import NotKept
from proofkey.core.client_side import Tokens
from proofkey.core.secret import AccessToken, RefreshToken

_VERSION = 1
MAX_LENGTH = 1 << 20  # characters


@dataclass(frozen=True, slots=True)
class Kept:
    """Tokens, and when they were obtained (seconds since the epoch)."""

    tokens: Tokens
    obtained_at: float

    def is_fresh(self, now: float, leeway: float) -> bool:
        """Tell whether the access token need not be renewed yet; `leeway`: seconds before its end."""
        expires = self.tokens.expires_at
        if expires is None:
            return True  # the server did not say; a 401 will
        # A token of a minute must not be renewed at every use.
        return now < expires - min(leeway, max(0.0, expires - self.obtained_at) / 4)

    def is_live(self, now: float) -> bool:
        """Tell whether the access token is not over."""
        return self.tokens.expires_at is None or now < self.tokens.expires_at


def dump_with_secrets(kept: Kept) -> str:
    """Write tokens, secrets included."""
    tokens = kept.tokens
    return json.dumps(
        {
            "version": _VERSION,
            "obtained_at": kept.obtained_at,
            "access_token": tokens.access_token.reveal(),
            "token_type": tokens.token_type,
            "expires_at": tokens.expires_at,
            "refresh_token": tokens.refresh_token.reveal() if tokens.refresh_token else None,
            "scopes": list(tokens.scopes),
            "id_token": tokens.id_token.reveal() if tokens.id_token else None,
            "claims": dict(tokens.claims) if tokens.claims is not None else None,
        }
    )


def load_with_secrets(text: str) -> Kept:
    """Read what `dump_with_secrets` wrote. Raises NotKept for anything else; the text is never quoted."""
    try:
        document = json.loads(text) if len(text) <= MAX_LENGTH else None
    except (ValueError, RecursionError):
        document = None
    if not isinstance(document, dict) or document.get("version") != _VERSION:
        raise _unreadable()
    access, kind = document.get("access_token"), document.get("token_type")
    refresh, id_token = document.get("refresh_token"), document.get("id_token")
    scopes, claims = document.get("scopes"), document.get("claims")
    expires, obtained = document.get("expires_at"), _time(document.get("obtained_at"))
    if not (isinstance(access, str) and access and isinstance(kind, str) and obtained is not None):
        raise _unreadable()
    if not (isinstance(scopes, list) and all(isinstance(scope, str) for scope in scopes)):
        raise _unreadable()
    if not all(value is None or isinstance(value, str) for value in (refresh, id_token)):
        raise _unreadable()
    if (expires is not None and _time(expires) is None) or not (claims is None or isinstance(claims, dict)):
        raise _unreadable()
    tokens = Tokens(
        access_token=AccessToken(access),
        token_type=kind,
        expires_at=_time(expires),
        refresh_token=RefreshToken(refresh) if refresh else None,
        scopes=tuple(scopes),
        id_token=AccessToken(id_token) if id_token else None,
        claims=claims,
    )
    return Kept(tokens, obtained)


def _time(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not -1e15 < value < 1e15 or math.isnan(value):
        return None
    return float(value)


def _unreadable() -> NotKept:
    return NotKept("what is kept here are no tokens that proofkey wrote; log in again")
