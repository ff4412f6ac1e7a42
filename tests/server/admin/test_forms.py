"""Forms of the admin pages: from a page of this session or not at all (attack A50); sensitive ones ask again."""

from __future__ import annotations

import re

import pytest

from proofkey.server.admin.visitor import FRESH
from proofkey.server.endpoints.admin.entrance import DOORS
from proofkey.server.settings import Lifetimes
from tests.server.admin.conftest import furnish
from tests.server.admin.office import Clerk
from tests.server.person import ISSUER, PASSWORD, open_test_server

FORMS = sorted(path for path, door in DOORS.items() if "POST" in door.methods)
FIELDS = {"client_id": "spa", "subject": "subject-ada", "disabled": "yes", "how": "end", "name": "x"}


async def picture(clerk: Clerk) -> str:
    """Give all that a form could change."""
    store = clerk.server.store
    sessions = await store.sessions_of("subject-ada", now=clerk.server.clock())
    return repr((await store.clients(), await store.keys(), sessions))


@pytest.mark.shows("A50")
@pytest.mark.parametrize("path", FORMS)
async def test_a_form_from_elsewhere_does_nothing(root: Clerk, owner: Clerk, path: str) -> None:
    """No token, a spoiled one, that of another session, another origin, another site: 403, and nothing changes."""
    await owner.enter()
    await root.enter()
    token = await root.token_of_forms()
    others = re.search(r'name="csrf" value="([^"]+)"', (await owner.open("clients/edit?client_id=spa")).text)
    assert others is not None
    before = await picture(root)
    tries = [
        await root.send(path, FIELDS),
        await root.send(path, FIELDS | {"csrf": ""}),
        await root.send(path, FIELDS | {"csrf": token[:-2] + ("AA" if token[-2:] != "AA" else "BB")}),
        await root.send(path, FIELDS | {"csrf": others[1]}),
        await root.send(path, FIELDS | {"csrf": token}, origin="https://evil.example"),
        await root.send(path, FIELDS | {"csrf": token}, origin="null"),
        await root.send(path, FIELDS | {"csrf": token}, **{"sec-fetch-site": "same-site"}),
        await root.http.post(f"/admin/{path}", json=FIELDS | {"csrf": token}),
        await root.http.post(f"/admin/{path}?csrf={token}", data=FIELDS),
    ]
    assert {answer.status_code for answer in tries} == {403}
    assert await picture(root) == before


async def test_a_form_of_an_ended_session_does_nothing(root: Clerk) -> None:
    """Its token fits no later session of the same person."""
    token = await root.token_of_forms()
    root.http.cookies.clear()
    await root.enter()
    assert (await root.send("keys/rotate", {"csrf": token, "how": "soon"})).status_code == 403


async def test_an_own_form_is_taken_and_answered_with_303(root: Clerk) -> None:
    """Whether or not the browser names itself."""
    fields = await root.fields_of("clients/edit?client_id=spa", "clients/switch")
    for headers in ({}, {"origin": ISSUER, "sec-fetch-site": "same-origin"}):
        answer = await root.send("clients/switch", fields, **headers)
        assert answer.status_code == 303
        assert answer.headers["location"] == f"{ISSUER}/admin/clients/edit?client_id=spa&done=disabled"
    assert "Disabled. Nobody can log in with it now." in (await root.http.get(answer.headers["location"])).text
    assert "evil" not in (await root.http.get("/admin/clients/?done=evil")).text


SENSITIVE = {
    "clients/remove?client_id=spa": "Remove The app?",
    "users/end-all?subject=subject-ada": "End everything of ada?",
    "keys/rotate": "Rotate all keys?",
}


@pytest.mark.parametrize(("path", "question"), SENSITIVE.items())
async def test_what_is_sensitive_is_asked_about_first(root: Clerk, clock, path: str, question: str) -> None:
    """And by then whoever sits there must know the password, unless it was typed a moment ago."""
    action = path.partition("?")[0]
    page = await root.open(path)
    assert question in page.text
    assert 'name="password"' not in page.text
    clock.now += FRESH + 1
    fields = await root.fields_of(path, action)
    assert "password" in fields
    before = await picture(root)
    for password in ("", "wrong"):
        refused = await root.send(action, fields | {"password": password})
        assert refused.status_code == 403
        assert "That is not your password." in refused.text
    assert await picture(root) == before
    assert (await root.send(action, fields | {"password": PASSWORD})).status_code == 303
    assert await picture(root) != before or action == "users/end-all"


async def test_guessing_the_password_on_the_question_is_slowed_down(root: Clerk, clock) -> None:
    """By the throttle of the login page."""
    await root.enter()
    clock.now += FRESH + 1
    fields = await root.fields_of("keys/rotate", "keys/rotate")
    answers = [await root.send("keys/rotate", fields | {"password": "wrong"}) for _ in range(7)]
    assert answers[-1].status_code == 429
    assert "Too many attempts" in answers[-1].text


@pytest.mark.parametrize("path", [path for path, door in DOORS.items() if "GET" not in door.methods])
async def test_an_address_alone_changes_nothing(root: Clerk, path: str) -> None:
    """A link or an image cannot do what a form does."""
    await root.enter()
    before = await picture(root)
    assert (await root.http.get(f"/admin/{path}", params=FIELDS)).status_code == 405
    assert await picture(root) == before


async def test_forms_are_made_however_long_a_session_lives(tmp_path, clock) -> None:
    """A session may last for weeks, the token of a form for a day: then the page is opened anew."""
    server = await open_test_server(tmp_path, clock=clock, lifetimes=Lifetimes(session=30 * 86_400))
    await furnish(server)
    async with Clerk(server, username="root") as clerk:
        assert await clerk.token_of_forms()
    await server.close()
