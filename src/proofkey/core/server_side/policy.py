"""What an authorization server allows, as far as the judgements need to know. Secure values are the defaults."""

from __future__ import annotations

from dataclasses import dataclass

from proofkey.core.redirect_uri import LOOPBACK_LITERALS


@dataclass(frozen=True, slots=True)
class Policy:
    """Lifetimes are in seconds."""

    issuer: str
    scopes: frozenset[str] = frozenset()
    any_port_for: frozenset[str] = LOOPBACK_LITERALS
    code_lifetime: int = 60
    refresh_grace: int = 30
    empty_secret_is_none: bool = False
    resources: frozenset[str] | None = None  # None: any absolute URI without fragment (RFC 8707 2)
