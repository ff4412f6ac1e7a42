"""Faults of the ID token: clocks and nonces."""

from __future__ import annotations

import json
from email.utils import formatdate
from typing import Any

import pytest

from proofkey.doctor.diagnose import diagnose
from proofkey.doctor.transcript import CODE, FORM, TOKENS, VERIFIER, id_token
from tests.doctor.captures import authorize_url, capture_of, entry
from tests.doctor.faults.judged import findings_in

NOW = 1772359201  # the second in which the token answer came, by the capture
DAY = 86_400


def signed_in(
    claims: dict[str, object], date: int | None = 0, nonce: str | None = None, used: bool = False
) -> list[dict[str, Any]]:
    """Write a login whose answer has an ID token; `date` is the server's clock in seconds from the client's."""
    back = f"https://app.example/cb?code={CODE}&state=s8dk2"
    url = authorize_url("s8dk2") + (f"&nonce={nonce}" if nonce else "")
    body = f"grant_type=authorization_code&code={CODE}&client_id=app&code_verifier={VERIFIER}"
    entries = [
        entry("GET", url, status=302, answer_headers={"Location": back}),
        entry("GET", back, second=0.5),
        entry(
            "POST",
            "https://login.example/oauth/token",
            headers={"Content-Type": FORM},
            body=f"{body}&redirect_uri=https%3A%2F%2Fapp.example%2Fcb",
            answer_headers={"Date": formatdate(NOW + date, usegmt=True)} if date is not None else {},
            content=json.dumps({**TOKENS, "id_token": id_token(claims)}),
            second=1,
        ),
    ]
    if used:
        bearer = {"Authorization": f"Bearer {TOKENS['access_token']}"}
        entries.append(entry("GET", "https://api.example/me", headers=bearer, second=3))
    return entries


def issued(seconds: int, **more: object) -> dict[str, object]:
    """Write the claims of an ID token that was issued so many seconds from the client's now."""
    return {"iat": NOW + seconds, "exp": NOW + seconds + 3600, **more}


@pytest.mark.parametrize(
    ("seconds", "date"),
    [(900, 900), (902, 900), (180, 180), (900, None), (7200, 7200), (-900, -900), (-7200, -7200), (300, 0)],
)
def test_clocks_that_differ(seconds: int, date: int | None) -> None:
    """By the answer's Date header, by the capture's times, in either direction, or within the server itself."""
    assert findings_in(capture_of(*signed_in(issued(seconds), date))) == [("clock-skew", "likely")]


@pytest.mark.parametrize(
    ("seconds", "date"),
    [(0, 0), (30, 30), (100, 100), (-200, -200), (-1800, 0), (-100 * DAY, 0), (100 * DAY, 0), (-100 * DAY, None)],
)
def test_small_differences_and_recorded_tokens_are_no_skew(seconds: int, date: int | None) -> None:
    """Libraries forgive minutes; a token that is days old was recorded, or its times are made up."""
    assert findings_in(capture_of(*signed_in(issued(seconds), date))) == []


def test_a_client_that_used_its_tokens_has_taken_them() -> None:
    """A call with the access token shows that the login went on."""
    assert findings_in(capture_of(*signed_in(issued(900), 900, used=True))) == []


def test_a_nonce_of_another_login() -> None:
    """Proven by comparing, also where the client goes on and where the server's words say nothing."""
    proven = [("nonce-mismatch", "proven")]
    for used in (True, False):
        entries = signed_in(issued(0, nonce="n-1Q6_WzA2Mj"), nonce="n-0S6_WzA2Mj", used=used)
        assert findings_in(capture_of(*entries)) == proven
    mixed = [*entries, entry("GET", authorize_url("other") + "&nonce=n-1Q6_WzA2Mj", second=5)]
    explanation = diagnose(capture_of(*mixed)).findings[0].finding.explanation
    assert "another login in this capture" in explanation


@pytest.mark.parametrize(("sent", "got"), [("n1", "n1"), (None, "n1"), (None, None), ("a%2Bb", "a+b")])
def test_a_nonce_that_came_back_or_was_not_asked_for(sent: str | None, got: str | None) -> None:
    """Nothing to compare, or equal."""
    claims = issued(0, nonce=got) if got else issued(0)
    assert findings_in(capture_of(*signed_in(claims, nonce=sent))) == []


def test_a_nonce_that_did_not_come_back() -> None:
    """The token must repeat it; a client that goes on does not mind."""
    assert findings_in(capture_of(*signed_in(issued(0), nonce="n1"))) == [("nonce-mismatch", "likely")]
    assert findings_in(capture_of(*signed_in(issued(0), nonce="n1", used=True))) == []


def test_a_refresh_may_leave_the_nonce_out() -> None:
    """OpenID Connect Core 12.2: it need not be there."""
    entries = signed_in(issued(0, nonce="n1"), nonce="n1")
    entries[2]["response"]["content"]["text"] = json.dumps(
        {**TOKENS, "refresh_token": "tGzv3JOkF0XG5Qx2TlKWIA", "id_token": id_token(issued(0, nonce="n1"))}
    )
    renewed = entry(
        "POST",
        "https://login.example/oauth/token",
        headers={"Content-Type": FORM},
        body="grant_type=refresh_token&client_id=app&refresh_token=tGzv3JOkF0XG5Qx2TlKWIA",
        content=json.dumps({**TOKENS, "id_token": id_token(issued(50))}),
        second=50,
    )
    assert findings_in(capture_of(*entries, renewed)) == []
