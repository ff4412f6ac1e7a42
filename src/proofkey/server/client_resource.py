"""An OAuth client in the shape of Genesys Cloud's API; never with its secret."""

from __future__ import annotations

from datetime import UTC, datetime

from proofkey.core.records import ClientRecord
from proofkey.server.personality import Personality

GRANT_TYPES: dict[str, tuple[str, ...]] = {
    "CODE": ("authorization_code", "refresh_token"),
    "CLIENT-CREDENTIALS": ("client_credentials",),
}


def describe(client: ClientRecord, personality: Personality) -> dict[str, object]:
    """Write a client as OAuthClient; a lifetime that it does not set is the server's."""
    return {
        "id": client.client_id,
        "name": client.name,
        "accessTokenValiditySeconds": client.access_token_lifetime or personality.access_token_lifetime,
        "description": client.description,
        "registeredRedirectUri": list(client.redirect_uris),
        "roleIds": [],
        "dateCreated": _date(client.created_at),
        "dateModified": _date(client.modified_at),
        "authorizedGrantType": grant_type_of(client),
        "scope": list(client.scopes),
        "roleDivisions": [],
        "state": "disabled" if client.disabled else "active",
        "selfUri": f"/api/v2/oauth/clients/{client.client_id}",
    }


def grant_type_of(client: ClientRecord) -> str:
    """Name a client's grant type as Genesys Cloud does."""
    return "CODE" if "authorization_code" in client.grant_types else "CLIENT-CREDENTIALS"


def _date(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
