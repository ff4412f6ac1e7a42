"""A login or consent form that came too late: the page says where to start again, and sends nobody anywhere."""

from __future__ import annotations

import re

import pytest

from tests.server.person import CALLBACK, PASSWORD, Attempt, Person, client, first_form

NEVER = "Go to the application you wanted to use"


async def login_form(ada: Person, **authorize: str) -> dict[str, str]:
    """Open the login page, and fill its form in."""
    page = await ada.http.get(Attempt(authorize=authorize).url())
    return first_form(page.text).fields | {"username": "ada", "password": PASSWORD}


def links(page: str) -> list[str]:
    """Give where the links of a page's main part lead."""
    return re.findall(r'<a [^>]*href="([^"]*)"', page.partition("<main")[2])


async def test_the_way_back_is_the_applications_own_site(ada, clock) -> None:
    """The origin of its registered redirect URI, named; the password is not looked at, nobody is logged in."""
    form = await login_form(ada)
    clock.now += 3600
    page = await ada.http.post("/login", data=form)
    assert (page.status_code, links(page.text)) == (400, ["https://app.example/"])
    assert "Back to <bdi>The app</bdi>" in page.text
    assert "Sign in" in (await ada.http.get(Attempt().url())).text


async def test_an_expired_consent_page_has_the_same_way_back(ada, clock) -> None:
    """Opened again, or sent."""
    page = await ada.http.post("/login", data=await login_form(ada))
    consent = await ada.http.get(page.headers["location"])
    form = first_form(consent.text).fields | {"decision": "allow"}
    clock.now += 3600
    for late in (await ada.http.get(page.headers["location"]), await ada.http.post("/consent", data=form)):
        assert (late.status_code, links(late.text)) == (400, ["https://app.example/"])


async def test_a_form_from_another_browser_is_told_the_same(ada) -> None:
    """The cookie is missing: the form is not served, and its application is named."""
    form = await login_form(ada)
    ada.http.cookies.clear()
    page = await ada.http.post("/login", data=form)
    assert (page.status_code, links(page.text)) == (400, ["https://app.example/"])


@pytest.mark.parametrize("uri", ["http://127.0.0.1/callback", "com.example.app:/callback"])
async def test_a_program_on_the_device_is_named_and_not_linked(ada, clock, uri: str) -> None:
    """Its listener may be gone, and a scheme of its own starts a program."""
    await ada.server.store.put_client(client(client_id="tool", name="The tool", redirect_uris=(uri,)))
    form = await login_form(ada, client_id="tool", redirect_uri=uri)
    clock.now += 3600
    page = await ada.http.post("/login", data=form)
    assert (page.status_code, links(page.text)) == (400, [])
    assert "The tool" in page.text
    assert NEVER not in page.text


async def test_a_redirect_uri_that_is_registered_no_more_is_no_way_back(ada, clock) -> None:
    """The request is judged anew: what was sealed yesterday is no address to go to today."""
    form = await login_form(ada)
    clock.now += 3600
    await ada.server.store.put_client(client(redirect_uris=("https://other.example/callback",)))
    page = await ada.http.post("/login", data=form)
    assert (page.status_code, links(page.text)) == (400, [])
    assert NEVER in page.text


@pytest.mark.parametrize("sealed", ["", "lost", "A" * 300, CALLBACK])
async def test_what_was_not_sealed_here_leads_nowhere(ada, sealed: str) -> None:
    """Nor does a page without its request."""
    for page in (
        await ada.http.post("/login", data={"request": sealed}),
        await ada.http.get("/consent", params={"request": sealed}),
    ):
        assert (page.status_code, links(page.text)) == (400, [])
        assert NEVER in page.text


async def test_the_admin_pages_own_login_leads_back_to_them(ada, clock) -> None:
    """There is no application to go back to."""
    page = await ada.http.get("/admin/")
    form = first_form(page.text).fields | {"username": "ada", "password": PASSWORD}
    clock.now += 3600
    late = await ada.http.post("/admin/login", data=form)
    assert (late.status_code, links(late.text)) == (400, [ada.server.url("/admin/")])
