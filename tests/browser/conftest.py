"""A Chromium for each file, and for each test a window, an authorization server and an app."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext

from tests.browser.chromium import launch
from tests.browser.logins import page_for
from tests.browser.sites import Application, AuthorizationServer


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Start one Chromium for this file."""
    with launch("--host-resolver-rules=MAP app.example 127.0.0.1") as browser:
        yield browser


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """Open a window with storage of its own."""
    context = browser.new_context()
    context.set_default_timeout(15_000)
    yield context
    context.close()


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
