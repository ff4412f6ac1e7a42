"""What a server may do wrong: each is refused, under the name of its fault, and gives no tokens."""

from __future__ import annotations

import hmac
import socket
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from joserfc.jwk import RSAKey

from proofkey.client import signatures
from proofkey.client.blocking import Client
from proofkey.client.errors import AnswerLost, NotReached
from proofkey.client.sending import HttpxSend
from proofkey.core.client_side import Tokens
from proofkey.core.errors import Misuse, PeerViolation, ProofkeyError, TokenRefused
from tests.client.scripted import CALLBACK, CLIENT_ID, Answer, Scripted, in_json

HTML = Answer(200, b"<!doctype html><title>Welcome</title>", (("content-type", "text/html"),))


def log_in(script: Scripted, *, scopes: tuple[str, ...] = ("openid",), **changes: str) -> Tokens:
    """Log in at the scripted server; `changes` to the callback's parameters."""
    send = HttpxSend(patience=0.5)
    try:
        client = Client.discover(script.issuer, client_id=CLIENT_ID, redirect_uri=CALLBACK, send=send)
        _, transaction = client.begin(scopes=scopes)
        script.nonce = transaction.nonce
        answer = {"code": "the-code", "state": transaction.state, "iss": script.issuer} | changes
        query = "&".join(f"{name}={value}" for name, value in answer.items() if value != "absent")
        return client.finish(f"{CALLBACK}?{query}", transaction)
    finally:
        send.close()


def test_the_scripted_server_is_believed_when_it_behaves(script: Scripted) -> None:
    """Without this the tests below would show nothing."""
    tokens = log_in(script)
    assert tokens.claims is not None
    assert tokens.claims["sub"] == "subject-ada"
    assert script.paths().count("/token") == 1


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"state": "another"}, "state-mismatch"),
        ({"state": "absent"}, "state-mismatch"),
        ({"iss": "https://evil.example"}, "issuer-mismatch"),
        ({"iss": "absent"}, "issuer-mismatch"),
        ({"code": "absent"}, None),
        ({"code": "one&code=two"}, "parameter-repeated"),
    ],
)
def test_a_wrong_callback_sends_nothing(script: Scripted, changes: dict[str, str], fault: str | None) -> None:
    """State and issuer are judged before the code goes anywhere."""
    with pytest.raises(PeerViolation) as raised:
        log_in(script, **changes)
    assert raised.value.fault == fault
    assert "/token" not in script.paths()


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
        ({"exp": 1_000_000_000}, "clock-skew"),
        ({"exp": None}, None),
        ({"exp": 10**400}, None),
        ({"exp": "soon"}, None),
        ({"exp": True}, None),
        ({"iat": None}, None),
        ({"iat": 4_000_000_000}, "clock-skew"),
        ({"iat": 1_000_000_000}, "clock-skew"),
        ({"sub": None}, None),
        ({"sub": ""}, None),
        ({"sub": 7}, None),
        ({"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"}, None),
    ],
)
def test_a_wrong_claim_is_refused(script: Scripted, claims: dict[str, Any], fault: str | None) -> None:
    """Every claim that OpenID Connect Core 3.1.3.7 names is compared."""
    script.claims |= claims
    with pytest.raises(PeerViolation) as raised:
        log_in(script)
    assert raised.value.fault == fault


def test_several_audiences_with_azp_are_believed(script: Scripted) -> None:
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


@pytest.mark.parametrize(
    "make", [_signed_by_another_key, _with_a_shared_secret, _with_its_own_key, _unsigned, _tampered]
)
def test_a_wrong_signature_is_refused(script: Scripted, make: Callable[[Scripted], str]) -> None:
    """Another key, a shared secret, a key of its own, no signature, a changed one."""
    script.answers["/token"] = lambda _: in_json(script.tokens(id_token=make(script)))
    with pytest.raises(PeerViolation) as raised:
        log_in(script)
    assert raised.value.fault == "id-token-signature-wrong"


def test_extensions_that_must_be_understood_are_refused(script: Scripted) -> None:
    """`crit` names what nobody here knows (RFC 7515 4.1.11)."""
    header = _encode(b'{"alg": "RS256", "crit": ["x"]}')
    script.answers["/token"] = lambda _: in_json(
        script.tokens(id_token=".".join([header, *script.id_token().split(".")[1:]]))
    )
    with pytest.raises(PeerViolation, match="extensions"):
        log_in(script)


def test_without_joserfc_an_unsigned_token_is_refused_too(script: Scripted, monkeypatch: pytest.MonkeyPatch) -> None:
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


def test_unknown_keys_do_not_storm_the_server(script: Scripted) -> None:
    """Ten tokens of an unknown kid make one fetch of the keys."""
    script.header |= {"kid": "unknown"}
    client = Client.discover(script.issuer, client_id=CLIENT_ID, redirect_uri=CALLBACK)
    for _ in range(10):
        _, transaction = client.begin(scopes=["openid"])
        script.nonce = transaction.nonce
        with pytest.raises(PeerViolation):
            client.finish(f"{CALLBACK}?code=c&state={transaction.state}&iss={script.issuer}", transaction)
    client.close()
    assert script.paths().count("/jwks") == 1


@pytest.mark.parametrize(
    ("answer", "kind", "fault"),
    [
        (HTML, PeerViolation, "token-answer-html"),
        (replace(HTML, status=503), PeerViolation, "token-answer-html"),
        (Answer(500, b"oops"), PeerViolation, "server-unavailable"),
        (Answer(302, b"", (("location", "//evil.example/token"),)), PeerViolation, "token-request-redirected"),
        (Answer(307, b"", (("location", "/elsewhere"),)), PeerViolation, "token-request-redirected"),
        (in_json({"error": "invalid_grant"}, 400), TokenRefused, None),
        (in_json({"error": "invalid_grant"}), TokenRefused, "error-hidden-in-200"),
        (in_json([]), PeerViolation, None),
        (in_json({"access_token": ""}), PeerViolation, None),
        (in_json({"access_token": "x", "token_type": "mac"}), PeerViolation, None),
        (Answer(200, b"[" * 100_000), PeerViolation, None),
        (Answer(200, b"x" * (2 << 20)), PeerViolation, None),
        (Answer(200, b"{}", (("content-encoding", "gzip"),)), PeerViolation, None),
        (Answer(200, b'{"access_token"', length=5000), AnswerLost, "server-unavailable"),
        (Answer(200, b"x" * 100, pieces=100, pause=0.05), AnswerLost, "server-unavailable"),
    ],
)
def test_a_bad_token_answer_is_refused(
    script: Scripted, answer: Answer, kind: type[ProofkeyError], fault: str | None
) -> None:
    """Pages, redirects, errors, truncated, huge and slow answers; the code is sent once, to one place."""
    script.answers["/token"] = lambda _: answer
    with pytest.raises(kind) as raised:
        log_in(script, scopes=())
    assert (type(raised.value), raised.value.fault) == (kind, fault)
    assert script.paths().count("/token") == 1
    assert "/elsewhere" not in script.paths()
    assert "the-code" not in str(raised.value)


def test_openid_without_an_id_token_is_refused(script: Scripted) -> None:
    """Who asked for identity does not go on without it."""
    script.answers["/token"] = lambda _: in_json(script.tokens(id_token=None))
    with pytest.raises(PeerViolation, match="no ID token"):
        log_in(script)


def test_metadata_of_another_issuer_is_refused(script: Scripted) -> None:
    """RFC 8414 3.3."""
    script.metadata |= {"issuer": "https://evil.example"}
    with pytest.raises(PeerViolation) as raised:
        log_in(script)
    assert raised.value.fault == "issuer-mismatch"


@pytest.mark.parametrize("endpoint", ["file:///etc/passwd", "javascript:alert(1)", "-flag", "http://evil.example/a"])
def test_an_endpoint_is_https(script: Scripted, endpoint: str) -> None:
    """What a browser would be sent to comes from the server, and may not be anything."""
    script.metadata |= {"authorization_endpoint": endpoint}
    with pytest.raises(PeerViolation):
        log_in(script)


def test_discovery_takes_the_second_address(script: Scripted) -> None:
    """OpenID providers publish at the one address only."""
    script.answers["/.well-known/oauth-authorization-server"] = lambda _: Answer(404)
    assert log_in(script).claims is not None


def test_no_metadata_is_said_so(script: Scripted) -> None:
    """A page for everything is no metadata."""
    for path in ("oauth-authorization-server", "openid-configuration"):
        script.answers[f"/.well-known/{path}"] = lambda _: HTML
    with pytest.raises(PeerViolation, match="no metadata"):
        log_in(script)


@pytest.mark.parametrize("issuer", ["", "login.example", "http://login.example", "https://[", "https://a?b", "-x"])
def test_what_is_no_issuer_is_refused(issuer: str) -> None:
    """Nothing is sent for a text that cannot be an issuer."""
    with pytest.raises(Misuse):
        Client.discover(issuer, client_id=CLIENT_ID, redirect_uri=CALLBACK)


@pytest.mark.parametrize("document", [[], {"sub": "subject-eve"}, {}])
def test_userinfo_about_somebody_else_is_refused(script: Scripted, document: object) -> None:
    """The subject must be the ID token's (OpenID Connect Core 5.3.2)."""
    tokens = log_in(script)
    script.answers["/userinfo"] = lambda _: in_json(document)
    client = Client.discover(script.issuer, client_id=CLIENT_ID, redirect_uri=CALLBACK)
    with pytest.raises(PeerViolation):
        client.userinfo(tokens)
    client.close()


def test_nobody_listening_is_safe_to_repeat() -> None:
    """A refused connection says that nothing arrived."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        with pytest.raises(NotReached) as raised:
            Client.discover(f"http://127.0.0.1:{unused.getsockname()[1]}", client_id=CLIENT_ID, redirect_uri=CALLBACK)
    assert raised.value.fault == "server-unavailable"


def test_a_refresh_keeps_what_the_answer_leaves_out(script: Scripted) -> None:
    """No new refresh token, no scope, no ID token: the old ones stand."""
    tokens = log_in(script)
    script.answers["/token"] = lambda _: in_json({"access_token": "new", "token_type": "bearer"})
    client = Client.discover(script.issuer, client_id=CLIENT_ID, redirect_uri=CALLBACK)
    renewed = client.refresh(tokens)
    assert renewed.access_token.reveal() == "new"
    assert renewed.expires_at is None
    assert (renewed.refresh_token, renewed.claims, renewed.scopes) == (
        tokens.refresh_token,
        tokens.claims,
        tokens.scopes,
    )
    client.close()


def test_a_refusal_without_words_is_a_refusal(script: Scripted) -> None:
    """Against RFC 6749 5.2, and seen at glewlwyd: 400 and no body. The program must hear that the login is over."""
    tokens = log_in(script)
    script.answers["/token"] = lambda _: Answer(400)
    client = Client.discover(script.issuer, client_id=CLIENT_ID, redirect_uri=CALLBACK)
    with pytest.raises(TokenRefused, match="invalid_grant"):
        client.refresh(tokens)
    client.close()


def test_a_refresh_cannot_change_the_person(script: Scripted) -> None:
    """The renewed ID token is about the same subject (OpenID Connect Core 12.2)."""
    tokens = log_in(script)
    script.claims |= {"sub": "subject-eve"}
    client = Client.discover(script.issuer, client_id=CLIENT_ID, redirect_uri=CALLBACK)
    with pytest.raises(PeerViolation, match="somebody else"):
        client.refresh(tokens)
    client.close()


@pytest.mark.parametrize(
    ("answer", "kind", "fault"),
    [
        (Answer(302, b"", (("location", "/elsewhere"),)), PeerViolation, "token-request-redirected"),
        (Answer(503, b""), PeerViolation, "server-unavailable"),
        (Answer(429, b""), PeerViolation, "rate-limited"),
        (in_json({"error": "invalid_client", "error_description": "no"}, 401), TokenRefused, None),
    ],
)
def test_a_failed_revocation_is_told(
    script: Scripted, answer: Answer, kind: type[ProofkeyError], fault: str | None
) -> None:
    """Who logs out must know when he did not."""
    tokens = log_in(script)
    script.answers["/revoke"] = lambda _: answer
    client = Client.discover(script.issuer, client_id=CLIENT_ID, redirect_uri=CALLBACK)
    with pytest.raises(kind) as raised:
        client.revoke(tokens)
    client.close()
    assert raised.value.fault == fault
    assert "/elsewhere" not in script.paths()


def test_an_access_token_that_cannot_be_revoked_is_no_failure(script: Scripted) -> None:
    """The refresh token's end is what counts (RFC 7009 2.2.1)."""
    tokens = log_in(script)
    script.answers["/revoke"] = lambda form: (
        in_json({"error": "unsupported_token_type"}, 400) if form["token_type_hint"] == "access_token" else Answer(200)
    )
    client = Client.discover(script.issuer, client_id=CLIENT_ID, redirect_uri=CALLBACK)
    client.revoke(tokens)
    client.close()
    assert script.paths().count("/revoke") == 2


@pytest.mark.parametrize("asked", ["revocation_endpoint", "userinfo_endpoint"])
def test_what_a_server_does_not_have_is_misuse(script: Scripted, asked: str) -> None:
    """It is said before a token goes anywhere."""
    tokens = log_in(script)
    script.metadata |= {asked: None}
    client = Client.discover(script.issuer, client_id=CLIENT_ID, redirect_uri=CALLBACK)
    with pytest.raises(Misuse):
        client.revoke(tokens) if asked == "revocation_endpoint" else client.userinfo(tokens)
    client.close()
