"""What every endpoint for clients begins with: a form, from a client that is who it says it is (RFC 6749 2.3, 3.2)."""

from __future__ import annotations

import msgspec

from proofkey.core import client_auth
from proofkey.core.client_auth import NotAuthenticated
from proofkey.core.errors import OAuthError
from proofkey.core.params import MalformedForm, Params
from proofkey.core.records import ClientRecord
from proofkey.core.wire import FORM
from proofkey.server.answers import token_error
from proofkey.server.http import Answer, Request
from proofkey.server.running import Server

_NEVER_IN_A_URL = (b"grant_type=", b"code=", b"client_secret=", b"refresh_token=")


class ClientRequest(msgspec.Struct, frozen=True):
    """A form and its client; `with_secret`: the client authenticated itself."""

    params: Params
    client: ClientRecord
    with_secret: bool


async def read_client_request(server: Server, request: Request, endpoint: str) -> ClientRequest | Answer:
    """Give the parameters and the client, or the refusal; whatever is refused has a name in the journal."""
    params = _read_form(request)
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
    if isinstance(presented, NotAuthenticated):
        return _not_authenticated(server, request, presented, params, endpoint)
    client = client_auth.authenticate(presented, await server.store.client(presented.client_id))
    if isinstance(client, NotAuthenticated):
        return _not_authenticated(server, request, client, params, endpoint)
    return ClientRequest(params, client, presented.secret is not None)


def _not_authenticated(
    server: Server, request: Request, refused: NotAuthenticated, params: Params, endpoint: str
) -> Answer:
    return token_error(
        server, request, refused.error, refused.fault, params, challenge=refused.challenge, endpoint=endpoint
    )


def _read_form(request: Request) -> Params | tuple[str, str | None]:
    """Read the body's parameters, or say what is wrong with it: a sentence and a fault."""
    content_type = request.header(b"content-type") or ""
    if content_type != FORM and (content_type := content_type.partition(";")[0].strip().lower()) != FORM:
        if content_type == "application/json":
            fault = "token-body-json"
        elif content_type.startswith("multipart/"):
            fault = "token-body-multipart"
        else:
            fault = "token-params-in-query" if not request.body and request.raw_query else "token-content-type-wrong"
        return f"The body must be {FORM}.", fault
    if request.raw_query and any(name in request.raw_query for name in _NEVER_IN_A_URL):
        return "The parameters belong into the body, not into the URL.", "token-params-in-query"
    if request.body.lstrip()[:1] in (b"{", b"["):
        return f"The body must be {FORM}.", "token-body-json-as-form"
    try:
        return request.form()
    except MalformedForm:
        return "The body is not form-encoded.", None
