"""/logout: who ends a session without being asked, and where the person goes then (RP-Initiated Logout 1.0)."""

from __future__ import annotations

import asyncio
from urllib.parse import urlencode

import pytest

from tests.server.holding import are_queued, held
from tests.server.person import Attempt, client, code_for, first_form

BYE = "https://app.example/bye"


@pytest.fixture
async def tokens(ada, server) -> dict[str, str]:
    """Log Ada in to the app, which may send her to its farewell page."""
    await server.store.put_client(client(post_logout_redirect_uris=(BYE,)))
    attempt = Attempt(authorize={"scope": "openid"})
    answer: dict[str, str] = (await ada.token(**attempt.form(await code_for(ada, attempt)))).json()
    return answer


def logout(**parameters: str) -> str:
    """Write the address that an app sends the browser to."""
    return "/logout?" + urlencode({"post_logout_redirect_uri": BYE} | parameters)


async def is_signed_in(ada) -> bool:
    """Tell whether a login would not ask for the password."""
    return 'name="password"' not in (await ada.http.get(Attempt().url())).text


async def test_an_id_token_names_the_client(ada, tokens) -> None:
    """oidc-client-ts sends id_token_hint and no client_id: the session ends and the person goes back to the app."""
    response = await ada.http.get(logout(id_token_hint=tokens["id_token"], state="s"))
    assert response.headers["location"] == f"{BYE}?state=s"
    assert not await is_signed_in(ada)


async def test_an_old_id_token_still_names_the_client(ada, tokens, clock) -> None:
    """An app that logs out after hours has only an ID token that has run out."""
    clock.now += 2 * 3600
    response = await ada.http.get(logout(id_token_hint=tokens["id_token"]))
    assert response.headers["location"] == BYE


async def test_without_a_farewell_page_the_way_back_to_the_app_is_a_link(ada, tokens) -> None:
    """Our own page is no dead end: it leads to the origin of the client's registered redirect URI."""
    response = await ada.http.get(logout(id_token_hint=tokens["id_token"], post_logout_redirect_uri=""))
    assert 'href="https://app.example/">Back to <bdi>The app</bdi>' in response.text
    assert not await is_signed_in(ada)


@pytest.mark.parametrize("damage", [lambda text: text[:-8] + "AAAAAAAA", lambda text: "e30.e30.e30"])
async def test_a_forged_id_token_names_nobody(ada, tokens, damage) -> None:
    """A hint that this server did not sign sends nobody anywhere; the person is asked."""
    response = await ada.http.get(logout(id_token_hint=damage(tokens["id_token"])))
    assert "Sign out?" in response.text
    assert await is_signed_in(ada)


async def test_an_access_token_is_no_hint(ada, server, tokens) -> None:
    """A JWT access token has another type and does not pass for an ID token (RFC 8725 3.11)."""
    await server.store.put_client(client(post_logout_redirect_uris=(BYE,), access_token_format="jwt"))
    attempt = Attempt()
    answer = (await ada.token(**attempt.form(await code_for(ada, attempt)))).json()
    response = await ada.http.get(logout(id_token_hint=answer["access_token"]))
    assert not response.is_redirect


async def test_a_client_id_that_is_not_the_id_token_s_is_refused(ada, server, tokens) -> None:
    """RP-Initiated Logout 2: the two must match."""
    await server.store.put_client(client(client_id="other", post_logout_redirect_uris=(BYE,)))
    response = await ada.http.get(logout(id_token_hint=tokens["id_token"], client_id="other"))
    assert not response.is_redirect
    assert await is_signed_in(ada)


async def test_a_person_who_is_asked_may_stay(ada, tokens) -> None:
    """The second button of the question changes nothing."""
    form = first_form((await ada.http.get("/logout")).text)
    response = await ada.http.post(form.action, data=form.fields | {"decision": "stay"})
    assert "You are still signed in" in response.text
    assert await is_signed_in(ada)


async def test_a_person_who_is_asked_may_leave(ada, tokens) -> None:
    """The first button ends the session."""
    form = first_form((await ada.http.get("/logout")).text)
    response = await ada.http.post(form.action, data=form.fields | {"decision": "logout"})
    assert "You are signed out" in response.text
    assert not await is_signed_in(ada)


async def test_a_question_answered_too_late_is_not_called_a_logout(ada, tokens, clock) -> None:
    """The session goes on, and the page does not say otherwise."""
    form = first_form((await ada.http.get("/logout")).text)
    clock.now += 601
    response = await ada.http.post(form.action, data=form.fields | {"decision": "logout"})
    assert response.status_code == 400
    assert "You are signed out" not in response.text
    assert await is_signed_in(ada)


async def test_a_way_back_that_is_too_long_for_the_question_is_not_taken(ada, tokens) -> None:
    """The person is asked all the same."""
    form = {"post_logout_redirect_uri": BYE, "client_id": "spa", "state": "x" * 60_000}
    response = await ada.http.post("/logout", data=form)
    assert "Sign out?" in response.text
    asked = first_form(response.text)
    response = await ada.http.post(asked.action, data=asked.fields | {"decision": "logout"})
    assert response.status_code == 200
    assert not await is_signed_in(ada)


async def test_no_login_slips_through_while_the_session_s_end_is_written(ada, server, tokens, clock) -> None:
    """Whoever has the cookie gets a code and redeems it meanwhile, and holds nothing when the person is signed out."""
    await server.store.put_client(client(trusted=True))
    form = first_form((await ada.http.get("/logout")).text)
    attempt = Attempt()
    async with held(server.store):
        leaving = asyncio.create_task(ada.http.post(form.action, data=form.fields | {"decision": "logout"}))
        await are_queued(server.store, jobs=1)
        clock.now += 0.01
        slipping = asyncio.create_task(ada.token(**attempt.form(await code_for(ada, attempt))))
        await are_queued(server.store, redemptions=1)
    assert "You are signed out" in (await leaving).text
    answer = (await slipping).json()
    refreshed = await ada.token(grant_type="refresh_token", refresh_token=answer["refresh_token"], client_id="spa")
    assert refreshed.json().get("error") == "invalid_grant"
