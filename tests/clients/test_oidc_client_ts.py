"""oidc-client-ts, unmodified, logs in against the server from a page in Chromium."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.chromium import launch
from tests.clients.chromium import PATIENCE, press, said, sign_in
from tests.clients.installation import Installation
from tests.clients.packages import JavaScriptClients
from tests.clients.site import SinglePageApp

pytestmark = [pytest.mark.clients, pytest.mark.timeout(600)]


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
        home = f"{app.origin}/"
        standard.add_client("spa", "--public", "--redirect-uri", app.callback, "--post-logout-redirect-uri", home)
        app.settings = {
            "authority": standard.issuer,
            "client_id": "spa",
            "redirect_uri": app.callback,
            "post_logout_redirect_uri": home,
            "scope": "openid profile email offline_access",
            "loadUserInfo": True,
        }
        yield app


@pytest.fixture
def tab(browser: Browser, app: SinglePageApp) -> Iterator[Page]:
    """Open the app in a window that nobody is logged in with."""
    context = browser.new_context()
    context.set_default_timeout(PATIENCE)
    expect.set_options(timeout=PATIENCE)
    tab = context.new_page()
    tab.goto(app.origin)
    yield tab
    context.close()


def status_of(token: str, server: Installation) -> int:
    """Ask userinfo, past the browser, whether a token is still worth something."""
    header = {"Authorization": f"Bearer {token}"}
    return httpx.get(f"{server.address}/oauth/userinfo", headers=header, verify=False).status_code  # noqa: S501


def log_in(tab: Page) -> dict[str, object]:
    """Log in from the app's page; give the user as the library has it."""
    tab.get_by_role("button", name="Log in").click()
    sign_in(tab)
    user: dict[str, object] = said(tab)["user"]
    return user


def test_login_refresh_and_logout(tab: Page, app: SinglePageApp, standard: Installation) -> None:
    """signinRedirect, signinCallback with userinfo, signinSilent by refresh token, signoutRedirect and back."""
    user = log_in(tab)
    profile = user["profile"]
    assert isinstance(profile, dict)
    assert (profile["name"], profile["email"]) == ("Ada Lovelace", "ada@example.org")
    assert user["state"] == {"page": "reports"}
    refreshed = press(tab, "Refresh")["refreshed"]
    assert refreshed["accessToken"] != user["accessToken"]
    assert refreshed["refreshToken"] != user["refreshToken"]
    assert refreshed["profile"]["sub"] == profile["sub"]
    assert status_of(refreshed["accessToken"], standard) == 200
    tab.get_by_role("button", name="Log out").click()
    tab.wait_for_url(f"{app.origin}/?*")
    assert said(tab) == {"loggedOut": "the end"}
    assert status_of(refreshed["accessToken"], standard) == 401


def test_revoking_tokens(tab: Page, standard: Installation) -> None:
    """revokeTokens ends the login at the server; the refresh token is refused afterwards."""
    user = log_in(tab)
    assert press(tab, "Revoke") == {"revoked": True}
    assert status_of(str(user["accessToken"]), standard) == 401
