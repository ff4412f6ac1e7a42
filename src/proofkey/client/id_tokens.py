"""Whether an ID token that came from the token endpoint may be believed (OpenID Connect Core 3.1.3.7, 12.2).

Claims are judged here; the signature in `signatures.py` (decision 11).
"""

from __future__ import annotations

import hashlib
import hmac
import json
import math
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from collections.abc import Mapping
from dataclasses import dataclass

from proofkey.core.errors import PeerViolation

MAX_LENGTH = 16_384  # characters
CLOCK_DIFFERENCE = 300  # seconds that two clocks may differ
_ROUNDING = 2.0  # seconds that two times of one clock lose as whole numbers
MAX_AGE = 86_400  # seconds; an ID token is made for the login that it arrives with

# Asymmetric only: a shared secret cannot tell the server from the client. The hash is that of `at_hash`.
ALGORITHMS = {f"{family}{size}": f"sha{size}" for family in ("RS", "PS", "ES") for size in (256, 384, 512)}


@dataclass(frozen=True, slots=True)
class Unproven:
    """An ID token that was taken apart; nothing in it is believed yet."""

    text: str
    header: Mapping[str, object]
    claims: Mapping[str, object]
    algorithm: str


@dataclass(frozen=True, slots=True)
class Expected:
    """What the claims must say."""

    issuer: str
    client_id: str
    nonce: str | None  # None: at a refresh, where servers may leave it out
    access_token: str
    subject: str | None = None  # at a refresh: of the login
    authenticated_within: float | None = None  # seconds before the token was issued; None: max_age was not asked for


def take_apart(text: str) -> Unproven:
    """Take an ID token apart. Raises PeerViolation for one that is malformed, unsigned or signed by a shared secret."""
    parts = text.split(".")
    if len(text) > MAX_LENGTH or len(parts) != 3 or not text.isascii():
        raise PeerViolation("the ID token is not a signed JWT of reasonable length", fault="id-token-signature-wrong")
    header, claims = _json(parts[0]), _json(parts[1])
    algorithm = header.get("alg")
    if not isinstance(algorithm, str) or algorithm not in ALGORITHMS or not parts[2]:
        raise PeerViolation(
            "the ID token is not signed by an asymmetric algorithm that is known", fault="id-token-signature-wrong"
        )
    if "crit" in header:
        raise PeerViolation(
            "the ID token's header has extensions that must be understood, and are not",
            fault="id-token-signature-wrong",
        )
    return Unproven(text, header, claims, algorithm)


def check(token: Unproven, expected: Expected, *, now: float) -> None:
    """Judge the claims. Raises PeerViolation, with the fault's name, for the first that is not as expected."""
    claims = token.claims
    if claims.get("iss") != expected.issuer:
        raise PeerViolation("the ID token comes from another issuer", fault="issuer-mismatch")
    subject = claims.get("sub")
    if not isinstance(subject, str) or not 0 < len(subject) <= 255:
        raise PeerViolation("the ID token does not say whom it is about", fault="answer-malformed")
    if expected.subject is not None and subject != expected.subject:
        raise PeerViolation(
            "the renewed ID token is about somebody else (OpenID Connect Core 12.2)", fault="answer-malformed"
        )
    _check_audience(claims, expected.client_id)
    _check_times(claims, now)
    if expected.nonce is not None:
        nonce = claims.get("nonce")
        sent = nonce.encode("utf-8", "surrogatepass") if isinstance(nonce, str) else b""
        if not hmac.compare_digest(sent, expected.nonce.encode()):
            raise PeerViolation("the ID token's nonce is not that of this login", fault="nonce-mismatch")
    within = expected.authenticated_within
    # Both times are of the server's clock; how long the login took is of ours: no difference of clocks is in it.
    if within is not None and _seconds(claims, "iat") - _seconds(claims, "auth_time") > within + _ROUNDING:
        raise PeerViolation(
            "the person showed who he is longer ago than max_age allows (OpenID Connect Core 3.1.2.1)",
            fault="answer-malformed",
        )
    half = claims.get("at_hash")
    if half is not None and half != _half_hash(expected.access_token, ALGORITHMS[token.algorithm]):
        raise PeerViolation("the ID token was issued with another access token (at_hash)", fault="answer-malformed")


def _check_audience(claims: Mapping[str, object], client_id: str) -> None:
    audience, party = claims.get("aud"), claims.get("azp")
    named = audience if isinstance(audience, list) else [audience]
    # With several audiences only azp says which of them asked (OpenID Connect Core 3.1.3.7, items 4 and 5).
    if client_id not in named or (party != client_id if party is not None else len(named) > 1):
        raise PeerViolation("the ID token is not for this client", fault="id-token-of-other-client")


def _check_times(claims: Mapping[str, object], now: float) -> None:
    expires, issued = _seconds(claims, "exp"), _seconds(claims, "iat")
    if now >= expires + CLOCK_DIFFERENCE:
        raise PeerViolation("the ID token had expired when it arrived", fault="clock-skew")
    if issued > now + CLOCK_DIFFERENCE:
        raise PeerViolation("the ID token was issued in the future", fault="clock-skew")
    if issued < now - MAX_AGE:
        raise PeerViolation("the ID token is older than a day", fault="clock-skew")


def _seconds(claims: Mapping[str, object], name: str) -> float:
    value = claims.get(name)
    # A whole number beyond what a float holds must not raise an OverflowError here.
    if isinstance(value, bool) or not isinstance(value, int | float) or not -1e15 < value < 1e15 or math.isnan(value):
        raise PeerViolation(f"the ID token's {name} is not a time", fault="answer-malformed")
    return float(value)


def _half_hash(access_token: str, algorithm: str) -> str:
    whole = hashlib.new(algorithm, access_token.encode()).digest()
    return urlsafe_b64encode(whole[: len(whole) // 2]).rstrip(b"=").decode("ascii")


def _json(part: str) -> dict[str, object]:
    try:
        document = json.loads(urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except (NotBase64, ValueError, RecursionError):
        document = None
    if not isinstance(document, dict):
        raise PeerViolation("the ID token is not made of JSON objects", fault="id-token-signature-wrong")
    return document
