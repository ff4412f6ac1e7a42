"""Each named failure happens to the requests it is for, leaves the others alone, and has the doctor's name."""

from __future__ import annotations

import asyncio
from urllib.parse import parse_qsl

import pytest

from proofkey.server.development.connections import Dropped
from proofkey.server.development.failures import FAILURES
from tests.server.development.asking import Asker
from tests.server.person import Attempt, answer_of, client, code_for

OPENID = Attempt(authorize={"scope": "openid users:readonly"})


async def redeem(ada, attempt: Attempt | None = None):
    """Log in and redeem the code; give the answer."""
    attempt = attempt or Attempt()
    return await ada.token(**attempt.form(await code_for(ada, attempt)))


async def tokens(ada, **attempt: object) -> dict[str, str]:
    """Log in; give the tokens."""
    answer = await redeem(ada, Attempt(**attempt))  # type: ignore[arg-type]
    assert answer.status_code == 200, answer.text
    return answer.json()


async def fault_of(server, answer) -> str | None:
    """Give what the journal says of an answer."""
    entries = await server.store.journal_of_request(answer.headers["x-request-id"])
    return entries[-1].fault


async def test_a_code_expires_for_good(ask, ada, server) -> None:
    """The same code stays too old, the next one is good; the journal says how old it was."""
    armed = await ask.fail("expire-code", times=1)
    attempt = Attempt()
    form = attempt.form(await code_for(ada, attempt))
    for _ in range(2):
        answer = await ada.token(**form)
        assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")
        assert await fault_of(server, answer) == "code-expired"
    assert (await redeem(ada)).status_code == 200
    assert (await ask(f"/failures/{armed['id']}"))["hits"] == 2


async def test_this_code_expires_and_no_other(ask, ada) -> None:
    """A failure may name the code; it is not shown again."""
    doomed = Attempt()
    code = await code_for(ada, doomed)
    shown = await ask.fail("expire-code", options={"code": code})
    assert code not in str(shown)
    assert (await redeem(ada)).status_code == 200
    assert (await ada.token(**doomed.form(code))).status_code == 400


async def test_an_access_token_is_over(ask, ada) -> None:
    """At the API and at userinfo, while the refresh token still is good."""
    given = await tokens(ada, authorize={"scope": "openid offline_access users:readonly"})
    header = {"authorization": f"Bearer {given['access_token']}"}
    await ask.fail("expire-access-token", client_id="spa")
    for path in ("/oauth/userinfo", "/api/v2/users/me"):
        assert (await ada.http.get(path, headers=header)).status_code == 401
    renewal = {"grant_type": "refresh_token", "refresh_token": given["refresh_token"], "client_id": "spa"}
    assert (await ada.token(**renewal)).status_code == 200
    await ask.http.delete("/failures")
    assert (await ada.http.get("/oauth/userinfo", headers=header)).status_code == 200


async def test_a_refresh_is_refused(ask, ada, server) -> None:
    """And codes are redeemed all the same."""
    await ask.fail("refuse-refresh", times=1)
    given = await tokens(ada, authorize={"scope": "offline_access"})
    renewal = {"grant_type": "refresh_token", "refresh_token": given["refresh_token"], "client_id": "spa"}
    refused = await ada.token(**renewal)
    assert (refused.status_code, refused.json()["error"]) == (400, "invalid_grant")
    assert await fault_of(server, refused) == "refresh-token-expired"
    assert (await ada.token(**renewal)).status_code == 200


async def test_cors_headers_are_gone(ask, ada, server) -> None:
    """From the preflight and from the answer; the code is spent."""
    await ask.fail("drop-cors")
    asking = {"origin": "https://app.example", "access-control-request-method": "POST"}
    preflight = await ada.http.request("OPTIONS", "/oauth/token", headers=asking)
    answer = await redeem(ada)
    for each in (preflight, answer):
        assert [name for name in each.headers if name.startswith("access-control")] == []
    assert answer.status_code == 200
    assert await fault_of(server, answer) == "cors-answer-unreadable"
    await ask.http.delete("/failures")
    assert (await redeem(ada)).headers["access-control-allow-origin"] == "*"


INSTEAD = {
    "rate-limit": (429, "rate-limited"),
    "genesys-rate-limit": (400, "rate-limited"),
    "unavailable": (503, "server-unavailable"),
    "html-answer": (200, "token-answer-html"),
    "redirect-token": (302, "token-request-redirected"),
}


@pytest.mark.parametrize("name", INSTEAD)
async def test_an_answer_in_the_servers_place(ask, ada, server, name: str) -> None:
    """Another origin may read it, the journal has its fault, and the code is not spent."""
    await ask.fail(name, times=1)
    attempt = Attempt()
    form = attempt.form(await code_for(ada, attempt))
    answer = await ada.token(**form)
    status, fault = INSTEAD[name]
    assert answer.status_code == status
    assert answer.headers["access-control-allow-origin"] == "*"
    assert await fault_of(server, answer) == fault
    assert (await ada.token(**form)).status_code == 200


async def test_the_bodies_are_those_that_clients_meet(ask, ada, server) -> None:
    """Genesys Cloud's 400, Retry-After, a page, another address."""
    await ask.fail("genesys-rate-limit", times=1)
    told = (await redeem(ada)).json()
    assert told == {"error": "invalid_request"} | dict.fromkeys(
        ("description", "error_description"), "rate limit exceeded"
    )
    await ask.fail("rate-limit", times=1, options={"retry_after": 7})
    assert (await redeem(ada)).headers["retry-after"] == "7"
    await ask.fail("unavailable", times=1, options={"retry_after": 9})
    down = await redeem(ada)
    assert (down.headers["retry-after"], down.headers["content-type"]) == ("9", "text/plain; charset=utf-8")
    await ask.fail("html-answer", times=1)
    assert (await redeem(ada)).text.startswith("<!doctype html>")
    await ask.fail("redirect-token", times=1)
    assert (await redeem(ada)).headers["location"] == f"{server.settings.issuer}/oauth/token/"
    await ask.fail("redirect-token", times=1, options={"status": 307, "to": "http://127.0.0.1:1/token"})
    assert (await redeem(ada)).headers["location"] == "http://127.0.0.1:1/token"


async def test_the_api_has_its_own_429(ask, ada) -> None:
    """In the shape of the API's other errors."""
    token = (await tokens(ada))["access_token"]
    await ask.fail("rate-limit", endpoint="api", client_id="spa", times=1)
    answer = await ada.http.get("/api/v2/users/me", headers={"authorization": f"Bearer {token}"})
    assert (answer.status_code, answer.json()["code"]) == (429, "too.many.requests")


async def test_an_answer_is_lost_after_the_commit(ask, ada) -> None:
    """The code is spent: whoever sends it again ends the login."""
    await ask.fail("lose-answer", times=1)
    attempt = Attempt()
    form = attempt.form(await code_for(ada, attempt))
    with pytest.raises(Dropped):
        await ada.token(**form)
    again = await ada.token(**form)
    assert again.json()["error_uri"].endswith("/code-redeemed-twice")


async def test_a_request_is_lost_before_anything_is_done(ask, ada) -> None:
    """The code is still good."""
    await ask.fail("lose-request", times=1)
    attempt = Attempt()
    form = attempt.form(await code_for(ada, attempt))
    with pytest.raises(Dropped):
        await ada.token(**form)
    assert (await ada.token(**form)).status_code == 200


async def test_a_request_waits_until_the_failure_is_undone(ask, ada) -> None:
    """No longer than it was told to."""
    armed = await ask.fail("slow-answer", options={"seconds": 300})
    attempt = Attempt()
    form = attempt.form(await code_for(ada, attempt))
    waiting = asyncio.ensure_future(ada.token(**form))
    for _ in range(1000):
        if (await ask(f"/failures/{armed['id']}"))["hits"]:
            break
        await asyncio.sleep(0.01)
    assert not waiting.done()
    await ask.http.delete(f"/failures/{armed['id']}")
    assert (await waiting).status_code == 200
    await ask.fail("slow-answer", options={"seconds": 0.01})
    assert (await redeem(ada)).status_code == 200


@pytest.mark.parametrize("mode", ["query", "fragment", "form_post"])
@pytest.mark.parametrize(("name", "parameter"), [("wrong-issuer", "iss"), ("wrong-state", "state")])
async def test_an_authorization_response_is_wrong(ask, ada, server, name: str, parameter: str, mode: str) -> None:
    """In each response mode, and in one parameter only."""
    await ask.fail(name, times=1, client_id="spa")
    answers = []
    for _ in range(2):
        response = await ada.visit(Attempt(authorize={"response_mode": mode}).url())
        if mode == "form_post":
            answers.append(dict(parse_qsl(response.request.content.decode())))  # the page sent its form
        else:
            response.headers["location"] = response.headers["location"].replace("#", "?")
            answers.append(answer_of(response))
    wrong, right = answers
    assert right["state"] == "a-state-of-this-login"
    assert right["iss"] == server.settings.issuer
    assert wrong[parameter] != right[parameter]
    others = {"iss", "state"} - {parameter}
    assert {wrong[each] for each in others} == {right[each] for each in others}


async def test_a_refusal_is_sent_back_with_the_wrong_state_too(ask, ada) -> None:
    """There is no code to tell the client by: the redirect URI does."""
    await ask.fail("wrong-state", client_id="spa", times=1)
    denied = answer_of(await ada.visit(Attempt().url(), decision="deny"))
    assert denied["error"] == "access_denied"
    assert denied["state"].startswith("another-login-")


FOR_A_CLIENT = [name for name in FAILURES if name not in ("expire-access-token", "refuse-refresh", "slow-answer")]


async def test_another_client_is_left_alone(ask, ada) -> None:
    """What fails for one client fails for no other."""
    for name in FOR_A_CLIENT:
        await ask.fail(name, client_id="somebody-else")
    attempt = Attempt()
    answered = answer_of(await ada.visit(attempt.url()))
    assert answered["state"] == "a-state-of-this-login"
    answer = await ada.token(**attempt.form(answered["code"]))
    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == "*"
    assert [armed["hits"] for armed in await ask("/failures")] == [0] * len(FOR_A_CLIENT)


async def test_the_client_is_told_by_basic_authentication_too(ask, ada, server) -> None:
    """Though it names itself nowhere else."""
    from proofkey.core.client_auth import hash_secret
    from proofkey.core.secret import ClientSecret

    secret = client(
        client_id="web site",
        auth_method="client_secret_basic",
        secret_hash=hash_secret(ClientSecret("s")),
        grant_types=("client_credentials",),
    )
    await server.store.put_client(secret)
    await ask.fail("unavailable", client_id="web site")
    form = {"grant_type": "client_credentials"}
    answer = await ada.http.post("/oauth/token", data=form, auth=("web%20site", "s"))
    assert answer.status_code == 503


async def test_two_failures_at_once(ask, ada) -> None:
    """A gateway that is down sends no CORS headers either."""
    await ask.fail("unavailable")
    await ask.fail("drop-cors")
    answer = await redeem(ada)
    assert answer.status_code == 503
    assert "access-control-allow-origin" not in answer.headers


async def test_a_large_body_is_refused_as_ever(ask, ada, server) -> None:
    """The layer reads no further than the application would."""
    await ask.fail("lose-answer", client_id="spa")
    answer = await ada.http.post("/oauth/token", content=b"x" * (server.settings.max_body + 10))
    assert answer.status_code == 413


CANNOT_BE_HAD = [
    ({"name": "explode"}, "there is no failure 'explode'"),
    ({"name": "rate-limit", "times": 0}, "1 or more"),
    ({"name": "rate-limit", "endpoint": "admin"}, "not at 'admin'"),
    ({"name": "redirect-token", "endpoint": "api"}, "happens at token"),
    ({"name": "drop-cors", "endpoint": "jwks", "client_id": "spa"}, "which client"),
    ({"name": "rate-limit", "options": {"seconds": 1}}, "no option 'seconds'"),
    ({"name": "slow-answer", "options": {"seconds": 601}}, "seconds cannot be"),
    ({"name": "redirect-token", "options": {"to": "https://elsewhere.example/"}}, "to cannot be"),
    ({"name": "redirect-token", "options": {"status": 200}}, "status cannot be"),
    ({"name": "drop-cors", "time": 1}, "unknown field"),
]


async def test_what_cannot_be_had_is_refused_in_words(ask) -> None:
    """A test that asks for nothing must not pass."""
    for order, words in CANNOT_BE_HAD:
        answer = await ask.http.post("/failures", json=order)
        assert answer.status_code == 400, order
        assert words in answer.json()["error_description"]
    assert await ask("/failures") == []


async def test_every_failure_is_described(ask) -> None:
    """With words, and a fault that the doctor knows."""
    from proofkey.doctor import catalogue

    told = (await ask(""))["failures"]
    assert [each["name"] for each in told] == list(FAILURES)
    assert all(each["words"] for each in told)
    assert {each["fault"] for each in told} - {None} <= set(catalogue.slugs())


async def test_a_second_holder_keeps_his_own(ask, ada, layer, server) -> None:
    """What one asked for another does not see, and does not undo."""
    async with Asker(layer, server, "others") as other:
        mine = await ask.fail("rate-limit")
        assert await other("/failures") == []
        assert (await other.http.delete(f"/failures/{mine['id']}")).status_code == 404
        await other("/reset", {})
        assert (await redeem(ada)).status_code == 429
        await ask("/reset", {})
        assert (await redeem(ada)).status_code == 200
