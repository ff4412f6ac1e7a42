"""The example apps, built by their own tools, log in against the server in a real browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.chromium import launch
from tests.clients.chromium import PATIENCE, sign_in
from tests.clients.framework_examples import BUILDS, copy_plain
from tests.clients.installation import Installation
from tests.clients.packages import NotInstalled
from tests.clients.site import BuiltApp

pytestmark = [pytest.mark.clients, pytest.mark.timeout(900)]


@pytest.fixture(scope="module")
def browser(chromium: Path) -> Iterator[Browser]:
    """Start a Chromium."""
    with launch(executable=chromium) as browser:
        yield browser


@pytest.fixture(scope="module", params=BUILDS)
def app(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, node: Path, genesys: Installation
) -> Iterator[BuiltApp]:
    """Build and serve an app; React runs effects twice in development only."""
    with BuiltApp() as app:
        into = tmp_path_factory.mktemp(request.param)
        app.may_connect_to = genesys.address
        client_id = f"my-{request.param}-app"
        genesys.add_client(client_id, "--public", "--redirect-uri", app.callback)
        try:
            app.folder = BUILDS[request.param](node, into, genesys.address, client_id)
        except NotInstalled as failure:
            pytest.fail(str(failure), pytrace=False)
        yield app


@pytest.fixture(scope="module")
def plain_page(tmp_path_factory: pytest.TempPathFactory, genesys: Installation) -> Iterator[BuiltApp]:
    """Serve the plain page."""
    with BuiltApp() as app:
        app.may_connect_to = genesys.address
        genesys.add_client("plain", "--public", "--redirect-uri", f"{app.origin}/index.html")
        app.folder = copy_plain(tmp_path_factory.mktemp("plain"), genesys.address, "plain")
        yield app


@pytest.fixture
def tab(browser: Browser) -> Iterator[Page]:
    """Open a window that nobody is logged in with."""
    context = browser.new_context()
    context.set_default_timeout(PATIENCE)
    expect.set_options(timeout=PATIENCE)
    yield context.new_page()
    context.close()


def leave_for_login(tab: Page, app: BuiltApp) -> None:
    """Ask for a page; the Angular app's guard leaves by itself, the React app has a button."""
    tab.goto(f"{app.origin}/inbox")
    button = tab.get_by_role("button", name="Log in")
    expect(button.or_(tab.get_by_label("User name"))).to_be_visible()
    if button.is_visible():
        button.click()


def test_strict_mode_and_a_strict_policy_disturb_no_login(tab: Page, app: BuiltApp) -> None:
    """Effects that run twice redeem the code once; no inline script is needed; the page asked for is shown again."""
    exchanges = []
    complaints: list[str] = []
    tab.on("request", lambda each: exchanges.append(each) if each.url.endswith("/oauth/token") else None)
    tab.on("console", lambda each: complaints.append(each.text) if each.type in ("error", "warning") else None)
    leave_for_login(tab, app)
    sign_in(tab)
    expect(tab.get_by_role("heading")).to_have_text("Hello, Ada Lovelace")
    assert tab.url == f"{app.origin}/inbox"
    assert len(exchanges) == 1
    assert complaints == []


def test_a_second_tab_is_logged_in_and_both_log_out(tab: Page, app: BuiltApp) -> None:
    """By the first tab, or by the server's session without a password; after a logout nobody is."""
    leave_for_login(tab, app)
    sign_in(tab)
    expect(tab.get_by_role("heading")).to_have_text("Hello, Ada Lovelace")
    other = tab.context.new_page()
    other.goto(app.origin)
    greeting = other.get_by_role("heading", name="Hello, Ada Lovelace")
    allow = other.get_by_role("button", name="Allow")  # not remembered for http addresses
    expect(greeting.or_(allow)).to_be_visible()
    if allow.is_visible():
        allow.click()
    expect(greeting).to_be_visible()
    other.get_by_role("button", name="Log out").click()
    leave_for_login(tab, app)
    expect(tab.get_by_label("Password")).to_be_visible()


def test_a_refusal_is_shown_with_its_page(tab: Page, app: BuiltApp) -> None:
    """A person who does not allow it gets back to the app, which says what happened and offers another try."""
    leave_for_login(tab, app)
    sign_in(tab, decision="Deny")
    page = re.compile("/faults/user-denied-access$")
    expect(tab.get_by_role("link", name="What this means")).to_have_attribute("href", page)
    expect(tab.get_by_role("button", name="Try again")).to_be_visible()


def test_a_plain_page_logs_in_and_out(tab: Page, plain_page: BuiltApp) -> None:
    """Three files and the module's folder; the callback is the page itself."""
    tab.goto(f"{plain_page.origin}/index.html")
    expect(tab.get_by_role("heading")).to_have_text("Nobody is logged in")
    tab.get_by_role("button", name="Log in").click()
    sign_in(tab)
    expect(tab.get_by_role("heading")).to_have_text("Hello, Ada Lovelace")
    assert tab.url == f"{plain_page.origin}/index.html"
    tab.get_by_role("button", name="Log out").click()
    tab.goto(f"{plain_page.origin}/index.html")
    tab.get_by_role("button", name="Log in").click()
    sign_in(tab, decision="Deny")
    expect(tab.get_by_role("alert")).to_contain_text("user-denied-access")
