"""What revocation, introspection and pushed requests have in common: a form from a client that says who it is."""

from __future__ import annotations

from proofkey.core import client_auth
from proofkey.core.client_auth import NotAuthenticated
from proofkey.core.errors import OAuthError
from proofkey.core.params import Params
from proofkey.core.records import ClientRecord
from proofkey.server.answers import token_error
from proofkey.server.endpoints.token import read_form
from proofkey.server.http import Answer, Request
from proofkey.server.running import Server


async def read_client_request(server: Server, request: Request, endpoint: str) -> tuple[Params, ClientRecord] | Answer:
    """Give the parameters and the authenticated client, or the refusal."""
    params = read_form(request)
    if isinstance(params, tuple):
        description, fault = params
        error = OAuthError("invalid_request", description)
        return token_error(server, request, error, fault, Params(), endpoint=endpoint)
    if params.repeated():
        error = OAuthError("invalid_request", "A parameter is there twice.")
        return token_error(server, request, error, "parameter-repeated", params, endpoint=endpoint)
    presented = client_auth.read(
        request.header(b"authorization"), params, empty_secret_is_none=server.policy.empty_secret_is_none
    )
    client: ClientRecord | NotAuthenticated = (
        presented
        if isinstance(presented, NotAuthenticated)
        else client_auth.authenticate(presented, await server.store.client(presented.client_id))
    )
    if isinstance(client, NotAuthenticated):
        return token_error(
            server, request, client.error, client.fault, params, challenge=client.challenge, endpoint=endpoint
        )
    return params, client
