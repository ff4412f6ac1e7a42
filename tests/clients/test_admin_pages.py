"""A failure of oidc-client-ts, found in the journal of a production server by its request id, and explained."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.chromium import launch
from tests.clients.chromium import PATIENCE, said, sign_in
from tests.clients.installation import PASSWORD, Installation, run_proofkey
from tests.clients.packages import JavaScriptClients
from tests.clients.site import SinglePageApp

pytestmark = [pytest.mark.clients, pytest.mark.timeout(600)]

# What another tab of the same app can do to the login under way: the library keeps it in localStorage.
OVERWRITE = """() => Object.entries(localStorage).filter(([name, value]) => {
    if (!value.includes('code_verifier')) return false;
    localStorage.setItem(name, JSON.stringify({ ...JSON.parse(value), code_verifier: 'v'.repeat(96) }));
    return true;
}).length"""


@pytest.fixture(scope="module")
def browser(chromium: Path) -> Iterator[Browser]:
    """Start a Chromium that takes the server's throw-away certificate."""
    with launch("--ignore-certificate-errors", executable=chromium) as browser:
        yield browser


@pytest.fixture(scope="module")
def app(javascript: JavaScriptClients, standard: Installation) -> Iterator[SinglePageApp]:
    """Serve a page with the library, registered at the server."""
    bundle = javascript.file("oidc-client-ts", "dist/browser/oidc-client-ts.min.js")
    with SinglePageApp("oidc.html", bundle) as app:
        standard.add_client("watched", "--public", "--redirect-uri", app.callback)
        app.settings = {
            "authority": standard.issuer,
            "client_id": "watched",
            "redirect_uri": app.callback,
            "scope": "openid profile",
        }
        yield app


@pytest.fixture
def tabs(browser: Browser) -> Iterator[tuple[Page, Page]]:
    """Open a window for Ada and one for the administrator."""
    contexts = [browser.new_context() for _ in range(2)]
    expect.set_options(timeout=PATIENCE)
    for context in contexts:
        context.set_default_timeout(PATIENCE)
    yield contexts[0].new_page(), contexts[1].new_page()
    for context in contexts:
        context.close()


def test_a_failed_login_is_found_by_its_request_id(
    tabs: tuple[Page, Page], app: SinglePageApp, standard: Installation
) -> None:
    """It arrives in the open journal by itself; its page names the fault, the broken step and the fix."""
    tab, office = tabs
    arguments = ("--admin", "--password-stdin", "--database", standard.database)
    run_proofkey("users", "add", "root", *arguments, typed=PASSWORD)
    office.goto(f"{standard.issuer}/admin/?client_id=watched")
    office.get_by_label("User name").fill("root")
    office.get_by_label("Password").fill(PASSWORD)
    office.get_by_role("button", name="Sign in").click()
    expect(office.get_by_role("heading", name="Nothing that fits")).to_be_visible()

    tab.goto(app.origin)
    tab.get_by_role("button", name="Log in").click()
    expect(tab.get_by_label("Password")).to_be_visible()
    other = tab.context.new_page()
    other.goto(app.origin)
    assert other.evaluate(OVERWRITE) == 1
    with tab.expect_response(lambda answer: answer.url.endswith("/oauth/token")) as answered:
        sign_in(tab)
    answer = answered.value
    assert answer.status == 400
    assert said(tab)["error"] == "invalid_grant"
    request_id = answer.headers["x-request-id"]

    expect(office.locator(f"#x-{request_id}")).to_contain_text("verifier-unrelated")
    office.get_by_label("Request id").fill(request_id)
    office.get_by_role("button", name="Find").click()
    expect(office.get_by_role("heading", level=1)).to_have_text(
        "Verifier and challenge have nothing to do with each other"
    )
    expect(office.locator(".step.wrong")).to_contain_text("Token request")
    expect(office.get_by_role("region", name="Fix")).to_contain_text("verifier")
    assert "v" * 96 not in office.content()
    assert "ada" not in re.findall(r"\w+", office.locator("main").inner_text().lower())
