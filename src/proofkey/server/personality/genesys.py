"""Genesys Cloud's surface, where it is known: the shapes that its own SDKs declare and send.

What is not known of the real service follows the RFC. The error body carries the description twice, as their Go SDK
declares it; token_type is lower case; the loopback port is free for the name localhost too.
"""

from __future__ import annotations

from proofkey.core.errors import OAuthError
from proofkey.core.redirect_uri import LOOPBACK_WITH_NAME
from proofkey.server.personality.shape import Personality


def _oauth_error(error: OAuthError) -> dict[str, str]:
    return {"error": error.error, "description": error.description, "error_description": error.description}


GENESYS = Personality(
    name="genesys",
    any_port_for=LOOPBACK_WITH_NAME,
    empty_secret_is_none=True,
    token_type="bearer",
    access_token_lifetime=86400,
    public_clients_get_refresh_tokens=False,  # refresh tokens are for confidential clients there
    client_credentials_per_minute=300,
    oauth_error=_oauth_error,
)
