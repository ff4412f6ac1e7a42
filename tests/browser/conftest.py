"""A browser for each file, and for each test a window, an authorization server and an app.

A test that takes `context` runs in Chromium, and in Firefox with the third-party clients (`make test-clients`).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext

from tests.browser.chromium import PATIENCE, launch, window
from tests.browser.firefox import Firefox, FirefoxContext
from tests.browser.logins import page_for
from tests.browser.sites import Application, AuthorizationServer
from tests.clients.packages import NotInstalled, javascript_clients

PUPPETEER = "lib/esm/puppeteer/puppeteer-core.js"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Start one Chromium for this file; it finds the tests' names on this machine and blocks third-party cookies."""
    arguments = ("--host-resolver-rules=MAP *.example 127.0.0.1", "--ignore-certificate-errors")
    with launch(*arguments, "--test-third-party-cookie-phaseout") as browser:
        yield browser


@pytest.fixture(scope="session")
def firefox_browser(firefox: Path, node: Path) -> Iterator[Firefox]:
    """Start one Firefox for all files; Puppeteer, which drives it, comes with the third-party clients."""
    try:
        puppeteer = javascript_clients().file("puppeteer-core", PUPPETEER)
    except NotInstalled as failure:
        pytest.fail(str(failure), pytrace=False)
    browser = Firefox(node, puppeteer, firefox)
    yield browser
    browser.close()


@pytest.fixture(params=["chromium", pytest.param("firefox", marks=pytest.mark.clients)])
def context(request: pytest.FixtureRequest) -> Iterator[BrowserContext | FirefoxContext]:
    """Open a window with storage of its own."""
    chosen = "browser" if request.param == "chromium" else "firefox_browser"
    context = request.getfixturevalue(chosen).new_context()
    context.set_default_timeout(PATIENCE)
    yield context
    context.close()


@pytest.fixture
def chromium_context(browser: Browser) -> Iterator[BrowserContext]:
    """Open a window of a browser whose clock can be moved: over WebDriver BiDi it cannot."""
    with window(browser) as context:
        yield context


@pytest.fixture
def server() -> Iterator[AuthorizationServer]:
    """Run the authorization server."""
    with AuthorizationServer() as server:
        yield server


@pytest.fixture
def app(server: AuthorizationServer) -> Iterator[Application]:
    """Run the single-page app."""
    with Application() as app:
        app.page = page_for(server.origin)
        yield app
