"""The client's half of a login as functions on states (RFC 6749 4.1, RFC 7636, RFC 9207).

    begin() -> Transaction,  receive() -> ReceivedCode,  redeem() -> HttpRequest,  read_tokens() -> Tokens

The way to a ReceivedCode leads through the state and issuer checks, so neither can be forgotten.
"""

from __future__ import annotations

import hmac
import json
import re
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

from proofkey.core import client_auth
from proofkey.core.client_auth import Presented
from proofkey.core.errors import AuthorizationDenied, Misuse, PeerViolation, TokenRefused
from proofkey.core.messages import AuthorizationRequest, AuthorizationResponse
from proofkey.core.metadata import ServerMetadata
from proofkey.core.params import MalformedForm, Params
from proofkey.core.pkce import make_verifier, s256
from proofkey.core.records import AuthMethod
from proofkey.core.redirect_uri import with_query
from proofkey.core.scope import encode, separate
from proofkey.core.secret import AccessToken, ClientSecret, Code, RefreshToken, Verifier
from proofkey.core.wire import FORM, JSON, HttpRequest, HttpResponse

MAX_ANSWER = 1 << 20  # bytes of a token answer that are looked at
LONGEST = 100 * 365 * 86_400  # seconds; a lifetime beyond it is cut, as no clock is meant any more

_SECRETS = frozenset({"code", "code_verifier", "refresh_token", "token", "client_secret"})  # of a request for tokens
_SHORTEST_SECRET = 8  # characters; anything shorter is a word of somebody's test

# What `begin` writes itself: a second one makes a request that servers refuse, or read in their own way.
_WRITTEN_BY_BEGIN = frozenset(
    {"response_type", "client_id", "redirect_uri", "scope", "state", "nonce", "code_challenge", "code_challenge_method"}
)

_TOKEN = re.compile(r"[\x20-\x7E]+")  # RFC 6749 A.12, A.17: what cannot stand in a header is no token

_FAULT_OF_DENIAL = {
    "access_denied": "user-denied-access",
    "invalid_scope": "scope-refused",
    "unauthorized_client": "grant-not-enabled",
    "unsupported_response_type": "grant-not-enabled",
}


@dataclass(frozen=True, slots=True)
class ClientSettings:
    """Who the client is; without a secret it is a public client."""

    client_id: str
    redirect_uri: str
    secret: ClientSecret | None = None
    auth_method: AuthMethod = "none"

    def presented(self) -> Presented:
        """Give what a token request says about the client."""
        return Presented(self.client_id, self.auth_method if self.secret else "none", self.secret)

    def suited_to(self, server: ServerMetadata) -> ClientSettings:
        """Send the secret in the body where the server says that it takes it only there (RFC 8414 2)."""
        listed = server.token_endpoint_auth_methods_supported or ("client_secret_basic",)
        body_only = "client_secret_post" in listed and "client_secret_basic" not in listed
        return replace(self, auth_method="client_secret_post") if self.secret and body_only else self


@dataclass(frozen=True, slots=True)
class Transaction:
    """One login under way: what must be kept, by the browser that began it, until the callback."""

    issuer: str
    client_id: str
    redirect_uri: str
    state: str
    verifier: Verifier
    nonce: str | None
    scopes: tuple[str, ...]
    started_at: float  # seconds since the epoch
    max_age: int | None = None  # seconds since the person last showed who he is; None: not asked


@dataclass(frozen=True, slots=True)
class ReceivedCode:
    """A code whose state and issuer were checked. Made by `receive` only."""

    code: Code
    transaction: Transaction


@dataclass(frozen=True, slots=True)
class Tokens:
    """What the token endpoint gave (RFC 6749 5.1)."""

    access_token: AccessToken
    token_type: str
    expires_at: float | None  # seconds since the epoch; None: the server did not say
    refresh_token: RefreshToken | None
    scopes: tuple[str, ...]
    id_token: AccessToken | None = None
    # Of the ID token, once it was checked; who they are about is nobody's business in a log.
    claims: Mapping[str, object] | None = field(default=None, repr=False, compare=False)


def begin(
    server: ServerMetadata,
    client: ClientSettings,
    *,
    scopes: Iterable[str] = (),
    extra: Iterable[tuple[str, str]] = (),
    now: float,
    entropy: Callable[[int], bytes],
) -> tuple[str, Transaction]:
    """Begin a login: the URL to send the person to, and the transaction to keep.

    `entropy` is a cryptographic source such as `secrets.token_bytes`. Raises Misuse where the server's metadata
    says that it does not support S256 (proofkey never falls back to plain, RFC 7636 7.2), and as `check_extra` does.
    """
    further = tuple(extra)
    if server.supports_s256 is False:
        raise Misuse("the server's metadata does not list S256", fault="challenge-method-s256-unsupported")
    asked = separate(scopes)
    verifier = make_verifier(entropy)
    transaction = Transaction(
        issuer=server.issuer,
        client_id=client.client_id,
        redirect_uri=client.redirect_uri,
        state=_token(entropy),
        verifier=verifier,
        nonce=_token(entropy) if "openid" in asked else None,
        scopes=asked,
        started_at=now,
        max_age=check_extra(further),
    )
    request = AuthorizationRequest(
        client_id=client.client_id,
        redirect_uri=client.redirect_uri,
        state=transaction.state,
        challenge=s256(verifier),
        scopes=asked,
        nonce=transaction.nonce,
        extra=further,
    )
    return with_query(server.authorization_endpoint, request.params()), transaction


def check_extra(extra: Iterable[tuple[str, str]]) -> int | None:
    """Check further parameters of an authorization request; give the max_age among them, whose answer is checked.

    Raises Misuse for a parameter that `begin` writes itself, and for a max_age that is no number of seconds.
    """
    further = dict(extra)
    if taken := sorted(_WRITTEN_BY_BEGIN.intersection(further)):
        raise Misuse(f"extra may not hold {', '.join(taken)}: each login has its own, and scopes are named by scopes=")
    max_age = further.get("max_age")
    if max_age is None:
        return None
    if not re.fullmatch(r"[0-9]{1,9}", max_age):
        raise Misuse("max_age is a number of seconds (OpenID Connect Core 3.1.2.1)")
    return int(max_age)


def receive(callback: str, transaction: Transaction, server: ServerMetadata) -> ReceivedCode:
    """Check what arrived at the redirect URI and take the code out of it.

    `callback` is the whole URL. Raises PeerViolation for a foreign state or issuer or a malformed answer, and
    AuthorizationDenied for an error that the server reports.
    """
    try:
        params = Params.parse(urlsplit(callback).query)
    except (MalformedForm, ValueError):
        raise PeerViolation("the callback's query is not form-encoded", fault="answer-malformed") from None
    if repeated := {"code", "state", "iss", "error"}.intersection(params.repeated()):
        raise PeerViolation(f"the callback repeats {', '.join(sorted(repeated))}", fault="parameter-repeated")
    answer = AuthorizationResponse.read(params)
    if answer.state is None:
        raise PeerViolation("the callback has no state", fault="state-mismatch")
    if not hmac.compare_digest(answer.state.encode("utf-8", "surrogatepass"), transaction.state.encode()):
        raise PeerViolation("the callback's state is not that of this login", fault="state-mismatch")
    _check_issuer(answer.issuer, server)
    if answer.error is not None:
        raise AuthorizationDenied(answer.error, answer.error_description, fault=_FAULT_OF_DENIAL.get(answer.error))
    if answer.code is None:
        raise PeerViolation("the callback has neither a code nor an error", fault="answer-malformed")
    return ReceivedCode(Code(answer.code), transaction)


def _check_issuer(issuer: str | None, server: ServerMetadata) -> None:
    if issuer is None:
        if server.authorization_response_iss_parameter_supported:
            raise PeerViolation("the server promises iss and the callback has none", fault="issuer-mismatch")
        return
    if issuer != server.issuer:  # simple string comparison, RFC 9207 2.4
        raise PeerViolation("the callback comes from another issuer", fault="issuer-mismatch")


def redeem(received: ReceivedCode, client: ClientSettings, server: ServerMetadata) -> HttpRequest:
    """Write the token request (RFC 6749 4.1.3, RFC 7636 4.5)."""
    headers, pairs = client_auth.write(client.presented())
    form = Params(
        [
            ("grant_type", "authorization_code"),
            ("code", received.code.reveal()),
            ("redirect_uri", received.transaction.redirect_uri),
            ("code_verifier", received.transaction.verifier.reveal()),
            *pairs,
        ]
    )
    return _token_request(server, headers, form)


def refresh(
    token: RefreshToken, client: ClientSettings, server: ServerMetadata, *, scopes: Iterable[str] = ()
) -> HttpRequest:
    """Write the refresh request (RFC 6749 6)."""
    headers, pairs = client_auth.write(client.presented())
    asked = encode(separate(scopes))
    form = Params(
        [
            ("grant_type", "refresh_token"),
            ("refresh_token", token.reveal()),
            *([("scope", asked)] if asked else []),
            *pairs,
        ]
    )
    return _token_request(server, headers, form)


def read_tokens(response: HttpResponse, asked: tuple[str, ...], sent: HttpRequest, *, now: float) -> Tokens:
    """Read the token endpoint's answer (RFC 6749 5.1, 5.2) to what was sent.

    Raises TokenRefused for an OAuth error (also one hidden in a 200), PeerViolation for anything else that is no
    token answer.
    """
    document = _json_object(response)
    error = document.get("error")
    if isinstance(error, str):
        fault = "error-hidden-in-200" if response.status == 200 else None
        description = document.get("error_description")
        said = without_secrets(description, sent) if isinstance(description, str) else None
        raise TokenRefused(without_secrets(error, sent), said, fault=fault, status=response.status)
    token, token_type = _token_in(document, "access_token"), document.get("token_type")
    if response.status != 200 or token is None:
        raise _malformed(f"the token endpoint answered {response.status} without an access token", response.status)
    if not isinstance(token_type, str) or token_type.lower() != "bearer":
        raise _malformed("the token answer has a token_type that is not understood (RFC 6749 7.1)")
    scope, lifetime = document.get("scope"), _lifetime(document)
    refresh_token, id_token = _token_in(document, "refresh_token"), document.get("id_token")
    return Tokens(
        access_token=AccessToken(token),
        token_type=token_type,
        expires_at=now + lifetime if lifetime is not None else None,
        refresh_token=RefreshToken(refresh_token) if refresh_token is not None else None,
        scopes=tuple(scope.split()) if isinstance(scope, str) else asked,
        id_token=AccessToken(id_token) if isinstance(id_token, str) else None,
    )


def without_secrets(text: str, sent: HttpRequest) -> str:
    """Give what a server said without the secrets of the request that it quotes: some echo the code they refuse."""
    secrets = [value for name, value in Params.parse(sent.body) if name in _SECRETS]
    secrets += [value.partition(" ")[2] for name, value in sent.headers if name == "authorization"]
    for secret in secrets:
        if len(secret) >= _SHORTEST_SECRET:
            text = text.replace(secret, "[hidden]")
    return text


def _token_in(document: Mapping[str, object], name: str) -> str | None:
    """Give a token; None where there is none or an empty one."""
    token = document.get(name)
    if token is None or token == "":
        return None
    if not isinstance(token, str) or not _TOKEN.fullmatch(token):
        raise _malformed(f"the token answer's {name} is not made of what a token may have (RFC 6749 A.12)")
    return token


def _lifetime(document: Mapping[str, object]) -> float | None:
    """Give `expires_in`, which some servers write as a text; None where the server does not say."""
    value = document.get("expires_in")
    if value is None:
        return None
    if isinstance(value, str) and re.fullmatch(r"[0-9]{1,15}", value):
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int | float) or not value >= 0:  # NaN is not, either
        raise _malformed("the token answer's expires_in is no number of seconds (RFC 6749 5.1)")
    return float(min(value, LONGEST))


def _json_object(response: HttpResponse) -> dict[str, object]:
    try:
        # Bytes would be taken for UTF-16 or UTF-32 where they look like it; JSON is UTF-8 (RFC 8259 8.1).
        document = json.loads(response.body[:MAX_ANSWER].decode("utf-8-sig"), object_pairs_hook=_once)
    except (ValueError, RecursionError):
        document = None
    if not isinstance(document, dict):
        message = f"the token endpoint answered {response.status} with something that is not a JSON object"
        if (response.header("content-type") or "").startswith("text/html"):
            raise PeerViolation(message, fault="token-answer-html")
        raise _malformed(message, response.status)
    return document


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) != len(pairs):
        # Which of the two another reader believes is unknown (RFC 6749 3.2, RFC 8259 4).
        raise PeerViolation("the token answer repeats a member", fault="parameter-repeated")
    return members


def _malformed(message: str, status: int = 200) -> PeerViolation:
    # Other refusals without words have many causes; the doctor looks for them.
    named = "server-unavailable" if status >= 500 else "answer-malformed" if status < 300 else None
    return PeerViolation(message, fault=named)


def _token_request(server: ServerMetadata, headers: tuple[tuple[str, str], ...], form: Params) -> HttpRequest:
    return HttpRequest(
        "POST",
        server.token_endpoint,
        (("content-type", FORM), ("accept", JSON), *headers),
        form.encode().encode("ascii"),
    )


def _token(entropy: Callable[[int], bytes]) -> str:
    return urlsafe_b64encode(entropy(24)).decode("ascii")
