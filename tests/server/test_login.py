"""A login at the real server, over its real pages."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.server.person import CALLBACK, ISSUER, Attempt, Person, answer_of, code_for, first_form, hash_once


async def test_a_login_gives_a_token_that_works(ada) -> None:
    """Log in, allow, redeem, and be greeted by name."""
    attempt = Attempt()
    answer = answer_of(await ada.visit(attempt.url()))
    assert answer["state"] == "a-state-of-this-login"
    assert answer["iss"] == ISSUER
    response = await ada.token(**attempt.form(answer["code"]))
    assert response.status_code == 200, response.text
    tokens = response.json()
    assert response.headers["cache-control"] == "no-store"
    assert response.headers["access-control-allow-origin"] == "*"
    assert response.headers["x-request-id"]
    me = await ada.http.get("/api/v2/users/me", headers={"authorization": f"Bearer {tokens['access_token']}"})
    assert me.json()["name"] == "ada"
    facts = await ada.http.get("/api/v2/tokens/me", headers={"authorization": f"Bearer {tokens['access_token']}"})
    assert facts.json()["OAuthClient"]["id"] == "spa"


async def test_a_second_login_asks_nothing(ada) -> None:
    """With a session and consent given, authorize redirects at once."""
    await code_for(ada, Attempt())
    response = await ada.http.get(Attempt().url())
    assert response.status_code == 302
    assert "code" in answer_of(response)


async def test_a_denied_consent_goes_back_as_access_denied(ada) -> None:
    """The person's no is an answer, not an error page."""
    answer = answer_of(await ada.visit(Attempt().url(), decision="deny"))
    assert answer["error"] == "access_denied"
    assert answer["state"] == "a-state-of-this-login"
    assert answer["iss"] == ISSUER


async def test_a_code_is_good_once_and_its_replay_ends_the_grant(ada) -> None:
    """RFC 6749 4.1.2: the second use is refused and what the first one gave is dead."""
    attempt = Attempt()
    code = await code_for(ada, attempt)
    first = (await ada.token(**attempt.form(code))).json()
    second = await ada.token(**attempt.form(code))
    assert (second.status_code, second.json()["error"]) == (400, "invalid_grant")
    assert second.json()["error_uri"].endswith("/faults/code-redeemed-twice")
    me = await ada.http.get("/api/v2/users/me", headers={"authorization": f"Bearer {first['access_token']}"})
    assert me.status_code == 401
    refresh = await ada.token(grant_type="refresh_token", refresh_token=first["refresh_token"], client_id="spa")
    assert refresh.json()["error"] == "invalid_grant"


async def test_a_wrong_verifier_changes_nothing(ada) -> None:
    """After a failed proof the code is still good for its owner."""
    attempt = Attempt()
    code = await code_for(ada, attempt)
    wrong = await ada.token(**attempt.form(code) | {"code_verifier": Attempt().verifier})
    assert wrong.json()["error"] == "invalid_grant"
    assert (await ada.token(**attempt.form(code))).status_code == 200


async def test_a_code_expires(ada, clock) -> None:
    """61 seconds are too late; a second try is told the same."""
    attempt = Attempt()
    code = await code_for(ada, attempt)
    clock.now += 61
    for _ in range(2):
        response = await ada.token(**attempt.form(code))
        assert response.json()["error"] == "invalid_grant"
        assert response.json()["error_uri"].endswith("/faults/code-expired")


@pytest.mark.parametrize("what_else", ["too late", "logged in anew", "no resource"])
async def test_a_used_code_ends_its_grant_whatever_else_is_wrong(ada, clock, what_else) -> None:
    """RFC 6749 4.1.2: a second use that would be refused anyhow is a replay all the same (decision 4)."""
    attempt = Attempt()
    form = attempt.form(await code_for(ada, attempt))
    tokens = (await ada.token(**form)).json()
    if what_else == "too late":
        clock.now += 61
    elif what_else == "logged in anew":  # the session of the code gives way to another one; its grants go on
        await code_for(ada, Attempt(authorize={"prompt": "login"}))
    else:
        form["resource"] = "nowhere"
    me = {"url": "/api/v2/users/me", "headers": {"authorization": f"Bearer {tokens['access_token']}"}}
    assert (await ada.http.get(**me)).status_code == 200
    again = await ada.token(**form)
    assert again.json()["error"] == "invalid_grant"
    assert again.json()["error_uri"].endswith("/faults/code-redeemed-twice")
    assert (await ada.http.get(**me)).status_code == 401


async def test_refreshing_rotates_and_a_repeat_gets_the_same_successor(ada, clock) -> None:
    """Rotation, grace, and the end of the family on a real replay (decision 1)."""
    attempt = Attempt()
    first = (await ada.token(**attempt.form(await code_for(ada, attempt)))).json()["refresh_token"]

    async def refresh(token: str):
        return await ada.token(grant_type="refresh_token", refresh_token=token, client_id="spa")

    second = (await refresh(first)).json()["refresh_token"]
    assert second != first
    assert (await refresh(first)).json()["refresh_token"] == second
    third = (await refresh(second)).json()["refresh_token"]
    assert third not in (first, second)
    replay = await refresh(first)
    assert replay.json()["error"] == "invalid_grant"
    assert replay.json()["error_uri"].endswith("/faults/refresh-token-reused")
    assert (await refresh(third)).json()["error"] == "invalid_grant"


async def test_the_grace_is_over_after_thirty_seconds(ada, clock) -> None:
    """31 seconds later the old token is a replay."""
    attempt = Attempt()
    first = (await ada.token(**attempt.form(await code_for(ada, attempt)))).json()["refresh_token"]
    await ada.token(grant_type="refresh_token", refresh_token=first, client_id="spa")
    clock.now += 31
    response = await ada.token(grant_type="refresh_token", refresh_token=first, client_id="spa")
    assert response.json()["error"] == "invalid_grant"


@pytest.mark.shows("A48")
async def test_a_wrong_password_is_told_without_telling_which(ada) -> None:
    """Neither the name nor the password is named as the wrong one, and nothing is redirected."""
    ada.password = "wrong"
    known = await ada.visit(Attempt().url())
    ada.username = "nobody"
    unknown = await ada.visit(Attempt().url())
    assert known.status_code == unknown.status_code == 200
    strip = lambda page, name: page.replace(name, "NAME").split('name="request"')[0]  # noqa: E731
    assert strip(known.text, "ada") == strip(unknown.text, "nobody")


@pytest.mark.shows("A50", "A26")
async def test_a_form_from_another_browser_is_refused(ada, server) -> None:
    """The sealed request belongs to the browser it was shown in (attack A50)."""
    form = first_form((await ada.http.get(Attempt().url())).text)
    async with Person(server) as mallory:
        response = await mallory.http.post(
            form.action, data=form.fields | {"username": "ada", "password": ada.password}
        )
    assert not response.is_redirect
    assert "proofkey_session" not in response.headers.get("set-cookie", "")


@pytest.mark.shows("A50")
@pytest.mark.parametrize("header", [{"origin": "https://evil.example"}, {"sec-fetch-site": "cross-site"}])
async def test_a_form_posted_from_another_site_is_refused(ada, header) -> None:
    """A foreign Origin is refused even with the right cookie and seal."""
    form = first_form((await ada.http.get(Attempt().url())).text)
    data = form.fields | {"username": "ada", "password": ada.password}
    response = await ada.http.post(form.action, data=data, headers=header)
    assert not response.is_redirect


@pytest.mark.shows("A41")
async def test_the_session_id_is_new_after_a_login(ada, server) -> None:
    """A cookie planted before the login is worth nothing after it (attack A41)."""
    name = server.cookies.session
    ada.http.cookies.set(name, "planted-before-the-login", domain="127.0.0.1")
    await code_for(ada, Attempt())
    values = [cookie.value for cookie in ada.http.cookies.jar if cookie.name == name]
    assert "planted-before-the-login" not in values[-1:]
    first = values[-1]
    await code_for(ada, Attempt(authorize={"prompt": "login"}))
    assert [cookie.value for cookie in ada.http.cookies.jar if cookie.name == name][-1] != first


@pytest.mark.shows("R06", "L01")
async def test_logout_ends_session_and_tokens(ada) -> None:
    """After logout the token is dead and the next login asks again."""
    attempt = Attempt(authorize={"scope": "openid"})
    tokens = (await ada.token(**attempt.form(await code_for(ada, attempt)))).json()
    response = await ada.http.get("/logout", params={"id_token_hint": tokens["id_token"]})
    assert response.status_code == 200
    userinfo = await ada.http.get("/oauth/userinfo", headers={"authorization": f"Bearer {tokens['access_token']}"})
    assert userinfo.status_code == 401
    again = await ada.http.get(Attempt().url())
    assert 'name="password"' in again.text


@pytest.mark.parametrize("uri", [CALLBACK + "/", "https://evil.example/"])
async def test_an_unregistered_redirect_uri_gets_a_page_and_no_redirect(ada, uri) -> None:
    """RFC 6749 4.1.2.1; in development the page says what is registered."""
    response = await ada.http.get(Attempt(authorize={"redirect_uri": uri}).url())
    assert response.status_code == 400
    assert not response.is_redirect
    assert "redirect-uri-not-registered" in response.text
    assert response.headers["x-request-id"] in response.text


async def test_a_password_that_is_changed_during_a_sign_in_opens_nothing(ada, server, monkeypatch) -> None:
    """Whoever changes it ends the sessions that there are; one that begins later must know the new one."""
    known, begin = await server.store.user("subject-ada"), server.store.begin_session

    async def begin_late(*args: object, **named: object) -> bool:
        await server.store.put_user(replace(known, password_hash=hash_once("another horse")))
        return await begin(*args, **named)

    monkeypatch.setattr(server.store, "begin_session", begin_late)
    assert "That did not work" in (await ada.visit(Attempt().url())).text
    assert await server.store.sessions_of("subject-ada", now=server.clock()) == []
