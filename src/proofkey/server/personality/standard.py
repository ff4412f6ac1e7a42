"""The plain personality: RFC texts and nothing else."""

from __future__ import annotations

from proofkey.core.errors import OAuthError
from proofkey.core.redirect_uri import LOOPBACK_LITERALS
from proofkey.server.personality.shape import Personality


def _oauth_error(error: OAuthError) -> dict[str, str]:
    return {"error": error.error, "error_description": error.description}


STANDARD = Personality(
    name="standard",
    any_port_for=LOOPBACK_LITERALS,
    empty_secret_is_none=False,
    token_type="Bearer",
    access_token_lifetime=3600,
    public_clients_get_refresh_tokens=True,
    client_credentials_per_minute=None,
    oauth_error=_oauth_error,
)
