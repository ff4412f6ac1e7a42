"""Genesys Cloud's JavaScript SDK, unmodified, logs in against the server from a page in Chromium."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.chromium import launch
from tests.clients.certificate import make_certificate
from tests.clients.chromium import PATIENCE, press, said, sign_in
from tests.clients.installation import Installation, run_server
from tests.clients.packages import JavaScriptClients
from tests.clients.site import SinglePageApp

pytestmark = [pytest.mark.clients, pytest.mark.timeout(600)]

CLIENT = "0f5c1b52-6f0e-4a53-9c3e-7a4f0c8f7a11"
REGISTERED = "http://localhost/callback"  # without a port, as Genesys Cloud has it for loopback
LOGIN, API = "login.mypurecloud.ie", "api.mypurecloud.ie"


@pytest.fixture(scope="module")
def mapped(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """Run a server that is Genesys Cloud's Ireland for a browser that is told so."""
    folder = tmp_path_factory.mktemp("ireland")
    certificate = make_certificate(folder, LOGIN, API)
    with run_server(folder, "--personality", "genesys", issuer=f"https://{LOGIN}", certificate=certificate) as server:
        server.add_client(CLIENT, "--public", "--redirect-uri", REGISTERED)
        yield server


@pytest.fixture(scope="module")
def local(genesys: Installation) -> Installation:
    """Register the client at the server over http."""
    genesys.add_client(CLIENT, "--public", "--redirect-uri", REGISTERED)
    return genesys


@pytest.fixture(scope="module")
def browser(mapped: Installation, chromium: Path) -> Iterator[Browser]:
    """Start a Chromium in which the two names of the region lead to the server."""
    names = f"MAP {LOGIN} 127.0.0.1:{mapped.port}, MAP {API} 127.0.0.1:{mapped.port}"
    arguments = (f"--host-resolver-rules={names}", "--ignore-certificate-errors")
    with launch(*arguments, executable=chromium) as browser:
        yield browser


@pytest.fixture
def window(browser: Browser) -> Iterator[BrowserContext]:
    """Open a window that nobody is logged in with."""
    context = browser.new_context()
    context.set_default_timeout(PATIENCE)
    expect.set_options(timeout=PATIENCE)
    yield context
    context.close()


@pytest.fixture
def app(javascript: JavaScriptClients) -> Iterator[SinglePageApp]:
    """Serve a page with the SDK's bundle for browsers."""
    bundle = "dist/web-cjs/purecloud-platform-client-v2.min.js"
    with SinglePageApp("genesys.html", javascript.file("purecloud-platform-client-v2", bundle)) as app:
        app.settings = {"clientId": CLIENT, "redirectUri": app.callback, "state": "the page I was on"}
        yield app


def log_in(window: BrowserContext, app: SinglePageApp) -> tuple[Page, str]:
    """Log in from the app's page; give the tab and the access token."""
    tab = window.new_page()
    tab.goto(app.origin)
    tab.get_by_role("button", name="Log in").click()
    sign_in(tab)
    session = said(tab)["session"]
    assert session["state"] == "the page I was on"
    assert tab.url == app.callback  # the SDK drops the code from the address
    return tab, session["accessToken"]


def status_of(token: str, server: Installation) -> int:
    """Ask the API, past the browser, whether a token is still worth something."""
    header = {"Authorization": f"Bearer {token}"}
    return httpx.get(f"{server.address}/api/v2/tokens/me", headers=header, verify=False).status_code  # noqa: S501


def use_and_leave(window: BrowserContext, app: SinglePageApp, server: Installation, tab: Page, token: str) -> None:
    """Call the users API, log out, and see that the token died and the person is asked anew."""
    user = press(tab, "Who am I")["user"]
    assert (user["name"], user["email"]) == ("Ada Lovelace", "ada@example.org")
    assert user["token"]["OAuthClient"]["id"] == CLIENT
    assert {"authorization", "organization"} <= user.keys()
    assert status_of(token, server) == 200
    tab.get_by_role("button", name="Log out").click()
    tab.wait_for_url(app.callback)
    assert status_of(token, server) == 401
    tab.get_by_role("button", name="Log in").click()
    expect(tab.get_by_label("Password")).to_be_visible()


def test_a_login_through_a_gateway(window: BrowserContext, app: SinglePageApp, local: Installation) -> None:
    """setGateway points the SDK at the server: login, users API with expansions, logout, on plain http."""
    app.settings["gateway"] = {"host": "127.0.0.1", "protocol": "http", "port": local.port}
    tab, token = log_in(window, app)
    use_and_leave(window, app, local, tab, token)


def test_a_login_with_nothing_but_the_region_s_name(
    window: BrowserContext, app: SinglePageApp, mapped: Installation
) -> None:
    """setEnvironment('mypurecloud.ie') and a browser that maps the names: an app that was made for the cloud."""
    app.settings["environment"] = "mypurecloud.ie"
    asked: list[str] = []
    window.on("request", lambda request: asked.append(f"{request.method} {request.url.partition('?')[0]}"))
    tab, token = log_in(window, app)
    use_and_leave(window, app, mapped, tab, token)
    cloud = list(dict.fromkeys(each for each in asked if "mypurecloud.ie" in each and "/assets/" not in each))
    assert cloud == [
        f"GET https://{LOGIN}/oauth/authorize",
        f"POST https://{LOGIN}/login",
        f"GET https://{LOGIN}/consent",
        f"POST https://{LOGIN}/consent",
        f"POST https://{LOGIN}/oauth/token",
        f"GET https://{API}/api/v2/tokens/me",
        f"GET https://{API}/api/v2/users/me",
        f"GET https://{LOGIN}/logout",
    ]


def test_ending_the_token(window: BrowserContext, app: SinglePageApp, local: Installation) -> None:
    """deleteTokensMe ends it: the next call is answered with 401 in the SDK's own shape."""
    app.settings["gateway"] = {"host": "127.0.0.1", "protocol": "http", "port": local.port}
    tab, token = log_in(window, app)
    assert press(tab, "End the token") == {"ended": True}
    refused = press(tab, "Who am I")
    assert refused["status"] == 401
    assert refused["code"] in ("bad.credentials", "authentication.required")
    assert status_of(token, local) == 401


def test_a_person_who_says_no(window: BrowserContext, app: SinglePageApp, local: Installation) -> None:
    """The SDK hands the error of the redirect to the app."""
    app.settings["gateway"] = {"host": "127.0.0.1", "protocol": "http", "port": local.port}
    tab = window.new_page()
    tab.goto(app.origin)
    tab.get_by_role("button", name="Log in").click()
    sign_in(tab, decision="Deny")
    assert said(tab)["failed"].startswith("[access_denied] ")
