"""The token endpoint's good answer (RFC 6749 5.1): an access token, and what goes with it."""

from __future__ import annotations

from proofkey.core.records import ClientRecord, Grant
from proofkey.core.scope import encode
from proofkey.core.server_side.refreshing import Renewal
from proofkey.server import access_tokens
from proofkey.server.http import Answer, Request, json_answer
from proofkey.server.id_tokens import id_token
from proofkey.server.running import Server
from proofkey.server.sealing.token import TokenFacts


def tokens_answer(
    server: Server,
    request: Request,
    client: ClientRecord,
    grant: Grant,
    *,
    with_secret: bool,
    renewal: Renewal | None = None,
) -> Answer:
    """Seal the tokens of a grant that is on disk. `renewal` narrows a refresh; None is the first answer."""
    now = int(request.arrived_at)
    lifetime = access_tokens.lifetime_for(server, client)
    scopes = grant.scopes if renewal is None else renewal.scopes
    narrowed = None if scopes == grant.scopes else scopes
    audience = None if renewal is None or renewal.resource == grant.resource else renewal.resource
    facts = TokenFacts(grant.grant_id, grant.generation, now, now + lifetime, narrowed, audience)
    access_token = access_tokens.issue(server, client, grant, facts, now=request.arrived_at)
    document: dict[str, object] = {
        "access_token": access_token,
        "token_type": server.personality.token_type,
        "expires_in": lifetime,
    }
    refresh_token = _refresh_token(server, client, grant, with_secret)
    if refresh_token is not None:
        document["refresh_token"] = refresh_token
    if "openid" in scopes and grant.subject:
        document["id_token"] = id_token(server, client, grant, access_token, now=now, nonce=renewal is None)
    document["scope"] = encode(scopes)
    counts = server.observing.counts
    if renewal is not None:
        counts.refreshes += 1
    elif grant.subject:
        counts.logins += 1
    else:
        counts.client_tokens += 1
    if request.step is not None:
        request.step.about(client.client_id, grant.grant_id)
    server.journal.tokens_given(request, client.client_id, grant.grant_id, document)
    return json_answer(document)


def gets_refresh_token(server: Server, client: ClientRecord, *, with_secret: bool) -> bool:
    """Tell whether a person's login at this client gives a refresh token."""
    if "refresh_token" not in client.grant_types:
        return False
    return with_secret or (not client.secret_optional and server.personality.public_clients_get_refresh_tokens)


def _refresh_token(server: Server, client: ClientRecord, grant: Grant, with_secret: bool) -> str | None:
    # RFC 6749 4.4.3: none without a person
    if not grant.subject or not gets_refresh_token(server, client, with_secret=with_secret):
        return None
    return server.sealer.seal_refresh(
        grant.grant_id, grant.generation, expires_at=grant.expires_at, key_id=grant.refresh_key_id
    )
