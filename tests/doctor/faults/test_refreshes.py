"""Faults of refreshing, their neighbours, and refreshing as it should be."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from proofkey.doctor.diagnose import diagnose
from proofkey.doctor.transcript import CODE, FORM, ISSUED, REFRESH_TOKEN, ROTATED, TOKENS, VERIFIER
from tests.doctor.captures import authorize_url, capture_of, entry
from tests.doctor.faults.judged import findings, findings_in

URL = "https://login.example/oauth/token"
CLIENT = "shop-0815"
NEXT = str(ROTATED["refresh_token"])
THIRD = "Zz9qfTn3bVw7kLmXa2"
BASIC = {"Authorization": "Basic ZGVzay00NzExOnNlY3JldA=="}  # desk-4711
NAMED = {"client_id": CLIENT}
Entry = dict[str, Any]


def signed_in(answer: Mapping[str, object] | None = ISSUED, client: bool = True, second: float = 0) -> list[Entry]:
    """Write a login that worked; None leaves the answer's body out."""
    state, code = f"s8dk{second}", f"{CODE}{second}"
    back = f"https://app.example/cb?code={code}&state={state}"
    body = f"grant_type=authorization_code&code={code}&code_verifier={VERIFIER}"
    body += "&redirect_uri=https%3A%2F%2Fapp.example%2Fcb"
    return [
        entry("GET", authorize_url(state, client=CLIENT), status=302, answer_headers={"Location": back}, second=second),
        entry("GET", back, second=second + 0.2),
        entry(
            "POST",
            URL,
            headers={"Content-Type": FORM},
            body=f"{body}&client_id={CLIENT}" if client else body,
            content=json.dumps(answer) if answer is not None else None,
            second=second + 0.5,
        ),
    ]


def refreshed(
    second: float,
    token: str | None = REFRESH_TOKEN,
    answer: Mapping[str, object] | None = None,
    status: int = 400,
    headers: Mapping[str, str] | None = None,
    url: str = URL,
    **parameters: str,
) -> Entry:
    """Write a refresh; the client is named unless other parameters are given. It is refused unless it got tokens."""
    named = {k: v for k, v in {"refresh_token": token, **(parameters or NAMED)}.items() if v is not None}
    body = "&".join(
        ["grant_type=refresh_token", *(f"{name}={value}" for name, value in named.items() if name != "none")]
    )
    got = bool(answer and "access_token" in answer)
    content = json.dumps(answer if answer is not None else {"error": "invalid_grant"}) if status else None
    all_headers = {"Content-Type": FORM, **(headers or {})}
    return entry(
        "POST", url, status=200 if got else status, headers=all_headers, body=body, content=content, second=second
    )


def said(text: str, error: str = "invalid_grant") -> dict[str, object]:
    """Write an error body."""
    return {"error": error, "error_description": text}


def judged(*entries: Entry) -> list[tuple[str, str]]:
    """Judge a login that worked, followed by these."""
    return findings_in(capture_of(*signed_in(), *entries))


# Reuse


@pytest.mark.parametrize(
    "text", ["grant request is invalid", "Maximum allowed refresh token reuse exceeded", "expired"]
)
def test_a_token_that_was_exchanged_before(text: str) -> None:
    """Two requests with one token prove it, whatever the server says, also when another refresh lies between."""
    proven = [("refresh-token-reused", "proven")]
    assert judged(refreshed(10, answer=ROTATED), refreshed(10.2, answer=said(text))) == proven
    second = refreshed(20, NEXT, {**TOKENS, "refresh_token": THIRD})
    assert judged(refreshed(10, answer=ROTATED), second, refreshed(30, answer=said(text))) == proven


def test_the_whole_family_is_revoked_after_a_reuse() -> None:
    """That the new token is refused too is an echo."""
    assert judged(refreshed(10, answer=ROTATED), refreshed(11), refreshed(12, NEXT)) == [
        ("refresh-token-reused", "proven")
    ]


def test_the_earlier_of_two_tabs_may_lose() -> None:
    """The order in which requests leave is not that in which they arrive."""
    assert judged(refreshed(10), refreshed(10.2, answer=ROTATED)) == [("refresh-token-reused", "likely")]


@pytest.mark.parametrize(
    "entries",
    [
        [refreshed(10, answer=ROTATED), refreshed(10.2, answer={**TOKENS, "refresh_token": THIRD})],
        [refreshed(10, answer=TOKENS), refreshed(20, answer=TOKENS), refreshed(30, answer=TOKENS)],
        [refreshed(10, answer=ISSUED), refreshed(20, answer=ISSUED)],
        [refreshed(10, answer={"error": "use_dpop_nonce"}), refreshed(10.3, answer=ROTATED)],
        [refreshed(10, answer={"error": "invalid_client"}, status=401), refreshed(15, answer=ROTATED)],
        [refreshed(10, status=0), refreshed(14, answer=ROTATED)],
        [refreshed(10, token=None, answer=ROTATED, headers={"Cookie": "refresh=a"})],
    ],
    ids=["leeway", "no rotation", "same token again", "nonce", "second attempt", "lost, then served", "cookie"],
)
def test_refreshing_that_works_is_no_fault(entries: list[Entry]) -> None:
    """Grace periods, servers without rotation, and attempts that were made good."""
    diagnosis = diagnose(capture_of(*signed_in(), *entries))
    assert diagnosis.findings == []
    assert diagnosis.verdict == "ok"


def test_a_token_that_is_not_rotated_was_not_reused() -> None:
    """It worked once and is refused now: nothing says that the first use is the reason."""
    found = judged(refreshed(10, answer=TOKENS), refreshed(20))
    assert found == [("refresh-token-expired", "possible")]


def test_a_word_about_reuse_is_only_a_hint() -> None:
    """Some servers use the sentence for every refusal."""
    assert judged(refreshed(10, answer=said("refresh token reuse exceeded")))[0][1] == "possible"


# Lost answers


@pytest.mark.parametrize("status", [0, 502, 504])
@pytest.mark.parametrize("text", ["Refresh token expired", "Maximum allowed refresh token reuse exceeded", "invalid"])
def test_a_refresh_whose_answer_was_lost(status: int, text: str) -> None:
    """The second request carries a token that the server has replaced."""
    found = judged(refreshed(10, status=status), refreshed(14, answer=said(text)))
    assert found == [("refresh-retried-after-lost-answer", "likely")]


def test_an_entry_without_a_response() -> None:
    """Some recorders leave the response out where none came; others note an error beside a status."""
    silent, broken = refreshed(10), refreshed(10, answer=TOKENS)
    silent["response"] = {}
    broken["response"] = {"status": 200, "_error": "net::ERR_ABORTED"}
    for first in (silent, broken):
        assert judged(first, refreshed(14)) == [("refresh-retried-after-lost-answer", "likely")]


def test_several_lost_answers() -> None:
    """An impatient client tries more than once."""
    found = judged(refreshed(10, status=0), refreshed(12, status=0), refreshed(14))
    assert found == [("refresh-retried-after-lost-answer", "likely")]


# Clients


@pytest.mark.parametrize("text", ["Token client and authorized client don't match", "reuse exceeded", "expired"])
def test_the_token_of_another_client(text: str) -> None:
    """The client of the code exchange and that of the refresh differ, in the body or in the header."""
    proven = [("refresh-with-other-client", "proven")]
    assert judged(refreshed(10, answer=said(text), client_id="desk-4711")) == proven
    assert judged(refreshed(10, answer=said(text), headers=BASIC, none="")) == proven


def test_the_token_of_another_server() -> None:
    """A token endpoint that did not issue the token."""
    found = judged(refreshed(10, url="https://login.elsewhere.example/oauth/token"))
    assert found == [("refresh-with-other-client", "likely")]


def test_another_clients_refresh_in_the_same_capture() -> None:
    """Its token was not issued by the login at hand, so the two clients are not one that changed."""
    found = judged(refreshed(10, THIRD, client_id="desk-4711"))
    assert ("refresh-with-other-client", "proven") not in found


def test_a_refresh_without_a_client() -> None:
    """Proven where headers were captured, whatever the server says."""
    proven = [("refresh-client-unidentified", "proven")]
    for answer in (said("", "invalid_client"), said("refresh token expired"), said("grant request is invalid")):
        assert judged(refreshed(10, answer=answer, none="")) == proven
        assert judged(refreshed(10, answer=answer, client_id="undefined")) == proven


def test_credentials_that_the_capture_left_out() -> None:
    """The code exchange worked without any client to be seen, so the tool hides the header."""
    entries = [*signed_in(client=False), refreshed(10, answer=said("refresh token expired"), none="")]
    assert findings_in(capture_of(*entries)) == [("refresh-token-expired", "likely")]


def test_a_client_that_must_authenticate() -> None:
    """The client is named, and that is not enough for this server."""
    found = judged(refreshed(10, answer=said("", "invalid_client"), status=401))
    assert found == [("refresh-client-unidentified", "likely")]


# No token, old token


@pytest.mark.parametrize(
    "token", [None, "", "undefined", "null", "None", "[object Object]", str(TOKENS["access_token"])]
)
@pytest.mark.parametrize("error", [said("Invalid refresh token"), said("", "invalid_request"), said("reuse exceeded")])
def test_there_is_no_refresh_token(token: str | None, error: dict[str, object]) -> None:
    """The login's answer had none, and the refresh carries nothing, or the access token."""
    entries = [*signed_in(TOKENS), refreshed(10, token, error)]
    assert findings_in(capture_of(*entries)) == [("refresh-token-absent", "proven")]


@pytest.mark.parametrize(
    "text",
    [
        "Token is not active",
        "The refresh token is invalid or expired.",
        "Token has been expired or revoked.",
        "AADSTS700084: The refresh token was issued to a single page app (SPA)",
        "Session not active",
    ],
)
def test_a_refresh_token_that_ended(text: str) -> None:
    """The server says so, and nothing else explains the refusal; with a new login the client did what it must."""
    refresh = refreshed(20, answer=said(text))
    assert judged(refresh) == [("refresh-token-expired", "likely")]
    assert judged(refresh, *signed_in(second=30)) == []


def test_the_lifetime_that_came_with_the_token() -> None:
    """Age tells without words."""
    entries = [*signed_in({**ISSUED, "refresh_expires_in": 20}), refreshed(50)]
    assert findings_in(capture_of(*entries)) == [("refresh-token-expired", "likely")]


def test_a_refusal_without_a_reason_is_undecided() -> None:
    """It is not called healthy, and nothing is claimed."""
    assert diagnose(capture_of(*signed_in(), refreshed(20))).verdict == "undecided"


def test_a_refresh_that_was_not_served() -> None:
    """A rate limit and an unavailable server have names of their own, at a refresh too."""
    assert judged(refreshed(20, status=429)) == [("rate-limited", "proven")]
    assert judged(refreshed(20, status=503, answer={"message": "down"})) == [("server-unavailable", "likely")]
    assert judged(refreshed(20, status=503, answer={"message": "down"}), refreshed(30, answer=ROTATED)) == []


def test_commands_show_refreshes_too() -> None:
    """A curl line is judged as a HAR entry; what stands for a value is not taken for one."""
    curl = (
        "curl -X POST https://login.example/oauth/token -d 'grant_type=refresh_token' -d 'refresh_token={}'{}\n\n{}\n"
    )
    error = json.dumps(said("Token is not active"))
    named = " -d client_id=shop-0815"
    assert findings(curl.format(THIRD, "", error)) == [("refresh-client-unidentified", "proven")]
    assert findings(curl.format("undefined", named, error)) == [("refresh-token-absent", "proven")]
    assert findings(curl.format(THIRD, named, error)) == [("refresh-token-expired", "likely")]
    assert ("refresh-token-absent", "proven") not in findings(curl.format("$REFRESH_TOKEN", named, error))
