"""Pushed authorization requests (RFC 9126): the request is judged now and sealed into a request_uri; nothing is stored.

The request_uri is bound to its client and lives 90 seconds. It may be opened again within them: a person who reloads
the login page loses nothing, and a code is still given once per consent (RFC 9126 2.2 makes single use a should).
"""

from __future__ import annotations

import msgspec

from proofkey.core.errors import OAuthError
from proofkey.core.params import MalformedForm, Params
from proofkey.core.server_side.authorization import PUSHED, judge_authorization
from proofkey.core.server_side.verdicts import Asked
from proofkey.server.answers import token_error
from proofkey.server.endpoints.client_requests import read_client_request
from proofkey.server.http import Answer, Request, json_answer
from proofkey.server.interaction import LONGEST_WAITING
from proofkey.server.running import Server
from proofkey.server.sealing.not_opened import NotOpened
from proofkey.server.sealing.purpose import Purpose

LIFETIME = 90  # seconds
_NOT_PUSHED = frozenset({"client_secret", "client_assertion", "client_assertion_type"})


class _Pushed(msgspec.Struct, array_like=True, frozen=True):
    client_id: str
    query: str


async def par(server: Server, request: Request) -> Answer:
    """Take a request in; 201 with its request_uri."""
    asked = await read_client_request(server, request, "par")
    if isinstance(asked, Answer):
        return asked
    params, client = asked.params, asked.client
    if params.get("request_uri") is not None:  # RFC 9126 2.1
        error = OAuthError("invalid_request", "A request_uri cannot be pushed.")
        return token_error(server, request, error, "par-request-uri-unusable", params, client=client, endpoint="par")
    pushed = Params(
        [("client_id", client.client_id)]
        + [(name, value) for name, value in params if name not in _NOT_PUSHED and name != "client_id"]
    )
    verdict = judge_authorization(pushed, client, server.policy)
    if not isinstance(verdict, Asked):
        return token_error(server, request, verdict.error, verdict.fault, pushed, client=client, endpoint="par")
    query = pushed.encode()
    if len(query) > LONGEST_WAITING:  # it comes back in an address, and may have to wait for a person (RFC 9126 2.3)
        error = OAuthError("invalid_request", "The request is too long.", 413)
        return token_error(server, request, error, None, pushed, client=client, endpoint="par")
    sealed = server.sealer.seal_box(
        Purpose.REQUEST_URI,
        msgspec.msgpack.encode(_Pushed(client.client_id, query)),
        ttl=LIFETIME,
        now=request.arrived_at,
    )
    return json_answer({"request_uri": PUSHED + sealed, "expires_in": LIFETIME}, 201)


def pulled(server: Server, params: Params, now: float) -> Params:
    """Put the pushed request in the place of its request_uri; as it is where there is none, or none of ours.

    Only `client_id` stands beside a request_uri (RFC 9126 4); it must be the one that pushed. An expired one stays
    beside what it stood for, and so is refused at the address that was pushed.
    """
    uri = params.get("request_uri")
    if uri is None or not uri.startswith(PUSHED) or params.repeated():
        return params
    sealed = uri.removeprefix(PUSHED)
    opened = server.sealer.open_box(Purpose.REQUEST_URI, sealed, now=0.0)
    if isinstance(opened, NotOpened):
        return params
    pushed = msgspec.msgpack.decode(opened, type=_Pushed)
    if params.get("client_id") != pushed.client_id:
        return params
    try:
        request = Params.parse(pushed.query)
    except MalformedForm:
        return params
    expired = isinstance(server.sealer.open_box(Purpose.REQUEST_URI, sealed, now=now), NotOpened)
    return Params([*request, ("request_uri", uri)]) if expired else request
