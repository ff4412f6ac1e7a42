"""What a server may do wrong after the login: userinfo about others, refreshes and revocations that fail."""

from __future__ import annotations

import pytest

from proofkey.client.blocking import Client
from proofkey.core.errors import Misuse, PeerViolation, ProofkeyError, TokenRefused
from tests.client.scripted import CALLBACK, CLIENT_ID, Answer, Scripted, in_json
from tests.client.scripted_logins import log_in_blocking as log_in


@pytest.mark.shows("B15", "A67")
@pytest.mark.parametrize("document", [[], {"sub": "subject-eve"}, {}])
def test_userinfo_about_somebody_else_is_refused(script: Scripted, document: object) -> None:
    """The subject must be the ID token's (OpenID Connect Core 5.3.2)."""
    tokens = log_in(script)
    script.answers["/userinfo"] = lambda _: in_json(document)
    client = Client.discover(script.issuer, client_id=CLIENT_ID, redirect_uri=CALLBACK)
    with pytest.raises(PeerViolation):
        client.userinfo(tokens)
    client.close()


@pytest.mark.shows("B09")
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


def test_keys_that_cannot_be_had_spend_no_refresh_token(script: Scripted) -> None:
    """The rotated token comes once; what its ID token is checked with has to be there before it is asked for."""
    tokens = log_in(script)
    client = Client.discover(script.issuer, client_id=CLIENT_ID, redirect_uri=CALLBACK)
    script.seen.clear()
    script.answers["/jwks"] = lambda _: Answer(503)
    with pytest.raises(PeerViolation) as raised:
        client.refresh(tokens)
    assert (raised.value.fault, script.paths()) == ("server-unavailable", ["/jwks"])
    del script.answers["/jwks"]
    client.refresh(tokens)
    client.refresh(tokens)
    assert script.paths() == ["/jwks", "/jwks", "/token", "/token"]
    client.close()


def test_a_refusal_without_words_is_a_refusal(script: Scripted) -> None:
    """Against RFC 6749 5.2, and seen at glewlwyd: 400 and no body. The program must hear that the login is over."""
    tokens = log_in(script)
    script.answers["/token"] = lambda _: Answer(400)
    client = Client.discover(script.issuer, client_id=CLIENT_ID, redirect_uri=CALLBACK)
    with pytest.raises(TokenRefused, match="invalid_grant"):
        client.refresh(tokens)
    client.close()


@pytest.mark.shows("B16")
def test_a_refresh_cannot_change_the_person(script: Scripted) -> None:
    """The renewed ID token is about the same subject (OpenID Connect Core 12.2)."""
    tokens = log_in(script)
    script.claims |= {"sub": "subject-eve"}
    client = Client.discover(script.issuer, client_id=CLIENT_ID, redirect_uri=CALLBACK)
    with pytest.raises(PeerViolation, match="somebody else"):
        client.refresh(tokens)
    client.close()


@pytest.mark.shows("A14")
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
