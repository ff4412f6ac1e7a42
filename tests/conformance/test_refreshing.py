"""Refresh tokens, line by line (R01 to R07), and the attacks on them (A55, A57 to A60)."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from tests.conformance.parties import basic, claims_of, is_alive, refresh, tokens_for
from tests.server.person import Attempt, Person, client, code_for, open_test_server

DAY = 86_400


async def test_r01_a_refresh_token_is_bound_to_client_scope_and_resource(ada, trusted) -> None:
    """Another client, a wider scope, another resource: refused each; the token stays good."""
    attempt = Attempt(authorize={"scope": "presence", "resource": "https://api.example/"})
    token = (await tokens_for(ada, attempt))["refresh_token"]
    form = {"grant_type": "refresh_token", "refresh_token": token}
    foreign = await ada.http.post("/oauth/token", data=form, headers=basic())
    assert foreign.json()["error"] == "invalid_grant"
    assert (await refresh(ada, token, scope="presence routing")).json()["error"] == "invalid_scope"
    assert (await refresh(ada, token, resource="https://other.example/")).json()["error"] == "invalid_target"
    assert (await refresh(ada, token)).status_code == 200


async def test_r02_a_public_clients_refresh_token_rotates(ada, trusted) -> None:
    """Each use gives a new one."""
    first = (await tokens_for(ada))["refresh_token"]
    second = (await refresh(ada, first)).json()["refresh_token"]
    third = (await refresh(ada, second)).json()["refresh_token"]
    assert len({first, second, third}) == 3


async def test_r03_replay_ends_the_family(ada, trusted, clock) -> None:
    """A rotated token after its grace: the newest refresh token and every access token die too."""
    answer = await tokens_for(ada)
    newest = (await refresh(ada, answer["refresh_token"])).json()
    clock.now += 31
    assert (await refresh(ada, answer["refresh_token"])).json()["error"] == "invalid_grant"
    assert (await refresh(ada, newest["refresh_token"])).json()["error"] == "invalid_grant"
    assert not await is_alive(ada, newest["access_token"])


async def test_r04_a_narrowed_refresh_keeps_the_grants_scope(ada, trusted) -> None:
    """Only the access token is narrower."""
    answer = await tokens_for(ada, Attempt(authorize={"scope": "presence routing"}))
    narrow = (await refresh(ada, answer["refresh_token"], scope="routing")).json()
    assert narrow["scope"] == "routing"
    assert (await refresh(ada, narrow["refresh_token"])).json()["scope"] == "presence routing"


async def test_r05_rotation_does_not_extend_the_absolute_life(ada, trusted, clock) -> None:
    """Thirty days after the login it is over, however often it was refreshed; fourteen idle days end it too."""
    token = (await tokens_for(ada))["refresh_token"]
    for _ in range(3):
        clock.now += 9 * DAY
        token = (await refresh(ada, token)).json()["refresh_token"]
    clock.now += 3 * DAY + 1
    assert (await refresh(ada, token)).json()["error"] == "invalid_grant"
    idle = (await tokens_for(ada))["refresh_token"]
    clock.now += 14 * DAY + 1
    assert (await refresh(ada, idle)).json()["error"] == "invalid_grant"


async def test_r06_logout_ends_what_the_session_gave(ada, trusted) -> None:
    """A session in another browser goes on."""
    here = await tokens_for(ada)
    async with Person(trusted) as elsewhere:
        there = await tokens_for(elsewhere)
        await ada.http.get("/logout", params={"id_token_hint": here["id_token"]})
        assert (await refresh(ada, here["refresh_token"])).json()["error"] == "invalid_grant"
        assert (await refresh(elsewhere, there["refresh_token"])).status_code == 200


async def test_r06_a_new_password_ends_every_session_and_grant(ada, trusted, tmp_path, monkeypatch) -> None:
    """By the command line beside the running server, within a second; log out everywhere is the same."""
    import io

    from proofkey.cli.main import main

    answer = await tokens_for(ada)
    trusted.clock.now = __import__("time").time()  # the command line has no other clock
    answer = await tokens_for(ada)
    monkeypatch.setattr("sys.stdin", io.StringIO("another password\n"))
    arguments = ["users", "passwd", "ada", "--password-stdin", "--database", f"sqlite:///{tmp_path}/proofkey.db"]
    assert await asyncio.to_thread(main, arguments) == 0
    trusted.clock.now += 2
    await asyncio.sleep(1.1)  # POSITIVE_CACHE: what this process may still remember
    assert not await is_alive(ada, answer["access_token"])
    assert (await refresh(ada, answer["refresh_token"])).json()["error"] == "invalid_grant"
    assert 'name="password"' in (await ada.http.get(Attempt().url())).text


async def test_r07_an_id_token_at_refresh_is_of_the_same_login(ada, trusted, clock) -> None:
    """iss, sub, aud and auth_time stay; iat is new; no nonce."""
    first = await tokens_for(ada, Attempt(authorize={"scope": "openid", "nonce": "n"}))
    clock.now += 60
    before = claims_of(first["id_token"])
    after = claims_of((await refresh(ada, first["refresh_token"])).json()["id_token"])
    assert all(before[name] == after[name] for name in ("iss", "sub", "aud", "auth_time"))
    assert after["iat"] == before["iat"] + 60
    assert "nonce" not in after


async def test_a55_a_disabled_user_gets_nothing_by_code_or_refresh(ada, trusted) -> None:
    """Checked at every use, not only at the login."""
    answer = await tokens_for(ada)
    attempt = Attempt()
    code = await code_for(ada, attempt)
    await trusted.store.put_user(replace(await trusted.store.user("subject-ada"), disabled=True))
    assert (await refresh(ada, answer["refresh_token"])).json()["error"] == "invalid_grant"
    assert (await ada.token(**attempt.form(code))).json()["error"] == "invalid_grant"
    assert not await is_alive(ada, answer["access_token"])


async def test_a57_one_refresh_token_fifty_times_at_once(ada, trusted) -> None:
    """All get the same successor, so there is one branch."""
    token = (await tokens_for(ada))["refresh_token"]
    answers = await asyncio.gather(*(refresh(ada, token) for _ in range(50)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.json()["refresh_token"] for answer in answers}) == 1


async def test_a58_an_old_refresh_token_stays_refused_after_a_restart(tmp_path, clock) -> None:
    """What is spent is on disk."""
    server = await open_test_server(tmp_path, clock=clock)
    async with Person(server) as person:
        first = (await tokens_for(person))["refresh_token"]
        second = (await refresh(person, first)).json()["refresh_token"]
        await refresh(person, second)
    await server.close()
    clock.now += 31
    server = await open_test_server(tmp_path, clock=clock)
    async with Person(server) as person:
        assert (await refresh(person, first)).json()["error"] == "invalid_grant"
    await server.close()


async def test_a59_a_revocation_beats_refreshes_under_way(ada, trusted) -> None:
    """Whatever a racing refresh was given, it is dead afterwards."""
    token = (await tokens_for(ada))["refresh_token"]
    revoke = ada.http.post("/oauth/revoke", data={"token": token, "client_id": "spa"})
    answers = await asyncio.gather(refresh(ada, token), refresh(ada, token), revoke, refresh(ada, token))
    assert answers[2].status_code == 200
    for answer in (*answers[:2], answers[3]):
        if answer.status_code == 200:
            assert not await is_alive(ada, answer.json()["access_token"])
            assert (await refresh(ada, answer.json()["refresh_token"])).json()["error"] == "invalid_grant"


async def test_a60_a_scope_taken_from_the_client_is_gone_at_the_next_refresh(ada, trusted) -> None:
    """The grant remembers it; the token does not get it."""
    answer = await tokens_for(ada, Attempt(authorize={"scope": "presence routing"}))
    await trusted.store.put_client(client(trusted=True, scopes=("presence",)))
    assert (await refresh(ada, answer["refresh_token"])).json()["scope"] == "presence"
