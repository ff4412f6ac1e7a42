"""The token endpoint (RFC 6749 3.2): hands a client's request over to its grant type."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from proofkey.core.errors import OAuthError
from proofkey.core.params import Params
from proofkey.core.records import ClientRecord
from proofkey.server.answers import token_error
from proofkey.server.endpoints import client_credentials, redemption, refreshing
from proofkey.server.endpoints.client_requests import read_client_request
from proofkey.server.http import Answer, Request
from proofkey.server.running import Server


async def token(server: Server, request: Request) -> Answer:
    """Serve a token request."""
    if not server.keys.can_sign:
        await server.keys.until_it_can_sign()
    asked = await read_client_request(server, request, "token")
    if isinstance(asked, Answer):
        return asked
    params, client = asked.params, asked.client
    grant_type = params.get("grant_type")
    grant = GRANTS.get(grant_type or "")
    if grant is None:
        error = OAuthError(
            "invalid_request" if grant_type is None else "unsupported_grant_type",
            "The parameter grant_type is missing." if grant_type is None else "This grant_type is not served.",
        )
        # The password grant is refused for good: RFC 9700 2.4.
        fault = "grant-not-enabled" if grant_type == "password" else "grant-type-wrong"
        return token_error(server, request, error, fault, params, client=client)
    if grant_type not in client.grant_types:
        error = OAuthError("unauthorized_client", f"client is not authorized to use the {grant_type} grant type")
        return token_error(server, request, error, "grant-not-enabled", params, client=client)
    return await grant(server, request, params, client, asked.with_secret)


# Each is told whether the client authenticated itself with a secret.
GRANTS: dict[str, Callable[[Server, Request, Params, ClientRecord, bool], Awaitable[Answer]]] = {
    "authorization_code": redemption.redeem,
    "refresh_token": refreshing.refresh,
    "client_credentials": client_credentials.grant_to_client,
}
