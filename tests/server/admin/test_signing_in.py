"""The normal login, for the pages themselves: it comes back to where it began, and nowhere else (attack A11)."""

from __future__ import annotations

import pytest

from tests.server.admin.office import Clerk
from tests.server.person import ISSUER, first_form


async def test_the_login_comes_back_to_the_page_that_was_asked_for(root: Clerk) -> None:
    """With its query."""
    answer = await root.enter("/admin/clients/edit?client_id=spa")
    assert answer.status_code == 303
    assert answer.headers["location"] == f"{ISSUER}/admin/clients/edit?client_id=spa"
    assert (await root.http.get("/admin")).headers["location"] == f"{ISSUER}/admin/"


@pytest.mark.parametrize(
    "path", ["/admin//evil.example/", "/admin/@evil.example", "/admin/\\evil.example", "/admin/%0d%0aset-cookie:x"]
)
async def test_no_address_leads_elsewhere(root: Clerk, path: str) -> None:
    """What is no page of ours comes back to the first page."""
    answer = await root.enter(path)
    assert answer.headers["location"] == f"{ISSUER}/admin/"


async def test_a_wrong_password_is_told_and_slowed_down(root: Clerk) -> None:
    """As on every login page: the same throttle, the same words for a wrong name."""
    form = first_form((await root.http.get("/admin/")).text)
    pages = [
        await root.http.post("/admin/login", data=form.fields | {"username": "root", "password": "wrong"})
        for _ in range(6)
    ]
    assert "That did not work" in pages[0].text
    assert pages[-1].status_code == 429
    unknown = await root.http.post("/admin/login", data=form.fields | {"username": "nobody", "password": "wrong"})
    assert "That did not work" in unknown.text
    assert (await root.http.get("/admin/journal/news")).status_code == 401


async def test_the_form_works_in_its_own_browser_and_for_a_while(root: Clerk, office, clock) -> None:
    """Not from another site, not in another browser, not tomorrow."""
    form = first_form((await root.http.get("/admin/")).text)
    fields = form.fields | {"username": "root", "password": root.password}
    foreign = await root.http.post("/admin/login", data=fields, headers={"origin": "https://evil.example"})
    crossing = await root.http.post("/admin/login", data=fields, headers={"sec-fetch-site": "cross-site"})
    async with Clerk(office) as other:
        elsewhere = await other.http.post("/admin/login", data=fields)
    sealed = form.fields["request"]
    changed = ("A" if sealed[-2] != "A" else "B") + sealed[-1]
    spoiled = await root.http.post("/admin/login", data=fields | {"request": sealed[:-2] + changed})
    clock.now += 3600
    late = await root.http.post("/admin/login", data=fields)
    for answer in (foreign, crossing, elsewhere, spoiled, late):
        assert answer.status_code == 400
        assert "set-cookie" not in answer.headers
    assert (await root.http.get("/admin/login")).status_code == 303


async def test_a_login_for_an_app_opens_these_pages_too(root: Clerk) -> None:
    """It is one session at this server; signing out ends it here as well."""
    from tests.server.person import Attempt, code_for

    await code_for(root, Attempt())
    assert (await root.http.get("/admin/keys/")).status_code == 200
    form = first_form((await root.http.get("/logout")).text)
    await root.http.post("/logout", data=form.fields | {"decision": "logout"})
    assert "<h1>Sign in</h1>" in (await root.http.get("/admin/keys/")).text
