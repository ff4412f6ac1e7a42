"""A request on its way to the application: which endpoint, which client, which grant; its body is read and given on."""

from __future__ import annotations

from base64 import b64decode
from dataclasses import dataclass, field
from urllib.parse import unquote_plus

from proofkey.core.params import MalformedForm, Params
from proofkey.server import access_tokens
from proofkey.server.app import Receive
from proofkey.server.http import Request, Scope
from proofkey.server.routes import find
from proofkey.server.running import Server

_AT_ONCE = frozenset({"GET", "HEAD", "OPTIONS", "DELETE"})


@dataclass(slots=True)
class Passing:
    """What can be known of a request before it is answered."""

    request: Request
    endpoint: str | None  # the module that answers; all of the API is `api`
    params: Params = field(default_factory=Params)
    client_id: str | None = None

    @property
    def is_preflight(self) -> bool:
        """Tell whether a browser asks whether it may ask."""
        return self.request.method == "OPTIONS"


def endpoint_of(path: str) -> str | None:
    """Name the endpoint of a path below the issuer."""
    route = find(path, development=True)
    if route is None:
        return None
    return "api" if route.module.startswith("api_") else route.module


async def read(server: Server, scope: Scope, receive: Receive, path: str, request_id: str) -> Passing:
    """Read a request as far as its bounds allow; what is over them, the application refuses."""
    body, more = b"", scope["method"] not in _AT_ONCE
    while more and len(body) <= server.settings.max_body:
        event = await receive()
        body += event.get("body", b"")
        more = event.get("more_body", False)
    request = Request.of_asgi(scope, body)
    request.path, request.id, request.arrived_at = path, request_id, server.clock()
    passing = Passing(request, endpoint_of(path), _params(request))
    passing.client_id = await _client_of(server, passing)
    return passing


def _params(request: Request) -> Params:
    try:
        return request.form() if request.body else request.query()
    except MalformedForm:
        return Params()


async def _client_of(server: Server, passing: Passing) -> str | None:
    """Name the client as the request does: by its parameter, by Basic authentication, or by its access token."""
    scheme, _, told = (passing.request.header(b"authorization") or "").partition(" ")
    if scheme.lower() == "bearer":
        token = await access_tokens.read(server, told.strip())
        grant = await server.store.grant(token.grant_id) if token is not None else None
        return grant.client_id if grant is not None else None
    if scheme.lower() == "basic":
        try:
            name, _, _ = b64decode(told).decode().partition(":")
        except ValueError:
            return None
        return unquote_plus(name)
    return passing.params.get("client_id")
