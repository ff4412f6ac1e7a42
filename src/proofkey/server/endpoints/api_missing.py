"""Whatever else is asked for under /api/v2: there is nothing, and an OAuth request that went here is named.

Tutorials send token requests to /api/v2/oauth/token; an API answers them as an API does.
"""

from __future__ import annotations

from proofkey.core.errors import OAuthError
from proofkey.core.params import MalformedForm, Params
from proofkey.server.api_answers import api_error
from proofkey.server.diagnosis import Refusal
from proofkey.server.http import Answer, Request
from proofkey.server.running import Server

_WRONG_PATHS = ("/api/v2/oauth/token", "/api/v2/oauth/authorize")


async def missing(server: Server, request: Request) -> Answer:
    """Answer 404, or 400 for an OAuth request gone astray, with its fault in the journal."""
    # An OAuth path comes here when it was asked of an API host.
    fault = "wrong-host" if request.path.startswith("/oauth/") else "wrong-token-path"
    if fault == "wrong-token-path" and request.path not in _WRONG_PATHS:
        return api_error(request, 404, "not.found", "The requested resource was not found.")
    try:
        params = request.form() if request.method == "POST" else request.query()
    except MalformedForm:
        params = Params()
    error = OAuthError("invalid_request", "This is the API, not the authorization server.")
    client_id = params.get("client_id")
    client = await server.store.client(client_id) if client_id is not None else None
    server.diagnosing.note(Refusal("api", request, params, fault, error, client=client))
    return api_error(request, 400, "bad.request", "The request could not be understood by the server.")
