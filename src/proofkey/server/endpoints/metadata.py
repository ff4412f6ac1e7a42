"""Both metadata documents: RFC 8414 and OpenID Connect Discovery say the same of this server."""

from __future__ import annotations

from proofkey.server.endpoints.token import GRANTS
from proofkey.server.http import Answer, Request, json_answer
from proofkey.server.running import Server
from proofkey.server.scopes import EVERYBODY, OPENID

_METHODS = ["none", "client_secret_basic", "client_secret_post"]
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
        "revocation_endpoint": server.url("/oauth/revoke"),
        "introspection_endpoint": server.url("/oauth/introspect"),
        "pushed_authorization_request_endpoint": server.url("/oauth/par"),
        "userinfo_endpoint": server.url("/oauth/userinfo"),
        "end_session_endpoint": server.url("/logout"),
        "jwks_uri": server.url("/oauth/jwks"),
        "scopes_supported": list(OPENID if server.settings.personality == "standard" else EVERYBODY),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query", "fragment", "form_post"],
        "grant_types_supported": list(GRANTS),
        "token_endpoint_auth_methods_supported": _METHODS,
        "revocation_endpoint_auth_methods_supported": _METHODS,
        "introspection_endpoint_auth_methods_supported": _METHODS[1:],
        "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": True,
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256", "ES256"],
        "claims_supported": ["sub", "iss", "auth_time", "name", "preferred_username", "email", "email_verified"],
        "prompt_values_supported": ["none", "login", "consent", "select_account"],
        "request_parameter_supported": False,
        "request_uri_parameter_supported": False,
        "require_pushed_authorization_requests": False,
        "service_documentation": server.url("/faults/"),
    }
