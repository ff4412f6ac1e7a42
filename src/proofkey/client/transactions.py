"""Carries a login under way through a session or a sealed cookie: Transaction to JSON text and back.

The text holds the code_verifier: whoever reads it may redeem the code. Seal it, or keep it on the server.
"""

from __future__ import annotations

import json
import math

from proofkey.core import pkce
from proofkey.core.client_side import Transaction
from proofkey.core.errors import Misuse

_VERSION = 1
_MAX_LENGTH = 16_384  # characters


def dump_with_verifier(transaction: Transaction) -> str:
    """Write a transaction, its code_verifier included, as JSON."""
    return json.dumps(
        {
            "version": _VERSION,
            "issuer": transaction.issuer,
            "client_id": transaction.client_id,
            "redirect_uri": transaction.redirect_uri,
            "state": transaction.state,
            "code_verifier": transaction.verifier.reveal(),
            "nonce": transaction.nonce,
            "scopes": list(transaction.scopes),
            "started_at": transaction.started_at,
            "max_age": transaction.max_age,
        }
    )


def load_with_verifier(text: str) -> Transaction:
    """Read what `dump_with_verifier` wrote. Raises Misuse for anything else; the text is never quoted."""
    try:
        document = json.loads(text) if len(text) <= _MAX_LENGTH else None
    except (ValueError, RecursionError):
        document = None
    if not isinstance(document, dict) or document.get("version") != _VERSION:
        raise _unreadable()
    scopes, nonce, started = document.get("scopes"), document.get("nonce"), document.get("started_at")
    max_age = document.get("max_age")
    if not isinstance(scopes, list) or not all(isinstance(scope, str) for scope in scopes):
        raise _unreadable()
    if not (nonce is None or isinstance(nonce, str)):
        raise _unreadable()
    if not (max_age is None or (isinstance(max_age, int) and not isinstance(max_age, bool))):
        raise _unreadable()
    if not isinstance(started, int | float) or isinstance(started, bool) or not math.isfinite(started):
        raise _unreadable()
    return Transaction(
        issuer=_text(document, "issuer"),
        client_id=_text(document, "client_id"),
        redirect_uri=_text(document, "redirect_uri"),
        state=_text(document, "state"),
        verifier=pkce.parse_verifier(_text(document, "code_verifier")),
        nonce=nonce,
        scopes=tuple(scopes),
        started_at=started,
        max_age=max_age,
    )


def _text(document: dict[str, object], name: str) -> str:
    value = document.get(name)
    if not isinstance(value, str) or not value:
        raise _unreadable()
    return value


def _unreadable() -> Misuse:
    return Misuse("this text is no login under way", fault="login-cookie-unreadable")
