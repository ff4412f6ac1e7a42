"""The React example, built by Vite, logs in against the server in a real browser."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.chromium import launch
from tests.clients.chromium import PATIENCE, sign_in
from tests.clients.installation import Installation
from tests.clients.packages import NotInstalled, example
from tests.clients.site import BuiltApp

pytestmark = [pytest.mark.clients, pytest.mark.timeout(600)]

CLIENT_ID = "my-react-app"


@pytest.fixture(scope="module")
def browser(chromium: Path) -> Iterator[Browser]:
    """Start a Chromium."""
    with launch(executable=chromium) as browser:
        yield browser


@pytest.fixture(scope="module", params=["development", "production"])
def app(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, node: Path, genesys: Installation
) -> Iterator[BuiltApp]:
    """Build and serve the app; React runs effects twice in development only."""
    try:
        folder = example("react").folder
    except NotInstalled as failure:
        pytest.fail(str(failure), pytrace=False)
    with BuiltApp() as app:
        app.folder = tmp_path_factory.mktemp(request.param)
        app.may_connect_to = genesys.address
        environment = os.environ | {
            "NODE_ENV": request.param,
            "VITE_GATEWAY": genesys.address,
            "VITE_CLIENT_ID": f"{CLIENT_ID}-{request.param}",
        }
        vite = [
            node,
            folder / "node_modules/vite/bin/vite.js",
            "build",
            "--mode",
            request.param,
            "--outDir",
            app.folder,
        ]
        built = subprocess.run(vite, cwd=folder, env=environment, capture_output=True, text=True, timeout=300)
        assert built.returncode == 0, built.stdout + built.stderr
        genesys.add_client(f"{CLIENT_ID}-{request.param}", "--public", "--redirect-uri", app.callback)
        yield app


@pytest.fixture
def tab(browser: Browser) -> Iterator[Page]:
    """Open a window that nobody is logged in with."""
    context = browser.new_context()
    context.set_default_timeout(PATIENCE)
    expect.set_options(timeout=PATIENCE)
    yield context.new_page()
    context.close()


def test_strict_mode_and_a_strict_policy_disturb_no_login(tab: Page, app: BuiltApp) -> None:
    """Effects that run twice redeem the code once; no inline script is needed; the page asked for is shown again."""
    exchanges = []
    complaints: list[str] = []
    tab.on("request", lambda each: exchanges.append(each) if each.url.endswith("/oauth/token") else None)
    tab.on("console", lambda each: complaints.append(each.text) if each.type in ("error", "warning") else None)
    tab.goto(f"{app.origin}/inbox")
    tab.get_by_role("button", name="Log in").click()
    sign_in(tab)
    expect(tab.get_by_role("heading")).to_have_text("Hello, Ada Lovelace")
    assert tab.url == f"{app.origin}/inbox"
    assert len(exchanges) == 1
    assert complaints == []


def test_a_second_tab_is_logged_in_and_logs_both_out(tab: Page, app: BuiltApp) -> None:
    """The tabs share a session; logging out in one reaches the other."""
    tab.goto(app.origin)
    tab.get_by_role("button", name="Log in").click()
    sign_in(tab)
    expect(tab.get_by_role("heading")).to_have_text("Hello, Ada Lovelace")
    other = tab.context.new_page()
    other.goto(app.origin)
    expect(other.get_by_role("heading")).to_have_text("Hello, Ada Lovelace")
    other.get_by_role("button", name="Log out").click()
    expect(tab.get_by_role("button", name="Log in")).to_be_visible()


def test_a_refusal_is_shown_with_its_page(tab: Page, app: BuiltApp) -> None:
    """A person who does not allow it gets back to the app, which says what happened and offers another try."""
    tab.goto(app.origin)
    tab.get_by_role("button", name="Log in").click()
    sign_in(tab, decision="Deny")
    expect(tab.get_by_role("link", name="What this means")).to_have_attribute(
        "href", re.compile("/faults/user-denied-access")
    )
