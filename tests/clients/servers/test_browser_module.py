"""The browser module in Chromium, on another origin, at servers that we did not write."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from proofkey.client.blocking import Client
from tests.browser.chromium import launch
from tests.browser.sites import Application
from tests.clients.servers.foreign import ForeignServer
from tests.clients.servers.oidc_provider import confirm_logout

pytestmark = [pytest.mark.clients, pytest.mark.timeout(600)]

PATIENCE = 30_000  # milliseconds

PAGE = """<!doctype html><meta charset="utf-8"><title>app</title><script type="module">
import { createClient } from '/proofkey/proofkey.js';
import { discover } from '/proofkey/discovery.js';
import { apiFetch } from '/proofkey/api.js';
import { checkIdToken, claimsOf } from '/proofkey/id-token.js';
const auth = createClient({
  endpoints: discover(%(issuer)s), clientId: 'page', redirectUri: '/callback', scope: %(scope)s, checkIdToken });
const told = (error) => ({ ...error, name: error.name, message: error.message });
const outcome = (promise) => promise.then((session) => ({ session }), (error) => ({ error: told(error) }));
Object.assign(window, { auth, outcome, claimsOf, api: apiFetch(auth, %(issuer)s) });
window.first = outcome(auth.handleCallback());
</script>"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One Chromium for this file; the other browser fixtures are not in reach here."""
    with launch() as browser:
        yield browser


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A window without a past."""
    context = browser.new_context()
    context.set_default_timeout(PATIENCE)
    yield context
    context.close()


def settled(page: Page, app: Application) -> dict:
    """Wait for the callback page, and give what handleCallback() came to."""
    page.wait_for_url(f"{app.origin}/callback**")
    page.wait_for_function("window.first")
    outcome: dict = page.evaluate("window.first")
    return outcome


def log_in(page: Page, app: Application, foreign: ForeignServer) -> dict[str, str]:
    """Open the app and log in; give the session that it gets."""
    app.page = PAGE % {"issuer": json.dumps(foreign.issuer), "scope": json.dumps(" ".join(foreign.scopes))}
    page.goto(f"{app.origin}/")
    page.evaluate("params => void auth.login({ params })", dict(foreign.extra))
    page.wait_for_url(f"{'/'.join(foreign.issuer.split('/')[:3])}/**")
    foreign.sign_in(page)
    outcome = settled(page, app)
    assert "error" not in outcome, outcome
    session: dict[str, str] = outcome["session"]
    return session


def userinfo_endpoint(foreign: ForeignServer) -> str:
    """Look into the server's metadata."""
    client = Client.discover(foreign.issuer, **foreign.settings("cli"))
    client.close()
    return client.server.userinfo_endpoint or ""


@pytest.mark.shows("B01", "B11")
def test_a_whole_login(context: BrowserContext, foreign: ForeignServer, app: Application) -> None:
    """Login, ID token, userinfo across origins, refresh with rotation, logout with revocation where it is for all."""
    page = context.new_page()
    session = log_in(page, app, foreign)
    assert page.url == f"{app.origin}/callback"  # the answer is gone from the address

    endpoint = userinfo_endpoint(foreign)
    who = page.evaluate("async url => (await api(url)).json()", endpoint)
    assert who["name"] == "Ada"
    assert who["sub"] == page.evaluate("claimsOf(auth.session.idToken).sub")

    renewed = page.evaluate("outcome(auth.refresh())")
    assert "error" not in renewed, renewed
    now = page.evaluate("auth.session")
    assert now["accessToken"] != session["accessToken"]
    assert now["refreshToken"] != session["refreshToken"]
    page.evaluate("outcome(Promise.all([auth.refresh(), auth.refresh(), auth.token()]))")
    assert page.evaluate("async url => (await api(url)).status", endpoint) == 200

    last = page.evaluate("auth.session.accessToken")
    page.evaluate("outcome(auth.logout({ revoke: true, local: true }))")
    assert page.evaluate("auth.session") is None
    answer = page.evaluate(
        "async ([url, token]) => (await fetch(url, { headers: { authorization: `Bearer ${token}` } })).status",
        [endpoint, last],
    )
    assert (answer == 401) is foreign.revokes("page")


@pytest.mark.parametrize("foreign", ["oidc-provider"], indirect=True)
def test_a_logout_at_the_server(context: BrowserContext, foreign: ForeignServer, app: Application) -> None:
    """Over the server's own page and back (RP-Initiated Logout 2); the next login asks for the password again."""
    page = context.new_page()
    log_in(page, app, foreign)
    page.evaluate("uri => void auth.logout({ redirectUri: uri })", foreign.redirects.bye)
    page.wait_for_url(f"{foreign.issuer}/**")
    confirm_logout(page)
    page.wait_for_url(f"{foreign.redirects.bye}**")
    assert page.evaluate("auth.session") is None
    log_in(page, app, foreign)  # fills in the login form, which must be there


@pytest.mark.parametrize("foreign", ["oidc-provider"], indirect=True)
def test_the_logout_page_of_the_python_client(
    context: BrowserContext, foreign: ForeignServer, app: Application
) -> None:
    """`logout_url` leads to the provider's page and from there back, without an ID token in the address."""
    client = Client.discover(foreign.issuer, **foreign.settings("web"))
    client.close()
    page = context.new_page()
    log_in(page, app, foreign)
    url = client.logout_url(foreign.redirects.bye)
    assert url is not None
    page.goto(url)
    confirm_logout(page)
    page.wait_for_url(f"{foreign.redirects.bye}**")
