"""People, their sessions, and keys: seen and ended by administrators."""

from __future__ import annotations

import re

import pytest

from proofkey.core.records import User
from proofkey.server.store.wrapped_key import KeyFamily
from proofkey.testing.store_samples import make_grant
from tests.server.admin.office import Clerk, fields_of
from tests.server.person import ISSUER, Attempt, code_for


async def tokens_of(person: Clerk) -> dict[str, str]:
    """Log in at the app and give its tokens."""
    attempt = Attempt()
    answer = await person.token(**attempt.form(await code_for(person, attempt)))
    assert answer.status_code == 200
    tokens: dict[str, str] = answer.json()
    return tokens


async def works(person: Clerk, tokens: dict[str, str]) -> bool:
    """Tell whether a refresh token is still worth something."""
    form = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"], "client_id": "spa"}
    return (await person.token(**form)).status_code == 200


async def test_people_are_listed_and_found(root: Clerk) -> None:
    """By a part of the name or e-mail, whatever the case; never with a password's hash."""
    await root.server.store.put_user(User("subject-off", "<b>Zoë</b>", "hash-of-zoe", disabled=True))
    page = (await root.open("users/")).text
    assert re.findall(r"<strong>([^<]+)</strong>", page)[:1] == ["&lt;b&gt;Zoë&lt;/b&gt;"]
    assert "disabled" in page
    assert "administrator" in page
    assert "hash-of-zoe" not in page
    found = (await root.open("users/?name=ADA@")).text
    assert "subject-ada" in found
    assert "subject-root" not in found
    assert "Nobody of that name" in (await root.open("users/?name=nobody")).text
    assert (await root.open("users/user?subject=nobody")).status_code == 404


async def test_one_session_ends_with_its_logins(root: Clerk, owner: Clerk, office) -> None:
    """The same person's others go on."""
    async with Clerk(office, username="ada") as at_home:
        mine, other = await tokens_of(owner), await tokens_of(at_home)
        page = (await root.open("users/user?subject=subject-ada")).text
        assert page.count("<form") == 2
        names = re.findall(r'name="session" value="([0-9a-f]{32})"', page)
        sessions = await office.store.sessions_of("subject-ada", now=office.clock())
        assert [session.session_id.hex()[:32] for session in sessions] == names
        first = fields_of(page, "users/end-session")
        answer = await root.send("users/end-session", first)
        assert answer.headers["location"] == f"{ISSUER}/admin/users/user?subject=subject-ada&done=session-ended"
        assert sorted([await works(owner, mine), await works(at_home, other)]) == [False, True]
        again = (await root.http.get(answer.headers["location"])).text
        assert again.count("<form") == 1
        assert "ended-by-admin" in again


async def test_everything_of_a_person_ends(root: Clerk, owner: Clerk) -> None:
    """Sessions here and logins everywhere; another person's are not touched."""
    mine, others = await tokens_of(owner), await tokens_of(root)
    fields = await root.fields_of("users/end-all?subject=subject-ada", "users/end-all")
    assert (await root.send("users/end-all", fields)).status_code == 303
    assert not await works(owner, mine)
    assert await works(root, others)
    assert "<h1>Sign in</h1>" in (await owner.http.get("/admin/")).text
    assert "Not signed in anywhere." in (await root.open("users/user?subject=subject-ada")).text


async def test_a_forged_session_name_ends_nothing(root: Clerk, owner: Clerk) -> None:
    """Nor does one of another person."""
    await owner.enter()
    fields = await root.fields_of("users/user?subject=subject-ada", "users/end-session")
    for wrong in ({"session": "0" * 32}, {"session": "ü\ud7ff"}, {"subject": "subject-eve"}):
        assert (await root.send("users/end-session", fields | wrong)).status_code == 303
    assert (await owner.http.get("/admin/")).status_code == 200


@pytest.mark.parametrize(("how", "words"), [("soon", "in ten minutes"), ("now", "in use"), ("end", "every login")])
async def test_keys_are_listed_and_rotated(root: Clerk, owner: Clerk, how: str, words: str) -> None:
    """Every family gets a new one; only the last way ends logins. No secret is on the page."""
    tokens = await tokens_of(owner)
    before = await root.server.store.keys()
    fields = await root.fields_of("keys/rotate", "keys/rotate")
    answer = await root.send("keys/rotate", fields | {"how": how})
    page = (await root.http.get(answer.headers["location"])).text
    assert words in page
    after = await root.server.store.keys()
    assert len(after) == len(before) + len(KeyFamily)
    assert {key.use_from - key.created_at for key in after if key not in before} == {600 if how == "soon" else 0}
    assert page.count("<strong>2</strong>") == len(KeyFamily)
    assert await works(owner, tokens) is (how != "end")
    assert (await root.http.get("/admin/keys/")).status_code == 200  # her session is no sealed thing: she stays


async def test_a_way_to_rotate_that_there_is_not_does_nothing(root: Clerk) -> None:
    """Somebody made the form up."""
    fields = await root.fields_of("keys/rotate", "keys/rotate")
    before = await root.server.store.keys()
    await root.send("keys/rotate", fields | {"how": "twice"})
    assert await root.server.store.keys() == before


async def test_a_login_made_during_a_rotation_ends_with_the_others(root: Clerk, clock, monkeypatch) -> None:
    """The keys of the old ones are closed at its end, not when the form came."""
    rotate, grants = root.server.keys.rotate, []

    async def rotate_slowly(**how: bool) -> None:
        clock.now += 1
        grants.append(make_grant(clock.now))
        await root.server.store.redeem(grants[0])
        await rotate(**how)

    monkeypatch.setattr(root.server.keys, "rotate", rotate_slowly)
    await root.send("keys/rotate", await root.fields_of("keys/rotate", "keys/rotate") | {"how": "end"})
    found = await root.server.store.grant(grants[0].grant_id)
    assert found is not None
    assert found.end_reason == "keys-rotated"
