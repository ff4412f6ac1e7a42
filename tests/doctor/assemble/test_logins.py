"""Messages find the login that they belong to, however the capture mixes them."""

from __future__ import annotations

import random

from proofkey.doctor.assemble import assemble
from proofkey.doctor.sources import read
from tests.doctor.captures import authorize_url, capture_of, entry, token_body

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
TOKENS = '{"access_token": "at-0123456789", "refresh_token": "rt-0123456789", "token_type": "Bearer"}'
TOKEN_URL = "https://login.example/oauth/token"


def test_interleaved_tabs_are_two_logins() -> None:
    """Two tabs that start before either returns keep their callbacks and token requests apart."""
    logins = assemble(
        capture_of(
            entry("GET", authorize_url("state-one-1", "a" * 43), status=302, second=1),
            entry("GET", authorize_url("state-two-2", "b" * 43), status=302, second=2),
            entry("GET", "https://app.example/cb?code=code-two-22&state=state-two-2", second=3),
            entry("GET", "https://app.example/cb?code=code-one-11&state=state-one-1", second=4),
            entry("POST", TOKEN_URL, headers=FORM, body=token_body("code-one-11"), status=400, second=5),
            entry("POST", TOKEN_URL, headers=FORM, body=token_body("code-two-22"), status=400, second=6),
        )
    )
    assert [(each.callback.number, each.token.number) for each in logins if each.callback and each.token] == [
        (4, 5),
        (3, 6),
    ]


def test_entries_out_of_order_are_put_in_time_order() -> None:
    """A HAR file whose entries are shuffled gives the same login; places still name the file's entries."""
    entries = [
        entry("GET", authorize_url("state-one-1"), status=302, second=1),
        entry("GET", "https://app.example/cb?code=code-one-11&state=state-one-1", second=2),
        entry("POST", TOKEN_URL, headers=FORM, body=token_body("code-one-11"), status=400, second=3),
    ]
    random.Random(3).shuffle(entries)
    (login,) = assemble(capture_of(*entries))
    assert [message.number for message in login.messages] == [1, 2, 3]
    assert {message.where for message in login.messages} == {"entry 1", "entry 2", "entry 3"}


def test_a_damaged_code_still_belongs_to_its_login() -> None:
    """A code that lost its end on the way ties the token request to the right one of two logins."""
    logins = assemble(
        capture_of(
            entry("GET", authorize_url("state-one-1"), status=302, second=1),
            entry("GET", "https://app.example/cb?code=first-code-123456&state=state-one-1", second=2),
            entry("GET", authorize_url("state-two-2"), status=302, second=3),
            entry("GET", "https://app.example/cb?code=other-code-abcdef&state=state-two-2", second=4),
            entry("POST", TOKEN_URL, headers=FORM, body=token_body("first-code-1234"), status=400, second=5),
        )
    )
    assert [len(login.token_requests) for login in logins] == [1, 0]


def test_a_pushed_request_gives_its_parameters_to_the_authorization_request() -> None:
    """RFC 9126: what was pushed counts as sent at the start; an unresolved reference leaves it unobserved."""
    pushed = "response_type=code&client_id=app&redirect_uri=https%3A%2F%2Fapp.example%2Fcb&code_challenge=" + "c" * 43
    reference = "urn:example:abc"
    start = f"https://login.example/authorize?client_id=app&request_uri={reference}"
    answer = f'{{"request_uri": "{reference}", "expires_in": 60}}'
    resolved = capture_of(
        entry("POST", "https://login.example/par", headers=FORM, body=pushed, status=201, content=answer, second=1),
        entry("GET", start, status=302, second=2),
    )
    (login,) = assemble(resolved)
    assert login.authorize is not None
    assert login.authorize.value("code_challenge") == "c" * 43
    (alone,) = assemble(capture_of(entry("GET", start, status=302)))
    assert alone.missing(("authorize.code_challenge",)) == ["authorize.code_challenge"]


def test_a_login_page_with_parameters_is_no_second_request() -> None:
    """A server that shows its login page under a URL with the request's parameters did not lose the challenge."""
    page = "https://login.example/signin?client_id=app&response_type=code&state=state-one-1&redirect_uri=https%3A%2F%2Fapp.example%2Fcb"
    (login,) = assemble(
        capture_of(
            entry("GET", authorize_url("state-one-1"), status=302, answer_headers={"Location": page}, second=1),
            entry("GET", page, second=2),
            entry("GET", "https://app.example/cb?code=code-one-11&state=state-one-1", second=3),
        )
    )
    assert len(login.authorize_hops) == 1
    assert [message.number for message in login.pages] == [2]


def test_a_code_handed_to_the_own_back_end_is_no_token_request() -> None:
    """A single-page app may give the code to its server, which redeems it out of sight."""
    relay = '{"code": "code-one-11", "code_verifier": "' + "v" * 43 + '", "redirect_uri": "https://app.example/cb"}'
    (login,) = assemble(
        capture_of(
            entry("GET", authorize_url("state-one-1"), status=302, second=1),
            entry("GET", "https://app.example/cb?code=code-one-11&state=state-one-1", second=2),
            entry("POST", "https://app.example/api/session", body=relay, content='{"user": 1}', second=3),
        )
    )
    assert login.token_requests == []


def test_a_broker_is_known_by_its_callback() -> None:
    """The leg between two servers is no login of the application."""
    upstream = (
        "https://accounts.other.example/auth?response_type=code&client_id=broker&state=up-state-1"
        "&redirect_uri=https%3A%2F%2Flogin.example%2Fbroker%2Fcb"
    )
    logins = assemble(
        capture_of(
            entry("GET", authorize_url("state-one-1"), status=302, answer_headers={"Location": upstream}, second=1),
            entry("GET", upstream, status=302, second=2),
            entry("GET", "https://login.example/broker/cb?code=up-code-123&state=up-state-1", status=302, second=3),
            entry("GET", "https://app.example/cb?code=code-one-11&state=state-one-1", second=4),
        )
    )
    assert [login.is_upstream for login in logins] == [False, True]
    assert [login.callback.value("code") for login in logins if login.callback] == ["code-one-11", "up-code-123"]


def test_refreshes_follow_the_chain_of_tokens() -> None:
    """A refresh belongs to the login whose answer gave its token; calls with the access token belong there too."""
    (login,) = assemble(
        capture_of(
            entry("GET", authorize_url("state-one-1"), status=302, second=1),
            entry("GET", "https://app.example/cb?code=code-one-11&state=state-one-1", second=2),
            entry("POST", TOKEN_URL, headers=FORM, body=token_body("code-one-11"), content=TOKENS, second=3),
            entry("GET", "https://api.example/me", headers={"Authorization": "Bearer at-0123456789"}, second=4),
            entry(
                "POST",
                TOKEN_URL,
                headers=FORM,
                body="grant_type=refresh_token&refresh_token=rt-0123456789",
                content=TOKENS,
                second=5,
            ),
        )
    )
    assert login.accepted
    assert [step.number for step in login.refreshes] == [5]
    assert [step.number for step in login.api_calls] == [4]


def test_noise_is_no_login() -> None:
    """Analytics, error trackers and pages with a `code` or `state` of their own start nothing."""
    assert (
        assemble(
            capture_of(
                entry("POST", "https://errors.example/envelope", body='{"type": "session", "code": "abc123"}'),
                entry("GET", "https://shop.example/sale?code=SPRING25"),
                entry("GET", "https://login.example/logout?client_id=app&redirect_uri=https%3A%2F%2Fapp.example"),
                entry("POST", "https://shop.example/login", headers=FORM, body="username=a&password=b&state=x"),
            )
        )
        == []
    )


def test_a_pasted_error_answers_the_request_before_it() -> None:
    """In a text the error body under a command is the command's answer."""
    text = (
        "curl -X POST https://login.example/oauth/token -d grant_type=authorization_code -d code=abcdef123\n\n"
        '{"error": "invalid_grant"}\n'
    )
    (login,) = assemble(read("question.txt", text.encode()))
    assert login.token is not None
    assert login.token.answer.error == "invalid_grant"


def test_a_page_of_another_site_is_no_callback() -> None:
    """A postal code and a state of the country are in the URL of a shop; no login of the capture goes there."""
    messages = [
        entry("GET", authorize_url("state-one-1", "a" * 43), status=302, second=1),
        entry("GET", "https://app.example/cb?code=code-one-11&state=state-one-1", second=2),
        entry("POST", TOKEN_URL, headers=FORM, body=token_body("code-one-11"), status=200, content=TOKENS, second=3),
    ]
    for url in ("https://shop.example/pay?state=TX&code=75001", "https://shop.example/pay?code=SUMMER-SALE&state=CA"):
        assert len(assemble(capture_of(*messages, entry("GET", url, second=4)))) == 1, url
        assert assemble(capture_of(entry("GET", url))) == [], url
    foreign = entry("GET", "https://other.example/cb?code=467284e5f3a6474ea34968720&state=Zk3vQ9sess", second=4)
    assert len(assemble(capture_of(*messages, foreign))) == 2
