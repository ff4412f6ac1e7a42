"""Core client against core server: a whole login without a socket, a clock or a store."""

from __future__ import annotations

import hashlib
import json
from itertools import count
from urllib.parse import parse_qsl, urlsplit

import pytest

from proofkey.core import client_side
from proofkey.core.client_auth import Presented, authenticate, read
from proofkey.core.client_side import ClientSettings, Transaction
from proofkey.core.errors import AuthorizationDenied, PeerViolation, TokenRefused
from proofkey.core.messages import AuthorizationResponse
from proofkey.core.metadata import ServerMetadata
from proofkey.core.params import Params
from proofkey.core.records import ClientRecord, CodeFacts
from proofkey.core.redirect_uri import with_query
from proofkey.core.server_side.authorization import judge_authorization
from proofkey.core.server_side.policy import Policy
from proofkey.core.server_side.redemption import judge_proof, judge_standing
from proofkey.core.server_side.verdicts import Asked, Proven, Refused, SendBack
from proofkey.core.wire import HttpRequest, HttpResponse

ISSUER = "https://login.example"
SERVER = ServerMetadata(
    issuer=ISSUER,
    authorization_endpoint=f"{ISSUER}/oauth/authorize",
    token_endpoint=f"{ISSUER}/oauth/token",
    code_challenge_methods_supported=("S256",),
    authorization_response_iss_parameter_supported=True,
)
CLIENT = ClientSettings("spa", "https://app.example/callback?kept=1")
RECORD = ClientRecord("spa", "The app", (CLIENT.redirect_uri,), scopes=("users:readonly", "openid"))
POLICY = Policy(ISSUER)


def entropy(seed: str = "login"):
    """Give a repeatable source of bytes."""
    numbers = count()
    return lambda size: hashlib.shake_256(f"{seed}{next(numbers)}".encode()).digest(size)


class MemoryServer:
    """The server's judgements around a dictionary."""

    def __init__(self) -> None:
        self.codes: dict[str, CodeFacts] = {}
        self.redeemed: set[bytes] = set()

    def authorize(self, url: str, now: float) -> str:
        verdict = judge_authorization(Params.parse(urlsplit(url).query), RECORD, POLICY)
        if isinstance(verdict, SendBack):
            answer = AuthorizationResponse(verdict.state, ISSUER, error=verdict.error.error)
            return with_query(verdict.redirect_uri, answer.params())
        assert isinstance(verdict, Asked), verdict
        grant_id = int(now * 1000).to_bytes(6, "big") + len(self.codes).to_bytes(10, "big")
        code = f"code-{len(self.codes)}"
        self.codes[code] = CodeFacts(
            grant_id=grant_id,
            client_id=verdict.client.client_id,
            redirect_uri=verdict.redirect_uri,
            redirect_uri_was_sent=verdict.redirect_uri_was_sent,
            challenge_digest=verdict.challenge_digest,
            subject="ada",
            session_id=b"s" * 32,
            scopes=verdict.scopes,
            nonce=verdict.nonce,
            auth_time=int(now),
        )
        return with_query(verdict.redirect_uri, AuthorizationResponse(verdict.state, ISSUER, code=code).params())

    def token(self, request: HttpRequest, now: float) -> HttpResponse:
        params = Params.parse(request.body)
        presented = read(request.header("authorization"), params)
        assert isinstance(presented, Presented)
        client = authenticate(presented, RECORD if presented.client_id == "spa" else None)
        assert isinstance(client, ClientRecord)
        proven = judge_proof(params, self.codes[params.get("code") or ""], client, POLICY, with_secret=False)
        if isinstance(proven, Proven):
            proven = judge_standing(proven, session_good=True, user_good=True, arrived_at=now, policy=POLICY)
        if isinstance(proven, Refused):
            return answer({"error": proven.error.error, "error_description": proven.error.description}, 400)
        if proven.code.grant_id in self.redeemed:
            return answer({"error": "invalid_grant"}, 400)
        self.redeemed.add(proven.code.grant_id)
        return answer({"access_token": "at", "token_type": "bearer", "expires_in": 60, "refresh_token": "rt"})


def answer(document: object, status: int = 200) -> HttpResponse:
    """Make a JSON answer."""
    return HttpResponse(status, (("content-type", "application/json"),), json.dumps(document).encode())


def begin(seed: str = "login", now: float = 1000.0) -> tuple[str, Transaction]:
    """Begin a login at a given time."""
    return client_side.begin(SERVER, CLIENT, scopes=("users:readonly",), now=now, entropy=entropy(seed))


def test_a_whole_login_gives_tokens() -> None:
    """Begin, authorize, receive, redeem, read: the path every login takes."""
    server = MemoryServer()
    url, transaction = begin()
    received = client_side.receive(server.authorize(url, 1000.0), transaction, SERVER)
    request = client_side.redeem(received, CLIENT, SERVER)
    tokens = client_side.read_tokens(server.token(request, 1005.0), transaction.scopes, request, now=1005.0)
    assert tokens.access_token.reveal() == "at"
    assert tokens.refresh_token is not None
    assert tokens.expires_at == 1065.0
    assert tokens.scopes == ("users:readonly",)


def test_the_redirect_uris_own_query_is_kept() -> None:
    """RFC 6749 4.1.2: response parameters are added to the query that is there."""
    url, _ = begin()
    query = dict(parse_qsl(urlsplit(MemoryServer().authorize(url, 1000.0)).query))
    assert query["kept"] == "1"
    assert query["iss"] == ISSUER


def test_a_code_is_good_once() -> None:
    """The second redemption of a code is refused."""
    server = MemoryServer()
    url, transaction = begin()
    received = client_side.receive(server.authorize(url, 1000.0), transaction, SERVER)
    request = client_side.redeem(received, CLIENT, SERVER)
    assert server.token(request, 1001.0).status == 200
    with pytest.raises(TokenRefused, match="invalid_grant"):
        client_side.read_tokens(server.token(request, 1002.0), (), request, now=1002.0)


def test_a_code_lives_sixty_seconds() -> None:
    """One second over the lifetime is too late."""
    server = MemoryServer()
    url, transaction = begin()
    request = client_side.redeem(
        client_side.receive(server.authorize(url, 1000.0), transaction, SERVER), CLIENT, SERVER
    )
    with pytest.raises(TokenRefused, match="expired"):
        client_side.read_tokens(server.token(request, 1061.0), (), request, now=1061.0)


def test_another_logins_verifier_is_refused() -> None:
    """A code goes with the verifier of its own login and no other."""
    server = MemoryServer()
    url, first = begin("first")
    _, second = begin("second")
    mixed = Transaction(
        first.issuer, first.client_id, first.redirect_uri, first.state, second.verifier, None, first.scopes, 1000.0
    )
    request = client_side.redeem(client_side.receive(server.authorize(url, 1000.0), mixed, SERVER), CLIENT, SERVER)
    with pytest.raises(TokenRefused, match="invalid_grant"):
        client_side.read_tokens(server.token(request, 1001.0), (), request, now=1001.0)


def test_what_a_server_quotes_of_a_request_is_no_secret_any_more() -> None:
    """Some servers repeat the code that they refuse; an error goes into logs."""
    server = MemoryServer()
    url, transaction = begin()
    request = client_side.redeem(
        client_side.receive(server.authorize(url, 1000.0), transaction, SERVER), CLIENT, SERVER
    )
    verifier = transaction.verifier.reveal()
    told = {"error": "invalid_grant", "error_description": f"the verifier {verifier} does not fit"}
    with pytest.raises(TokenRefused) as refused:
        client_side.read_tokens(HttpResponse(400, (), json.dumps(told).encode()), (), request, now=1001.0)
    assert str(refused.value) == "invalid_grant: the verifier [hidden] does not fit"
    assert verifier not in repr(vars(refused.value))


@pytest.mark.parametrize(
    ("spoil", "fault"),
    [
        (lambda url: url.replace("state=", "state=x"), "state-mismatch"),
        (lambda url: url.replace("state=", "other="), "state-mismatch"),
        (lambda url: url.replace("iss=https%3A%2F%2Flogin", "iss=https%3A%2F%2Fevil"), "issuer-mismatch"),
        (lambda url: url.replace("iss=", "other="), "issuer-mismatch"),
        (lambda url: url + "&iss=https%3A%2F%2Fevil.example", "parameter-repeated"),
    ],
)
def test_a_foreign_callback_is_refused(spoil, fault) -> None:
    """State and issuer are checked before the code is touched (RFC 6749 10.12, RFC 9207 2.4)."""
    url, transaction = begin()
    with pytest.raises(PeerViolation) as caught:
        client_side.receive(spoil(MemoryServer().authorize(url, 1000.0)), transaction, SERVER)
    assert caught.value.fault == fault


def test_a_denial_is_raised_as_one() -> None:
    """access_denied is the person's no, not a violation of the protocol."""
    _, transaction = begin()
    callback = with_query(
        CLIENT.redirect_uri, AuthorizationResponse(transaction.state, ISSUER, error="access_denied").params()
    )
    with pytest.raises(AuthorizationDenied) as caught:
        client_side.receive(callback, transaction, SERVER)
    assert caught.value.fault == "user-denied-access"


def test_nothing_on_the_way_shows_a_secret() -> None:
    """Printing any value of the flow shows neither verifier nor code nor token."""
    server = MemoryServer()
    url, transaction = begin()
    received = client_side.receive(server.authorize(url, 1000.0), transaction, SERVER)
    request = client_side.redeem(received, CLIENT, SERVER)
    tokens = client_side.read_tokens(server.token(request, 1001.0), (), request, now=1001.0)
    shown = f"{transaction} {received} {request} {tokens} {Params.parse(request.body)}"
    assert transaction.verifier.reveal() not in shown
    assert received.code.reveal() not in shown
    assert "at" not in shown.replace("state", "").replace("redacted", "").split("'")
