"""What a server may do wrong in its metadata and keys: each is refused, under the name of its fault."""

from __future__ import annotations

import socket

import pytest
from joserfc.jwk import RSAKey

from proofkey.client.blocking import Client
from proofkey.client.errors import AnswerLost, NotReached
from proofkey.core.errors import Misuse, PeerViolation, ProofkeyError
from tests.client.scripted import CALLBACK, CLIENT_ID, Answer, Scripted, in_json
from tests.client.scripted_logins import LogIn, answered

HTML = Answer(200, b"<!doctype html><title>Welcome</title>", (("content-type", "text/html"),))
ELSEWHERE = Answer(302, b"", (("location", "/elsewhere"),))
HUGE = Answer(200, b'{"keys": [' + b"1," * (1 << 19) + b"1]}")
BOTH = ("/.well-known/oauth-authorization-server", "/.well-known/openid-configuration")


@pytest.mark.shows("A70")
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


@pytest.mark.shows("B17")
def test_metadata_of_another_issuer_is_refused(log_in: LogIn, script: Scripted) -> None:
    """RFC 8414 3.3; the error names both, so that a slash too many is seen."""
    script.metadata |= {"issuer": f"{script.issuer}/"}
    with pytest.raises(PeerViolation, match=f"is of the issuer '{script.issuer}/', not of '{script.issuer}'") as raised:
        log_in(script)
    assert raised.value.fault == "issuer-mismatch"
    script.metadata |= {"issuer": "x\x1b[2J" + "x" * 10_000}
    with pytest.raises(PeerViolation) as raised:
        log_in(script)
    assert raised.value.message.isprintable()
    assert len(raised.value.message) < 500


@pytest.mark.shows("B13", "N09", "A75")
@pytest.mark.parametrize("endpoint", ["file:///etc/passwd", "javascript:alert(1)", "-flag", "http://evil.example/a"])
def test_an_endpoint_is_https(log_in: LogIn, script: Scripted, endpoint: str) -> None:
    """What a browser would be sent to comes from the server, and may not be anything."""
    script.metadata |= {"authorization_endpoint": endpoint}
    with pytest.raises(PeerViolation):
        log_in(script)


def test_discovery_takes_the_second_address(log_in: LogIn, script: Scripted) -> None:
    """OpenID providers publish at the one address only."""
    script.answers["/.well-known/oauth-authorization-server"] = lambda _: Answer(404)
    assert log_in(script).claims is not None


@pytest.mark.parametrize("document", [{}, {"error": "not found"}, {"issuer": "https://gateway.example"}])
def test_somebody_elses_document_at_one_address_does_not_hide_the_other(
    log_in: LogIn, script: Scripted, document: object
) -> None:
    """A gateway may answer JSON for everything, or have metadata of its own at the address of RFC 8414."""
    script.answers["/.well-known/oauth-authorization-server"] = lambda _: in_json(document)
    assert log_in(script).claims is not None


@pytest.mark.parametrize(
    ("listed", "told", "in_body"),
    [
        (None, None, False),
        (["client_secret_basic", "client_secret_post"], None, False),
        (["private_key_jwt", "client_secret_post"], None, True),
        (["client_secret_post"], "client_secret_basic", False),
        (["private_key_jwt"], None, False),
    ],
)
def test_a_secret_goes_where_the_server_takes_it(
    script: Scripted, listed: list[str] | None, told: str | None, in_body: bool
) -> None:
    """In the body only where the metadata lists nothing else that we can do, and nobody said otherwise."""
    script.metadata |= {"token_endpoint_auth_methods_supported": listed} if listed else {}
    client = Client.discover(
        script.issuer, client_id=CLIENT_ID, redirect_uri=CALLBACK, secret="a secret", auth_method=told
    )
    _, transaction = client.begin()
    client.finish(answered(script, transaction, {}), transaction)
    (sent,) = [form for path, form in script.seen if path == "/token"]
    assert sent.get("client_secret") == ("a secret" if in_body else None)
    client.close()


def test_no_metadata_is_said_so(log_in: LogIn, script: Scripted) -> None:
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


def test_nobody_listening_is_safe_to_repeat() -> None:
    """A refused connection says that nothing arrived."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        with pytest.raises(NotReached) as raised:
            Client.discover(f"http://127.0.0.1:{unused.getsockname()[1]}", client_id=CLIENT_ID, redirect_uri=CALLBACK)
    assert raised.value.fault == "server-unavailable"


@pytest.mark.shows("A68")
@pytest.mark.parametrize(
    ("answer", "kind", "fault"),
    [
        (HUGE, PeerViolation, "answer-malformed"),
        (ELSEWHERE, PeerViolation, "answer-malformed"),
        (Answer(503), PeerViolation, "server-unavailable"),
        (in_json(["no object"]), PeerViolation, "answer-malformed"),
        (Answer(200, b"{\xff}"), PeerViolation, "answer-malformed"),
        (Answer(200, b"[" * 100_000), PeerViolation, "answer-malformed"),
        (Answer(200, b"{}", length=100), AnswerLost, "server-unavailable"),
    ],
)
def test_bad_metadata_is_refused(
    log_in: LogIn, script: Scripted, answer: Answer, kind: type[ProofkeyError], fault: str
) -> None:
    """Huge, redirecting, missing, of another type, not UTF-8, cut: no login is begun."""
    for path in BOTH:
        script.answers[path] = lambda _: answer
    with pytest.raises(kind) as raised:
        log_in(script)
    assert (type(raised.value), raised.value.fault) == (kind, fault)
    assert set(script.paths()) <= set(BOTH)


@pytest.mark.shows("B13", "B17", "A71")
@pytest.mark.parametrize(
    ("member", "value", "fault"),
    [
        ("issuer", ["a list"], "issuer-mismatch"),
        ("issuer", None, "issuer-mismatch"),
        ("token_endpoint", 7, "answer-malformed"),
        ("token_endpoint", None, "answer-malformed"),
        ("token_endpoint", "/token", "answer-malformed"),
        ("jwks_uri", "http://keys.example/", "answer-malformed"),
    ],
)
def test_a_member_of_a_wrong_kind_is_refused(
    log_in: LogIn, script: Scripted, member: str, value: object, fault: str
) -> None:
    """An endpoint is an https URL, and the issuer is this one."""
    script.metadata |= {member: value}
    with pytest.raises(PeerViolation) as raised:
        log_in(script)
    assert raised.value.fault == fault
    assert "/token" not in script.paths()


@pytest.mark.shows("B03", "N02")
def test_a_server_that_lists_no_s256_is_not_used(log_in: LogIn, script: Scripted) -> None:
    """There is no falling back to plain (RFC 7636 7.2)."""
    script.metadata |= {"code_challenge_methods_supported": ["plain"]}
    with pytest.raises(Misuse) as raised:
        log_in(script)
    assert raised.value.fault == "challenge-method-s256-unsupported"


@pytest.mark.shows("A68", "A14")
@pytest.mark.parametrize(
    ("answer", "kind", "fault"),
    [
        (HUGE, PeerViolation, "answer-malformed"),
        (HTML, PeerViolation, "answer-malformed"),
        (Answer(404), PeerViolation, "answer-malformed"),
        (Answer(500), PeerViolation, "server-unavailable"),
        (ELSEWHERE, PeerViolation, "token-request-redirected"),
        (in_json({"keys": {}}), PeerViolation, "answer-malformed"),
        (in_json({"keys": []}), PeerViolation, "id-token-signature-wrong"),
        (
            in_json({"keys": [{"kty": "RSA", "kid": "k1", "n": "AQ", "e": "AQ"}]}),
            PeerViolation,
            "id-token-signature-wrong",
        ),
        (in_json({"keys": [{"kty": "oct", "kid": "k1", "k": "AQ"}]}), PeerViolation, "id-token-signature-wrong"),
        (Answer(200, b"{}", length=100), AnswerLost, "server-unavailable"),
    ],
)
def test_bad_keys_are_no_keys(
    log_in: LogIn, script: Scripted, answer: Answer, kind: type[ProofkeyError], fault: str
) -> None:
    """Without the issuer's keys nobody is logged in; the code went out once."""
    script.answers["/jwks"] = lambda _: answer
    with pytest.raises(kind) as raised:
        log_in(script)
    assert (type(raised.value), raised.value.fault) == (kind, fault)
    assert script.paths().count("/token") == 1
    assert "/elsewhere" not in script.paths()


def test_keys_that_nobody_serves(log_in: LogIn, script: Scripted) -> None:
    """A jwks_uri where nobody listens is not reached, and the login fails."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        script.metadata |= {"jwks_uri": f"http://127.0.0.1:{unused.getsockname()[1]}/jwks"}
        with pytest.raises(NotReached) as raised:
            log_in(script)
    assert raised.value.fault == "server-unavailable"


def test_a_key_that_was_changed_is_fetched_at_once(script: Scripted) -> None:
    """A new kid is looked for when it comes; the old key, no longer published, is not believed any more."""
    client = Client.discover(script.issuer, client_id=CLIENT_ID, redirect_uri=CALLBACK)

    def log_in() -> None:
        _, transaction = client.begin(scopes=["openid"])
        client.finish(answered(script, transaction, {}), transaction)

    log_in()
    old, script.key = script.key, RSAKey.generate_key(2048, auto_kid=False)
    public = script.key.as_dict(private=False) | {"kid": "k2", "use": "sig"}
    script.answers["/jwks"] = lambda _: in_json({"keys": [public]})
    script.header |= {"kid": "k2"}
    log_in()
    assert script.paths().count("/jwks") == 2
    script.key = old
    script.header |= {"kid": "k1"}
    with pytest.raises(PeerViolation) as raised:
        log_in()
    assert raised.value.fault == "id-token-signature-wrong"
    client.close()
