"""What a server may do wrong: each is refused, under the name of its fault, and gives no tokens."""

from __future__ import annotations

import hmac
import json
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from joserfc.jwk import RSAKey

from proofkey.client import signatures
from proofkey.client.blocking import Client
from proofkey.client.errors import AnswerLost
from proofkey.core.client_side import LONGEST
from proofkey.core.errors import Misuse, PeerViolation, ProofkeyError, TokenRefused
from tests.client.scripted import CALLBACK, CLIENT_ID, Answer, Scripted, in_json
from tests.client.scripted_logins import LogIn, answered

GOOD = {"access_token": "x", "token_type": "Bearer"}
TWICE = "parameter-repeated"
HTML = Answer(200, b"<!doctype html><title>Welcome</title>", (("content-type", "text/html"),))


def test_the_scripted_server_is_believed_when_it_behaves(log_in: LogIn, script: Scripted) -> None:
    """Without this the tests below would show nothing."""
    tokens = log_in(script)
    assert tokens.claims is not None
    assert tokens.claims["sub"] == "subject-ada"
    assert script.paths().count("/token") == 1


@pytest.mark.shows("B04", "B05", "B18", "N06", "A10", "A31", "A33")
@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"state": "another"}, "state-mismatch"),
        ({"state": "\ud800"}, "state-mismatch"),
        ({"state": "absent"}, "state-mismatch"),
        ({"iss": "https://evil.example"}, "issuer-mismatch"),
        ({"iss": "absent"}, "issuer-mismatch"),
        ({"code": "absent"}, "answer-malformed"),
        ({"code": "one&code=two"}, "parameter-repeated"),
    ],
)
def test_a_wrong_callback_sends_nothing(
    log_in: LogIn, script: Scripted, changes: dict[str, str], fault: str | None
) -> None:
    """State and issuer are judged before the code goes anywhere."""
    with pytest.raises(PeerViolation) as raised:
        log_in(script, **changes)
    assert raised.value.fault == fault
    assert "/token" not in script.paths()


@pytest.mark.shows("B15", "A66")
@pytest.mark.parametrize(
    ("claims", "fault"),
    [
        ({"iss": "https://evil.example"}, "issuer-mismatch"),
        ({"aud": "another-app"}, "id-token-of-other-client"),
        ({"aud": [CLIENT_ID, "another-app"]}, "id-token-of-other-client"),
        ({"aud": CLIENT_ID, "azp": "another-app"}, "id-token-of-other-client"),
        ({"aud": None}, "id-token-of-other-client"),
        ({"nonce": None}, "nonce-mismatch"),
        ({"nonce": "another"}, "nonce-mismatch"),
        ({"nonce": "\ud800"}, "nonce-mismatch"),
        ({"exp": 1_000_000_000}, "clock-skew"),
        ({"exp": None}, "answer-malformed"),
        ({"exp": 10**400}, "answer-malformed"),
        ({"exp": "soon"}, "answer-malformed"),
        ({"exp": True}, "answer-malformed"),
        ({"iat": None}, "answer-malformed"),
        ({"iat": 4_000_000_000}, "clock-skew"),
        ({"iat": 1_000_000_000}, "clock-skew"),
        ({"sub": None}, "answer-malformed"),
        ({"sub": ""}, "answer-malformed"),
        ({"sub": 7}, "answer-malformed"),
        ({"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"}, "answer-malformed"),
    ],
)
def test_a_wrong_claim_is_refused(log_in: LogIn, script: Scripted, claims: dict[str, Any], fault: str | None) -> None:
    """Every claim that OpenID Connect Core 3.1.3.7 names is compared."""
    script.claims |= claims
    with pytest.raises(PeerViolation) as raised:
        log_in(script)
    assert raised.value.fault == fault


@pytest.mark.parametrize("clock", [0, 250])
@pytest.mark.parametrize(("ago", "believed"), [(50, True), (70, False), (None, False), ("yes", False)])
def test_a_person_who_logged_in_longer_ago_than_max_age_is_refused(
    script: Scripted, ago: object, believed: bool, clock: int
) -> None:
    """The parameter went through the browser, which may leave it out: auth_time tells, whatever the server's clock."""
    client = Client.discover(script.issuer, client_id=CLIENT_ID, redirect_uri=CALLBACK)
    _, transaction = client.begin(scopes=["openid"], extra={"max_age": "60"})
    issued = int(time.time()) + clock
    script.claims |= {"iat": issued, "auth_time": issued - ago if isinstance(ago, int) else ago}
    callback = answered(script, transaction, {})
    if believed:
        assert client.finish(callback, transaction).claims is not None
    else:
        with pytest.raises(PeerViolation, match=r"auth_time|max_age"):
            client.finish(callback, transaction)
    client.close()


@pytest.mark.shows("B15")
def test_several_audiences_with_azp_are_believed(log_in: LogIn, script: Scripted) -> None:
    """The audience may be a list, as long as azp says who asked; times may be fractions."""
    script.claims |= {"aud": ["another-app", CLIENT_ID], "azp": CLIENT_ID, "exp": time.time() + 60.5}
    assert log_in(script).claims is not None


def _signed_by_another_key(script: Scripted) -> str:
    right, script.key = script.key, RSAKey.generate_key(2048, auto_kid=False)
    try:
        return script.id_token()
    finally:
        script.key = right


def _with_a_shared_secret(script: Scripted) -> str:
    # The classic: HMAC with the text of the public key as its secret. Made by hand, because joserfc refuses to.
    _, body, _ = script.id_token().split(".")
    header = _encode(b'{"alg": "HS256", "kid": "k1"}')
    signed = f"{header}.{body}"
    return f"{signed}.{_encode(hmac.digest(script.key.as_pem(private=False), signed.encode(), 'sha256'))}"


def _encode(data: bytes) -> str:
    return urlsafe_b64encode(data).decode().rstrip("=")


def _with_its_own_key(script: Scripted) -> str:
    stranger = RSAKey.generate_key(2048, auto_kid=False)
    script.header |= {"jwk": stranger.as_dict(private=False), "kid": "stranger"}
    right, script.key = script.key, stranger
    try:
        return script.id_token()
    finally:
        script.key = right


def _unsigned(script: Scripted) -> str:
    script.header |= {"alg": "none"}
    return script.id_token()


def _tampered(script: Scripted) -> str:
    head, body, signature = script.id_token().split(".")
    return f"{head}.{body}.{'B' if signature[0] == 'A' else 'A'}{signature[1:]}"


@pytest.mark.shows("B15", "A65")
@pytest.mark.parametrize(
    "make", [_signed_by_another_key, _with_a_shared_secret, _with_its_own_key, _unsigned, _tampered]
)
def test_a_wrong_signature_is_refused(log_in: LogIn, script: Scripted, make: Callable[[Scripted], str]) -> None:
    """Another key, a shared secret, a key of its own, no signature, a changed one."""
    script.answers["/token"] = lambda _: in_json(script.tokens(id_token=make(script)))
    with pytest.raises(PeerViolation) as raised:
        log_in(script)
    assert raised.value.fault == "id-token-signature-wrong"


@pytest.mark.shows("A65")
def test_extensions_that_must_be_understood_are_refused(log_in: LogIn, script: Scripted) -> None:
    """`crit` names what nobody here knows (RFC 7515 4.1.11)."""
    header = _encode(b'{"alg": "RS256", "crit": ["x"]}')
    script.answers["/token"] = lambda _: in_json(
        script.tokens(id_token=".".join([header, *script.id_token().split(".")[1:]]))
    )
    with pytest.raises(PeerViolation, match="extensions"):
        log_in(script)


@pytest.mark.shows("A65")
def test_without_joserfc_an_unsigned_token_is_refused_too(
    log_in: LogIn, script: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    """TLS may stand for a signature, never for a token that says it has none."""
    monkeypatch.setattr(signatures, "available", lambda: False)
    assert log_in(script).claims is not None
    assert "/jwks" not in script.paths()
    script.answers["/token"] = lambda _: in_json(script.tokens(id_token=_unsigned(script)))
    with pytest.raises(PeerViolation) as raised:
        log_in(script)
    assert raised.value.fault == "id-token-signature-wrong"


def test_a_signature_can_be_required(script: Scripted, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where it could not be checked, there is no client."""
    monkeypatch.setattr(signatures, "available", lambda: False)
    with pytest.raises(Misuse, match="joserfc"):
        Client.discover(script.issuer, client_id=CLIENT_ID, redirect_uri=CALLBACK, require_signature=True)


@pytest.mark.shows("B08", "A14")
@pytest.mark.parametrize(
    ("answer", "kind", "fault"),
    [
        (HTML, PeerViolation, "token-answer-html"),
        (replace(HTML, status=503), PeerViolation, "token-answer-html"),
        (Answer(500, b"oops"), PeerViolation, "server-unavailable"),
        (Answer(302, b"", (("location", "//evil.example/token"),)), PeerViolation, "token-request-redirected"),
        (Answer(301, b"", (("location", "/elsewhere"),)), PeerViolation, "token-request-redirected"),
        (Answer(303, b"", (("location", "/elsewhere"),)), PeerViolation, "token-request-redirected"),
        (Answer(307, b"", (("location", "/elsewhere"),)), PeerViolation, "token-request-redirected"),
        (Answer(308, b"", (("location", "/elsewhere"),)), PeerViolation, "token-request-redirected"),
        (in_json({"error": "invalid_grant"}, 400), TokenRefused, None),
        (in_json({"error": "invalid_grant"}), TokenRefused, "error-hidden-in-200"),
        (in_json([]), PeerViolation, "answer-malformed"),
        (in_json({"access_token": ""}), PeerViolation, "answer-malformed"),
        (in_json({"access_token": "x", "token_type": "mac"}), PeerViolation, "answer-malformed"),
        (in_json({"access_token": "x", "token_type": "DPoP"}), PeerViolation, "answer-malformed"),
        (in_json({"access_token": "x", "token_type": 7}), PeerViolation, "answer-malformed"),
        (in_json({"access_token": "x"}), PeerViolation, "answer-malformed"),
        (in_json({"access_token": ["x"], "token_type": "bearer"}), PeerViolation, "answer-malformed"),
        (in_json({"access_token": "x\r\ny: z", "token_type": "bearer"}), PeerViolation, "answer-malformed"),
        (in_json({"access_token": "\ud800", "token_type": "bearer"}), PeerViolation, "answer-malformed"),
        (in_json(GOOD | {"refresh_token": "\u00e9"}), PeerViolation, "answer-malformed"),
        (in_json(GOOD | {"expires_in": -1}), PeerViolation, "answer-malformed"),
        (in_json(GOOD | {"expires_in": True}), PeerViolation, "answer-malformed"),
        (in_json(GOOD | {"expires_in": "soon"}), PeerViolation, "answer-malformed"),
        (in_json(GOOD | {"expires_in": [60]}), PeerViolation, "answer-malformed"),
        (in_json(GOOD | {"expires_in": float("nan")}), PeerViolation, "answer-malformed"),
        (Answer(200, b'{"access_token": "x", "access_token": "y", "token_type": "bearer"}'), PeerViolation, TWICE),
        (Answer(200, b'{"access_token": "\xff\xfe", "token_type": "bearer"}'), PeerViolation, "answer-malformed"),
        (Answer(200, json.dumps(GOOD).encode("utf-16")), PeerViolation, "answer-malformed"),
        (Answer(204, b""), PeerViolation, "answer-malformed"),
        (Answer(200, b""), PeerViolation, "answer-malformed"),
        (replace(in_json(GOOD), endless=True), AnswerLost, "server-unavailable"),
        (Answer(200, b"[" * 100_000), PeerViolation, "answer-malformed"),
        (Answer(200, b"x" * (2 << 20)), PeerViolation, "answer-malformed"),
        (Answer(200, b"{}", (("content-encoding", "gzip"),)), PeerViolation, "answer-malformed"),
        (Answer(200, b'{"access_token"', length=5000), AnswerLost, "server-unavailable"),
        (Answer(200, b"x" * 100, pieces=100, pause=0.05), AnswerLost, "server-unavailable"),
    ],
)
def test_a_bad_token_answer_is_refused(
    log_in: LogIn, script: Scripted, answer: Answer, kind: type[ProofkeyError], fault: str | None
) -> None:
    """Pages, redirects, errors, truncated, huge and slow answers; the code is sent once, to one place."""
    script.answers["/token"] = lambda _: answer
    with pytest.raises(kind) as raised:
        log_in(script, scopes=(), patience=3.0 if answer.pause or answer.endless else 60.0)
    assert (type(raised.value), raised.value.fault) == (kind, fault)
    assert script.paths().count("/token") == 1
    assert "/elsewhere" not in script.paths()
    assert "the-code" not in str(raised.value)


@pytest.mark.parametrize(
    ("said", "lifetime"),
    [
        ("3600", 3600),
        (0, 0),
        (1.5, 1.5),
        (10**400, LONGEST),
        (float("inf"), LONGEST),
        ("9" * 15, LONGEST),
        (None, None),
    ],
)
def test_an_odd_lifetime_is_understood(log_in: LogIn, script: Scripted, said: Any, lifetime: float | None) -> None:
    """Seconds as a text are common; what is beyond a century is cut to it, and no clock breaks."""
    script.answers["/token"] = lambda _: in_json(GOOD | {"expires_in": said})
    before = time.time()
    expires_at = log_in(script, scopes=()).expires_at
    if lifetime is None:
        assert expires_at is None
    else:
        assert expires_at is not None
        assert before + lifetime <= expires_at <= time.time() + lifetime


@pytest.mark.shows("A34")
@pytest.mark.parametrize("said", ["\x1b[2J\x1b]0;owned\x07", "no\r\nINFO all is well", "\u202egnitset", "x" * 100_000])
def test_what_a_server_says_does_no_harm_in_a_log(log_in: LogIn, script: Scripted, said: str) -> None:
    """Control characters, new lines, turned text and endless text do not come through; `description` has the words."""
    script.answers["/token"] = lambda _: in_json({"error": "invalid_grant", "error_description": said}, 400)
    with pytest.raises(TokenRefused) as raised:
        log_in(script, scopes=())
    assert raised.value.description == said
    assert str(raised.value).isprintable()
    assert len(str(raised.value)) < 1_100


def test_a_byte_order_mark_is_no_reason_to_refuse(log_in: LogIn, script: Scripted) -> None:
    """A reader may leave it out (RFC 8259 8.1), and some servers write one."""
    script.answers["/token"] = lambda _: Answer(200, b"\xef\xbb\xbf" + json.dumps(GOOD).encode())
    assert log_in(script, scopes=()).access_token.reveal() == "x"


def test_openid_without_an_id_token_is_refused(log_in: LogIn, script: Scripted) -> None:
    """Who asked for identity does not go on without it."""
    script.answers["/token"] = lambda _: in_json(script.tokens(id_token=None))
    with pytest.raises(PeerViolation, match="no ID token"):
        log_in(script)
