"""The token endpoint (RFC 6749 3.2): reads the form, authenticates the client, hands over to the grant type."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from proofkey.core import client_auth
from proofkey.core.client_auth import NotAuthenticated
from proofkey.core.errors import OAuthError
from proofkey.core.params import MalformedForm, Params
from proofkey.core.records import ClientRecord
from proofkey.core.wire import FORM
from proofkey.server.answers import not_authenticated, token_error
from proofkey.server.endpoints import client_credentials, redemption, refreshing
from proofkey.server.http import Answer, Request
from proofkey.server.running import Server


async def token(server: Server, request: Request) -> Answer:
    """Serve a token request; whatever is refused, the reason has a name in the journal."""
    params = read_form(request)
    if isinstance(params, tuple):
        description, fault = params
        return token_error(server, request, OAuthError("invalid_request", description), fault, Params())
    if params.repeated():
        error = OAuthError("invalid_request", "A parameter is there twice.")
        return token_error(server, request, error, "parameter-repeated", params)
    presented = client_auth.read(
        request.header(b"authorization"), params, empty_secret_is_none=server.policy.empty_secret_is_none
    )
    if isinstance(presented, NotAuthenticated):
        return not_authenticated(server, request, presented, params)
    client = client_auth.authenticate(presented, await server.store.client(presented.client_id))
    if isinstance(client, NotAuthenticated):
        return not_authenticated(server, request, client, params)
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
    return await grant(server, request, params, client, presented.secret is not None)


# Each is told whether the client authenticated itself with a secret.
GRANTS: dict[str, Callable[[Server, Request, Params, ClientRecord, bool], Awaitable[Answer]]] = {
    "authorization_code": redemption.redeem,
    "refresh_token": refreshing.refresh,
    "client_credentials": client_credentials.grant_to_client,
}


def read_form(request: Request) -> Params | tuple[str, str | None]:
    """Read the body's parameters, or say what is wrong with it: a sentence and a fault."""
    content_type = (request.header(b"content-type") or "").partition(";")[0].strip().lower()
    if content_type != FORM:
        if content_type == "application/json":
            fault = "token-body-json"
        elif content_type.startswith("multipart/"):
            fault = "token-body-multipart"
        else:
            fault = "token-params-in-query" if not request.body and request.raw_query else "token-content-type-wrong"
        return f"The body must be {FORM}.", fault
    if any(name in request.raw_query for name in (b"grant_type=", b"code=", b"client_secret=", b"refresh_token=")):
        return "The parameters belong into the body, not into the URL.", "token-params-in-query"
    if request.body.lstrip()[:1] in (b"{", b"["):
        return f"The body must be {FORM}.", "token-body-json-as-form"
    try:
        return request.form()
    except MalformedForm:
        return "The body is not form-encoded.", None
