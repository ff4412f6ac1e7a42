"""The one organization that an installation with Genesys Cloud's surface stands for."""

from __future__ import annotations

import uuid

from proofkey.server.running import Server


def organization(server: Server) -> dict[str, str]:
    """Give its id (stable for the issuer) and name."""
    issuer = server.settings.issuer
    return {"id": str(uuid.uuid5(uuid.NAMESPACE_URL, issuer)), "name": issuer.partition("://")[2]}
