"""The shape of a personality: every place in which servers of the two kinds answer differently."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from proofkey.core.errors import OAuthError


class Personality(msgspec.Struct, frozen=True):
    """`oauth_error` gives the body of an OAuth error; lifetimes are in seconds."""

    name: str
    any_port_for: frozenset[str]
    empty_secret_is_none: bool
    token_type: str
    access_token_lifetime: int
    public_clients_get_refresh_tokens: bool
    client_credentials_per_minute: int | None  # None: no limit
    oauth_error: Callable[[OAuthError], dict[str, str]]
