"""Both metadata documents: RFC 8414 and OpenID Connect Discovery say the same of this server."""

from __future__ import annotations

from proofkey.server.http import Answer, Request, json_answer
from proofkey.server.running import Server
from proofkey.server.scopes import EVERYBODY, OPENID

_CACHED = (("cache-control", "public, max-age=300"),)


async def metadata(server: Server, request: Request) -> Answer:
    """Serve the document."""
    return json_answer(describe(server), headers=_CACHED)


def describe(server: Server) -> dict[str, object]:
    """Say what is served, and nothing that is not; no empty lists (RFC 8414 3.2)."""
    return {
        "issuer": server.settings.issuer,
        "authorization_endpoint": server.url("/oauth/authorize"),
        "token_endpoint": server.url("/oauth/token"),
        "jwks_uri": server.url("/oauth/jwks"),
        "scopes_supported": list(OPENID if server.settings.personality == "standard" else EVERYBODY),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query", "fragment", "form_post"],
        "grant_types_supported": ["authorization_code", "refresh_token"],
        "token_endpoint_auth_methods_supported": ["none", "client_secret_basic", "client_secret_post"],
        "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": True,
        "service_documentation": server.url("/faults/"),
    }
