"""/api/v2/oauth/clients: Genesys Cloud's way to administer OAuth clients; an administrator's token, else 403."""

from __future__ import annotations

import secrets
import uuid
from dataclasses import replace

import msgspec

from proofkey.core.client_auth import hash_secret
from proofkey.core.records import ClientRecord
from proofkey.core.redirect_uri import fault_at_registration
from proofkey.core.secret import ClientSecret
from proofkey.server import bearer
from proofkey.server.api_answers import api_error, unauthorized
from proofkey.server.bearer import NoBearer
from proofkey.server.client_resource import GRANT_TYPES, describe
from proofkey.server.http import NO_STORE, Answer, Request, json_answer
from proofkey.server.running import Server
from proofkey.server.scopes import EVERYBODY

PREFIX = "/api/v2/oauth/clients"
LIFETIMES = range(300, 172_801)  # seconds
MAX_URIS = 125


class Body(msgspec.Struct, rename="camel"):
    """What a request to make or change a client may say; other members are ignored."""

    name: str | None = None
    authorized_grant_type: str | None = None
    access_token_validity_seconds: int | None = None
    description: str | None = None
    registered_redirect_uri: list[str] = []
    scope: list[str] = []
    state: str = "active"


class Rejected(Exception):
    """The body cannot become a client: an error code and a sentence."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code, self.message = code, message


async def clients(server: Server, request: Request) -> Answer:
    """Serve the list, one client, and its secret."""
    caller = await bearer.read(server, request)
    if isinstance(caller, NoBearer):
        return unauthorized(request, caller)
    if caller.user is None or not caller.user.admin:
        needed = "oauth:client:view" if request.method in ("GET", "HEAD") else "oauth:client:edit"
        message = f"Unable to perform the requested action. You are missing the following permission(s): {needed}"
        return api_error(request, 403, "missing.permissions", message)
    client_id, _, rest = request.path.removeprefix(PREFIX).strip("/").partition("/")
    try:
        if not client_id:
            return await _collection(server, request, caller.user.subject)
        client = await server.store.client(client_id)
        if client is None or rest not in ("", "secret"):
            return api_error(request, 404, "not.found", "The requested resource was not found.")
        if rest == "secret":
            return await _new_secret(server, request, client)
        return await _one(server, request, client)
    except Rejected as rejected:
        return api_error(request, 400, rejected.code, rejected.message)


async def _collection(server: Server, request: Request, owner: str) -> Answer:
    if request.method in ("GET", "HEAD"):
        entities = [describe(client, server.personality) for client in await server.store.clients()]
        page = {"pageSize": len(entities), "pageNumber": 1, "pageCount": 1, "total": len(entities)}
        return json_answer({"entities": entities, "selfUri": PREFIX, **page})
    if request.method != "POST":
        return _no_such_method(request, "GET", "POST")
    body = _read(request)
    secret = ClientSecret(secrets.token_urlsafe(32))
    fresh = ClientRecord(
        client_id=str(uuid.uuid4()),
        name="",
        redirect_uris=(),
        auth_method="client_secret_basic",
        secret_hash=hash_secret(secret),
        secret_optional=True,
        require_pkce=False,  # with its secret; without it, the redemption asks for the proof
        owner=owner,
        created_at=int(request.arrived_at),
    )
    client = _apply(fresh, body, request.arrived_at)
    await server.store.put_client(client)
    return json_answer(describe(client, server.personality) | {"secret": secret.reveal()})


async def _one(server: Server, request: Request, client: ClientRecord) -> Answer:
    if request.method in ("GET", "HEAD"):
        return json_answer(describe(client, server.personality))
    if request.method == "PUT":
        changed = _apply(client, _read(request), request.arrived_at)
        await server.store.put_client(changed)
        return json_answer(describe(changed, server.personality))
    if request.method == "DELETE":
        await server.store.remove_client(client.client_id, now=request.arrived_at)
        return Answer(204, NO_STORE)
    return _no_such_method(request, "GET", "PUT", "DELETE")


async def _new_secret(server: Server, request: Request, client: ClientRecord) -> Answer:
    if request.method != "POST":
        return _no_such_method(request, "POST")
    if client.is_public:
        raise Rejected("bad.request", "This client is public: it has no secret.")
    secret = ClientSecret(secrets.token_urlsafe(32))
    changed = replace(client, secret_hash=hash_secret(secret), modified_at=int(request.arrived_at))
    await server.store.put_client(changed)
    return json_answer(describe(changed, server.personality) | {"secret": secret.reveal()})


def _read(request: Request) -> Body:
    try:
        return msgspec.json.decode(request.body, type=Body)
    except (msgspec.DecodeError, RecursionError):
        raise Rejected("invalid.value", "The request body is not a valid OAuth client.") from None


def _apply(client: ClientRecord, body: Body, now: float) -> ClientRecord:
    if not body.name:
        raise Rejected("missing.client.name", "A client needs a name.")
    if body.authorized_grant_type is None:
        raise Rejected("grant.type.required", "authorizedGrantType is required.")
    grants = GRANT_TYPES.get(body.authorized_grant_type)
    if grants is None:
        raise Rejected("bad.grant.type", "authorizedGrantType is CODE or CLIENT-CREDENTIALS here.")
    if body.access_token_validity_seconds is not None and body.access_token_validity_seconds not in LIFETIMES:
        raise Rejected("invalid.value", f"accessTokenValiditySeconds is {LIFETIMES.start} to {LIFETIMES.stop - 1}.")
    if len(body.registered_redirect_uri) > MAX_URIS:
        raise Rejected("invalid.value", f"A client has at most {MAX_URIS} redirect URIs.")
    for uri in body.registered_redirect_uri:
        if fault := fault_at_registration(uri):
            raise Rejected("invalid.value", f"The redirect URI cannot be registered: {fault}.")
    if "authorization_code" in grants and not body.registered_redirect_uri:
        raise Rejected("invalid.value", "A CODE client needs a registeredRedirectUri.")
    return replace(
        client,
        name=body.name[:256],
        description=(body.description or "")[:1024],
        redirect_uris=tuple(body.registered_redirect_uri),
        scopes=tuple(dict.fromkeys(body.scope)) or EVERYBODY,
        grant_types=grants,
        access_token_lifetime=body.access_token_validity_seconds,
        disabled=body.state in ("disabled", "inactive"),
        modified_at=int(now),
    )


def _no_such_method(request: Request, *allowed: str) -> Answer:
    return api_error(
        request, 405, "method.not.allowed", "This method is not served here.", (("allow", ", ".join(allowed)),)
    )
