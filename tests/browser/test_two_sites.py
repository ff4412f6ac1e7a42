"""App and server on sites of their own, over TLS, in browsers that give no cookie to frames of other sites."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.browser.logins import fault, log_in, page_for
from tests.browser.sites import Application
from tests.clients.certificate import Certificate, make_certificate
from tests.clients.installation import PASSWORD, USERNAME, Installation, run_server
from tests.ports import held_port

pytestmark = [pytest.mark.clients, pytest.mark.timeout(300)]

NAMES = ("login.example", "app.example", "host.example", "app.login.example")
IMPORTS = "import { loginInPopup, renewInFrame } from '/proofkey/popup.js';"
BUTTON = """
window.renewInFrame = renewInFrame;
document.body.append(document.createElement('button'));
document.querySelector('button').onclick = () => { window.result = outcome(loginInPopup(auth, '/popup')); };
"""
POPUP = """<!doctype html><title>popup</title><script type="module">
import { createClient } from '/proofkey/proofkey.js';
import { discover } from '/proofkey/discovery.js';
import { runPopup } from '/proofkey/popup.js';
runPopup(createClient({ endpoints: discover('%s'), clientId: 'app', redirectUri: '/popup' }));
</script>"""


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    """Make one certificate for all sites of this file."""
    return make_certificate(tmp_path_factory.mktemp("certificate"), *NAMES)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, certificate: Certificate) -> Iterator[Installation]:
    """Run the real server as login.example."""
    folder = tmp_path_factory.mktemp("server")
    with held_port() as port:
        issuer = f"https://login.example:{port}"
        with run_server(folder, "--port", str(port), issuer=issuer, certificate=certificate) as server:
            yield server


def serve_app(name: str, server: Installation, certificate: Certificate) -> Application:
    """Make the app under a name, and register it."""
    app = Application(name, certificate)
    app.page = page_for(server.issuer, IMPORTS, BUTTON)
    app.pages["/popup"] = POPUP % server.issuer
    addresses = [f"{app.origin}{path}" for path in ("/callback", "/popup")]
    options = [word for address in addresses for word in ("--redirect-uri", address)]
    server.add_client("app", "--public", "--trusted", *options)
    return app


@pytest.fixture
def registered(server: Installation) -> Iterator[Installation]:
    """Forget the app's registration afterwards: each test has an app at an address of its own."""
    yield server
    server.remove_client("app")


def sign_in(tab: Any) -> None:
    """Fill in the login page, in any browser."""
    tab.wait_for_selector("input[name=password]")
    for name, value in (("username", USERNAME), ("password", PASSWORD)):
        tab.evaluate(f"void (document.querySelector('input[name={name}]').value = '{value}')")
    tab.click("form button")


def log_in_with_password(tab: Page, app: Application) -> dict[str, Any]:
    """Log in from the app's page and give what came of it."""
    tab.goto(app.origin)
    with tab.expect_event("domcontentloaded", lambda page: page.url.startswith(app.origin)):
        tab.evaluate("void auth.login()")
        sign_in(tab)
    tab.wait_for_function("window.first")
    outcome: dict[str, Any] = tab.evaluate("window.first")
    return outcome


def test_login_and_a_second_one_without_a_password(
    registered: Installation, certificate: Certificate, context: BrowserContext
) -> None:
    """The second login finds the server's session: it is a navigation, not a frame."""
    with serve_app("app.example", registered, certificate) as app:
        tab = context.new_page()
        first = log_in_with_password(tab, app)["session"]
        second = log_in(tab, app)["session"]
        assert first["accessToken"] != second["accessToken"]


@pytest.mark.shows("B10")
def test_a_frame_of_a_third_site_is_logged_in_by_a_popup(
    registered: Installation, certificate: Certificate, context: BrowserContext
) -> None:
    """The host's page is on a third site; the popup is a window of the app's own, with cookies and storage."""
    with (
        serve_app("app.example", registered, certificate) as app,
        Application("host.example", certificate) as host,
    ):
        host.page = f"<title>host</title><iframe src='{app.origin}/'></iframe>"
        tab = context.new_page()
        tab.goto(host.origin)
        frame = tab.frames[1]
        frame.wait_for_selector("button")
        with tab.expect_popup() as popup:
            frame.click("button")
        sign_in(popup.value)
        session = frame.evaluate("window.result")["session"]
        assert session["accessToken"] == frame.evaluate("auth.token()")


def test_on_the_servers_own_site_a_hidden_frame_renews(
    registered: Installation, certificate: Certificate, context: BrowserContext
) -> None:
    """The server's session cookie reaches a frame of the same site; no cookie of another site is needed."""
    with serve_app("app.login.example", registered, certificate) as app:
        tab = context.new_page()
        first = log_in_with_password(tab, app)["session"]
        renewed = tab.evaluate("renewInFrame(auth, '/popup')")
        assert renewed["accessToken"] != first["accessToken"]
        registered.end_sessions()  # by another process: the server knows within a second
        over = "outcome(renewInFrame(auth, '/popup')).then(({ error }) => error?.error === 'login_required')"
        tab.wait_for_function(over)


def test_on_another_site_no_frame_is_tried(
    registered: Installation, certificate: Certificate, context: BrowserContext
) -> None:
    """It would never see the server's cookie."""
    with serve_app("app.example", registered, certificate) as app:
        tab = context.new_page()
        assert log_in_with_password(tab, app)["session"]
        assert fault(tab.evaluate("outcome(renewInFrame(auth, '/popup'))")) == "login-started-in-iframe"
