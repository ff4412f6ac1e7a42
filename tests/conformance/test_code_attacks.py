"""Attacks on codes and their proof: A15 to A29 of requirements/."""

from __future__ import annotations

import asyncio

import pytest

from proofkey.core.pkce import s256
from proofkey.core.secret import Verifier
from tests.conformance.parties import basic, is_alive, tokens_for, web
from tests.server.person import CALLBACK, PASSWORD, Attempt, Person, answer_of, code_for, first_form

PKCE = frozenset({"code_challenge", "code_challenge_method"})


async def test_a15_no_verifier_after_a_challenge(ada, trusted) -> None:
    """Left out or empty; also with a client's secret."""
    attempt = Attempt(authorize={"client_id": "web"})
    form = {"grant_type": "authorization_code", "code": await code_for(ada, attempt), "redirect_uri": CALLBACK}
    for more in ({}, {"code_verifier": ""}):
        response = await ada.http.post("/oauth/token", data=form | more, headers=basic())
        assert (response.status_code, response.json()["error"]) == (400, "invalid_grant")


async def test_a16_a_stripped_challenge_is_noticed(ada, server) -> None:
    """The attacker removes the challenge, the client sends its verifier all the same."""
    await server.store.put_client(web(require_pkce=False, trusted=True))
    attempt = Attempt(authorize={"client_id": "web"}, without=PKCE)
    form = {"grant_type": "authorization_code", "code": await code_for(ada, attempt), "redirect_uri": CALLBACK}
    response = await ada.http.post("/oauth/token", data=form | {"code_verifier": attempt.verifier}, headers=basic())
    assert response.json()["error"] == "invalid_grant"


@pytest.mark.parametrize("method", [None, "", "plain", "s256", "S512", "S256 "])
async def test_a17_no_method_but_s256(ada, method) -> None:
    """An unsupported one is never treated as plain."""
    attempt = Attempt(authorize={} if method is None else {"code_challenge_method": method})
    if method is None:
        attempt.without = frozenset({"code_challenge_method"})
    assert answer_of(await ada.http.get(attempt.url()))["error"] == "invalid_request"


@pytest.mark.parametrize(
    "challenge", ["", "x" * 42, "x" * 129, "x" * 43 + "=", "x" * 42 + "+", "x" * 42 + "/", "x" * 44]
)
async def test_a18_what_is_no_challenge_is_refused_and_named(ada, server, challenge) -> None:
    """At the start, where it can still be found."""
    response = await ada.http.get(Attempt(authorize={"code_challenge": challenge}).url())
    assert answer_of(response)["error"] == "invalid_request"
    (entry,) = await server.store.journal_of_request(response.headers["x-request-id"])
    assert entry.fault is not None
    assert entry.fault.startswith("challenge-")


async def test_a18_a_verifier_that_is_the_challenge_proves_nothing(ada, trusted) -> None:
    """What an onlooker of the front channel could send."""
    attempt = Attempt()
    form = attempt.form(await code_for(ada, attempt))
    response = await ada.token(**form | {"code_verifier": s256(Verifier(attempt.verifier))})
    assert response.json()["error"] == "invalid_grant"


async def test_a19_a_thiefs_own_client_gets_nothing(ada, trusted) -> None:
    """Even with the verifier; the code stays good for its owner."""
    attempt = Attempt()
    form = attempt.form(await code_for(ada, attempt))
    theft = {name: value for name, value in form.items() if name != "client_id"}
    assert (await ada.http.post("/oauth/token", data=theft, headers=basic())).json()["error"] == "invalid_grant"
    assert (await ada.token(**form)).status_code == 200


async def test_a20_a_hundred_redemptions_at_once_have_one_winner(ada, trusted) -> None:
    """And since that is a replay, what the winner got is dead."""
    attempt = Attempt()
    form = attempt.form(await code_for(ada, attempt))
    answers = await asyncio.gather(*(ada.token(**form) for _ in range(100)))
    won = [answer for answer in answers if answer.status_code == 200]
    assert len(won) == 1
    assert {answer.json()["error"] for answer in answers if answer not in won} == {"invalid_grant"}
    assert not await is_alive(ada, won[0].json()["access_token"])


async def test_a21_after_a_replay_nothing_of_the_code_lives(ada, trusted, clock) -> None:
    """Half a minute later."""
    attempt = Attempt()
    form = attempt.form(await code_for(ada, attempt))
    tokens = (await ada.token(**form)).json()
    clock.now += 30
    assert (await ada.token(**form)).json()["error"] == "invalid_grant"
    assert not await is_alive(ada, tokens["access_token"])
    dead = await ada.token(grant_type="refresh_token", refresh_token=tokens["refresh_token"], client_id="spa")
    assert dead.json()["error"] == "invalid_grant"


async def test_a22_neither_a_second_too_late_nor_a_clock_set_back(ada, trusted, clock) -> None:
    """A code from the future would live until then; a small difference between machines is borne."""
    late, back, skewed = Attempt(), Attempt(), Attempt()
    codes = [await code_for(ada, attempt) for attempt in (late, back, skewed)]
    clock.now += 61
    assert (await ada.token(**late.form(codes[0]))).json()["error"] == "invalid_grant"
    clock.now -= 3600
    assert (await ada.token(**back.form(codes[1]))).json()["error"] == "invalid_grant"
    clock.now += 3600 - 61 - 30
    assert (await ada.token(**skewed.form(codes[2]))).status_code == 200


async def test_a23_guessing_neither_succeeds_nor_harms_the_owner(ada, trusted) -> None:
    """After two hundred wrong verifiers the right one works."""
    attempt = Attempt()
    form = attempt.form(await code_for(ada, attempt))
    guesses = await asyncio.gather(*(ada.token(**form | {"code_verifier": Attempt().verifier}) for _ in range(200)))
    assert {guess.json()["error"] for guess in guesses} == {"invalid_grant"}
    assert sum("error_uri" in guess.json() for guess in guesses) <= 20
    assert (await ada.token(**form)).status_code == 200


async def test_a24_a_refused_resource_does_not_spend_the_code(ada, trusted) -> None:
    """The client may ask again."""
    attempt = Attempt(authorize={"resource": "https://api.example/"})
    form = attempt.form(await code_for(ada, attempt))
    refused = await ada.token(**form | {"resource": "https://other.example/"})
    assert refused.json()["error"] == "invalid_target"
    assert (await ada.token(**form)).status_code == 200


async def test_a25_no_two_codes_or_tokens_share_their_random_part(ada, trusted) -> None:
    """Drawn from the system's source, for each anew."""
    codes = [await code_for(ada, Attempt()) for _ in range(20)]
    assert len(set(codes)) == 20
    tokens = [(await tokens_for(ada))["access_token"] for _ in range(5)]
    assert len(set(tokens)) == 5


async def test_a26_the_waiting_request_cannot_be_changed(ada, server) -> None:
    """Not by the form, not by parameters beside it."""
    form = first_form((await ada.http.get(Attempt().url())).text)
    data = form.fields | {"username": "ada", "password": PASSWORD}
    sealed = data["request"]
    for at in (5, len(sealed) // 2, len(sealed) - 2):
        other = sealed[:at] + ("A" if sealed[at] != "A" else "B") + sealed[at + 1 :]
        response = await ada.http.post(form.action, data=data | {"request": other})
        assert (response.status_code, response.is_redirect) == (400, False)
    more = {"redirect_uri": "https://evil.example/", "response_type": "token", "client_id": "evil"}
    page = await ada.http.post(form.action, data=data | more)
    consent = await ada.http.get(page.headers["location"])
    allowed = first_form(consent.text)
    answer = await ada.http.post(allowed.action, data=allowed.fields | more | {"decision": "allow"})
    assert answer.headers["location"].startswith(CALLBACK + "?code=")


async def test_a27_no_page_that_comes_before_a_code_loads_anything_foreign(ada) -> None:
    """Its policy forbids it."""
    policy = (await ada.http.get(Attempt().url())).headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "style-src 'self'" in policy
    assert "img-src 'self' data:" in policy
    assert "script-src" not in policy


async def test_a28_a_code_injected_into_anothers_login_is_refused(ada, trusted) -> None:
    """The victim's client sends the victim's verifier."""
    theirs, mine = Attempt(), Attempt()
    stolen = await code_for(ada, theirs)
    async with Person(trusted) as mallory:
        response = await mallory.token(**mine.form(stolen))
    assert response.json()["error"] == "invalid_grant"


@pytest.mark.parametrize("mode", ["web_message", "query.jwt", "Fragment", "okta_post_message"])
async def test_a29_only_three_response_modes_are_served(ada, mode) -> None:
    """None that hands a code to a window; an error goes out in the query."""
    answer = answer_of(await ada.http.get(Attempt(authorize={"response_mode": mode}).url()))
    assert answer["error"] == "invalid_request"
