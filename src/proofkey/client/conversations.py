"""What a client asks a server, as generators: each yields requests and is sent the answers (core.wire).

One text serves the blocking and the asynchronous client. No clock but the one that is given, no I/O.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from proofkey.client import id_tokens
from proofkey.client.answers import json_object, parse_object, refusal, refuse_redirect
from proofkey.client.failed_login import FailedLogin, blamed_on
from proofkey.client.id_tokens import Expected
from proofkey.client.signatures import PublishedKeys
from proofkey.core import client_auth, client_side, metadata
from proofkey.core.client_side import ClientSettings, ReceivedCode, Tokens
from proofkey.core.errors import Misuse, PeerViolation, TokenRefused
from proofkey.core.metadata import ServerMetadata
from proofkey.core.params import Params
from proofkey.core.redirect_uri import with_query
from proofkey.core.secret import AccessToken
from proofkey.core.wire import FORM, JSON, Conversation, HttpRequest


@dataclass(frozen=True, slots=True)
class Side:
    """What every conversation of a client needs: itself, its server, the issuer's keys, and the time."""

    client: ClientSettings
    server: ServerMetadata
    keys: PublishedKeys | None  # None: the connection stands for the signature (decision 11)
    clock: Callable[[], float]


def discover(issuer: str) -> Conversation[ServerMetadata]:
    """Fetch the issuer's metadata (RFC 8414 3), from the one address or the other.

    Raises Misuse for a text that cannot be an issuer, PeerViolation where no document of this issuer is found.
    """
    try:
        metadata.check_issuer(issuer)
        addresses = metadata.well_known_urls(issuer)
    except ValueError:
        raise Misuse("this is not a URL: an issuer looks like https://login.example") from None
    answered, found = [], None
    for address in addresses:
        response = yield HttpRequest("GET", address, (("accept", JSON),))
        document = parse_object(response.body) if response.status == 200 else None
        found = document or found
        if document is not None and document.get("issuer") == issuer:
            break  # the other address may have a document of somebody else, such as a gateway's
        answered.append(str(response.status))
    if found is not None:
        return metadata.parse(found, issuer)
    raise PeerViolation(
        f"the issuer has no metadata: its two addresses for it answered {' and '.join(answered)}, and no JSON object",
        fault="server-unavailable" if all(status >= "500" for status in answered) else "answer-malformed",
    )


def redeem(received: ReceivedCode, side: Side) -> Conversation[Tokens]:
    """Exchange the code for tokens and check the ID token, if one was asked for."""
    transaction = received.transaction
    request = client_side.redeem(received, side.client, side.server)
    response = yield request
    now = side.clock()
    answer = Params([("code", received.code.reveal()), ("state", transaction.state)])
    callback = with_query(transaction.redirect_uri, answer)
    seen = FailedLogin(side.server, transaction=transaction, callback_url=callback, request=request, response=response)
    with blamed_on(seen):
        refuse_redirect(response, "token endpoint")
        tokens = client_side.read_tokens(response, transaction.scopes, request, now=now)
    if "openid" not in transaction.scopes:
        return replace(tokens, id_token=None)  # nothing was asked, so nothing in it would be checked
    if tokens.id_token is None:
        raise PeerViolation("openid was asked for and the token answer has no ID token", fault="answer-malformed")
    took = now - transaction.started_at
    expected = Expected(
        transaction.issuer,
        transaction.client_id,
        transaction.nonce,
        tokens.access_token.reveal(),
        authenticated_within=transaction.max_age + took if transaction.max_age is not None else None,
    )
    return (yield from _identified(tokens, tokens.id_token, expected, side, now))


def refresh(tokens: Tokens, side: Side) -> Conversation[Tokens]:
    """Renew tokens (RFC 6749 6). What the answer leaves out stays as it was: refresh token, scopes, identity."""
    if tokens.refresh_token is None:
        raise Misuse("there is no refresh token to renew with", fault="refresh-token-absent")
    if side.keys is not None and tokens.claims is not None:
        yield from side.keys.make_ready()  # keys that cannot be had must not cost the rotated refresh token
    request = client_side.refresh(tokens.refresh_token, side.client, side.server)
    response = yield request
    now = side.clock()
    with blamed_on(FailedLogin(side.server, request=request, response=response)):
        refuse_redirect(response, "token endpoint")
        if response.status == 400 and not response.body:
            # Against RFC 6749 5.2, glewlwyd says so of a refresh token that is over; whoever waits for words waits on.
            raise TokenRefused("invalid_grant", "the server refused the refresh token without a word", status=400)
        renewed = client_side.read_tokens(response, tokens.scopes, request, now=now)
    renewed = replace(renewed, refresh_token=renewed.refresh_token or tokens.refresh_token)
    if renewed.id_token is None or tokens.claims is None:
        return replace(renewed, id_token=tokens.id_token, claims=tokens.claims)
    subject = str(tokens.claims["sub"])
    expected = Expected(
        side.server.issuer, side.client.client_id, None, renewed.access_token.reveal(), subject
    )  # fmt: skip
    return (yield from _identified(renewed, renewed.id_token, expected, side, now))


def _identified(
    tokens: Tokens, id_token: AccessToken, expected: Expected, side: Side, now: float
) -> Conversation[Tokens]:
    token = id_tokens.take_apart(id_token.reveal())
    if side.keys is not None:
        yield from side.keys.verify(token)
    id_tokens.check(token, expected, now=now)
    return replace(tokens, claims=token.claims)


def revoke(tokens: Tokens, side: Side) -> Conversation[None]:
    """Revoke the refresh token, which ends the login at most servers, and the access token (RFC 7009 2)."""
    endpoint = side.server.revocation_endpoint
    if endpoint is None:
        raise Misuse("the server has no revocation endpoint")
    secrets = [("refresh_token", tokens.refresh_token), ("access_token", tokens.access_token)]
    for hint, secret in secrets:
        if secret is None:
            continue
        headers, pairs = client_auth.write(side.client.presented())
        form = Params([("token", secret.reveal()), ("token_type_hint", hint), *pairs])
        request = HttpRequest(
            "POST", endpoint, (("content-type", FORM), ("accept", JSON), *headers), form.encode().encode("ascii")
        )
        response = yield request
        refuse_redirect(response, "revocation endpoint")
        if response.status != 200:
            error = refusal(response, "revocation endpoint", request)
            # Access tokens that cannot be revoked run out; RFC 7009 2.2.1.
            if not (hint == "access_token" and isinstance(error, TokenRefused)):
                raise error


def userinfo(tokens: Tokens, side: Side) -> Conversation[dict[str, object]]:
    """Ask who logged in (OpenID Connect Core 5.3). Raises PeerViolation where the answer is about somebody else."""
    endpoint = side.server.userinfo_endpoint
    if endpoint is None:
        raise Misuse("the server has no userinfo endpoint")
    document = yield from bearer_get(endpoint, tokens, "userinfo endpoint")
    if tokens.claims is not None and document.get("sub") != tokens.claims["sub"]:
        raise PeerViolation(
            "the userinfo is about another person than the ID token (OpenID Connect Core 5.3.2)",
            fault="answer-malformed",
        )
    return document


def bearer_get(url: str, tokens: Tokens, what: str) -> Conversation[dict[str, object]]:
    """Fetch a JSON object with the access token (RFC 6750 2.1)."""
    headers = (("accept", JSON), ("authorization", f"Bearer {tokens.access_token.reveal()}"))
    response = yield HttpRequest("GET", url, headers)
    if response.status in (401, 403):
        raise TokenRefused("invalid_token", f"the {what} did not accept the access token", status=response.status)
    return json_object(response, what)
