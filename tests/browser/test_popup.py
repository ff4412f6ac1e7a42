"""Login from a frame of another site: all of it runs in a window of its own, and the session comes back."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Frame, Page

from tests.browser.chromium import PATIENCE
from tests.browser.logins import fault, log_in, page_for
from tests.browser.sites import Application, AuthorizationServer

OPENER = """
window.takeOver = takeOver;
document.body.append(document.createElement('button'));
document.querySelector('button').onclick = () => { window.result = outcome(loginInPopup(auth, '/popup')); };
"""
POPUP = """<!doctype html><title>popup</title><script type="module">
import { createClient } from '/proofkey/proofkey.js';
import { discover } from '/proofkey/discovery.js';
import { runPopup } from '/proofkey/popup.js';
const client = createClient({ endpoints: discover('%s'), clientId: 'app', redirectUri: '/popup' });
runPopup(client, { %s }).catch((error) => { document.title = error.fault; });
</script>"""


@pytest.fixture
def app(server: AuthorizationServer) -> Iterator[Application]:
    """Run an app with a page for the popup."""
    with Application() as app:
        app.page = page_for(server.origin, "import { loginInPopup, takeOver } from '/proofkey/popup.js';", OPENER)
        app.pages["/popup"] = POPUP % (server.origin, "")
        yield app


@pytest.fixture
def frame(app: Application, context: BrowserContext) -> Iterator[Frame]:
    """Open the app in a frame of a page of another site: localhost is another site than 127.0.0.1."""
    with Application("localhost") as host:
        host.page = f"<title>host</title><iframe src='{app.origin}/'></iframe>"
        tab = context.new_page()
        tab.goto(host.origin)
        frame = tab.frames[1]
        frame.wait_for_selector("button")
        yield frame


def click(frame: Frame) -> Page:
    """Click on Log in and give the window that opens."""
    with frame.page.expect_popup() as popup:
        frame.click("button")
    return popup.value


@pytest.mark.shows("B10")
def test_a_frame_is_logged_in_by_a_popup(server: AuthorizationServer, app: Application, frame: Frame) -> None:
    """The popup begins, comes back, exchanges, hands over and closes; the frame never leaves its page."""
    popup = click(frame)
    session = frame.evaluate("window.result")["session"]
    if not popup.is_closed():
        popup.wait_for_event("close")
    assert session["accessToken"] == frame.evaluate("auth.token()")
    [exchange] = server.received("/oauth/token")
    assert exchange.form["redirect_uri"] == f"{app.origin}/popup"
    assert frame.url == f"{app.origin}/"


def test_a_refusal_reaches_the_frame(server: AuthorizationServer, frame: Frame) -> None:
    """With the fault and its page."""
    server.authorization_response = lambda given: [
        ("error", "access_denied"),
        ("state", given["state"]),
        ("iss", given["iss"]),
    ]
    click(frame)
    outcome = frame.evaluate("window.result")
    assert fault(outcome) == "user-denied-access"
    assert outcome["error"]["name"] == "ProofkeyError"
    assert outcome["error"]["page"] == f"{server.origin}/faults/user-denied-access"


def test_a_popup_that_is_closed_ends_the_login(server: AuthorizationServer, frame: Frame) -> None:
    """Whoever closes the window does not want to log in."""
    server.authorize_page = "<title>log in</title>"
    popup = click(frame)
    popup.wait_for_url("**/oauth/authorize*")
    popup.close()
    assert fault(frame.evaluate("window.result")) == "user-denied-access"


@pytest.mark.shows("B10", "A40")
def test_messages_of_others_are_ignored(app: Application, server: AuthorizationServer, frame: Frame) -> None:
    """Neither the page around the frame nor the frame itself can hand it a session."""
    server.authorize_page = "<title>log in</title>"
    popup = click(frame)
    popup.wait_for_url("**/oauth/authorize*")
    forged = "{ proofkey: 'app', outcome: JSON.stringify({ session: { accessToken: 'forged' } }) }"
    frame.page.evaluate(f"frames[0].postMessage({forged}, '*')")
    frame.evaluate(f"postMessage({forged}, '*')")
    popup.close()
    assert fault(frame.evaluate("window.result")) == "user-denied-access"
    assert frame.evaluate("auth.session") is None


@pytest.mark.shows("B10", "A40")
def test_a_session_goes_to_no_window_of_another_origin(
    app: Application, server: AuthorizationServer, context: BrowserContext
) -> None:
    """A foreign page that opens the app's popup hears nothing, though the login in it comes to its end."""
    with Application("localhost") as stranger:
        stranger.page = "<title>stranger</title><script>heard = []; onmessage = ({ data }) => heard.push(data)</script>"
        tab = context.new_page()
        tab.goto(stranger.origin)
        with tab.expect_popup() as popup:
            tab.evaluate(f"void (opened = open('{app.origin}/popup'))")
        if not popup.value.is_closed():
            popup.value.wait_for_event("close")
        assert len(server.received("/oauth/token")) == 1
        # A message of its own comes after all that were sent before it.
        tab.evaluate("postMessage('last')")
        tab.wait_for_function("heard.includes('last')")
        assert tab.evaluate("heard") == ["last"]


def test_a_host_may_hand_the_session_over(
    app: Application, server: AuthorizationServer, context: BrowserContext
) -> None:
    """As in Microsoft Teams: the popup gives a text to its host, and the tab takes over what the host passes on."""
    app.pages["/popup"] = POPUP % (server.origin, "handOver: (text) => new Promise(() => { document.title = text; })")
    server.token_members = {"token_type": "bearer"}
    popup, tab = context.new_page(), context.new_page()
    popup.goto(f"{app.origin}/popup")
    popup.wait_for_function("document.title.startsWith('{')")
    tab.goto(app.origin)
    tab.wait_for_selector("button")
    tab.evaluate("text => void takeOver(auth, text)", popup.title())
    assert tab.evaluate("auth.token()") == tab.evaluate("auth.session.accessToken")
    assert tab.evaluate("auth.remaining() === Infinity")
    failed = json.dumps({"error": {"message": "no", "fault": "scope-refused"}})
    script = "text => { try { takeOver(auth, text); } catch (error) { return error.fault; } }"
    assert tab.evaluate(script, failed) == "scope-refused"


def test_a_popup_without_its_opener_says_so(app: Application, context: BrowserContext) -> None:
    """A Cross-Origin-Opener-Policy has cut it off: nobody can be handed the session."""
    popup = context.new_page()
    popup.goto(f"{app.origin}/popup")
    popup.wait_for_function("document.title === 'popup-opener-severed'")


# The page believes that most of an hour is over, and is looked at again: ten seconds of the last minute have passed.
FIFTY_SECONDS_LEFT = """(() => {
  const { now } = Date;
  Date.now = () => now() + 3_550_000;
  dispatchEvent(new Event('focus'));
})()"""
FRAME = """
import { keepFresh } from '/proofkey/renewal.js'; import { renewInFrame } from '/proofkey/popup.js';
"""


@pytest.fixture
def renewing(server: AuthorizationServer) -> Iterator[Application]:
    """Run an app without refresh tokens, on the server's own site."""
    server.refreshes = False
    with Application() as app:
        app.page = page_for(server.origin, FRAME, "Object.assign(window, { keepFresh, renewInFrame });")
        app.pages["/popup"] = POPUP % (server.origin, "")
        yield app


def test_a_hidden_frame_gets_a_new_token(
    server: AuthorizationServer, renewing: Application, context: BrowserContext
) -> None:
    """With prompt=none, without leaving the page; the frame is gone afterwards."""
    tab = context.new_page()
    old = log_in(tab, renewing)["session"]["accessToken"]
    session = tab.evaluate(f"renewInFrame(auth, '/popup', {PATIENCE})")
    assert session["accessToken"] == tab.evaluate("auth.session.accessToken") != old
    assert tab.url == f"{renewing.origin}/callback"
    assert tab.evaluate("document.querySelector('iframe')") is None
    assert [each.query.get("prompt") for each in server.received("/oauth/authorize")] == [None, "none"]


def test_a_logout_while_a_frame_is_asked_wins(renewing: Application, context: BrowserContext) -> None:
    """What comes back then logs nobody in again."""
    tab = context.new_page()
    log_in(tab, renewing)
    asked = f"outcome(renewInFrame(auth, '/popup', {PATIENCE}))"
    outcome = tab.evaluate(f"Promise.all([{asked}, auth.discover().then(() => auth.forget())]).then(([out]) => out)")
    assert outcome["error"]["error"] == "login_required"
    assert tab.evaluate("auth.session") is None


def test_a_frame_whose_server_knows_nobody_changes_nothing(
    server: AuthorizationServer, renewing: Application, context: BrowserContext
) -> None:
    """The error says login_required, and the old token counts until it runs out."""
    tab = context.new_page()
    old = log_in(tab, renewing)["session"]["accessToken"]
    server.authorization_response = lambda given: [
        ("error", "login_required"),
        ("state", given["state"]),
        ("iss", given["iss"]),
    ]
    outcome = tab.evaluate(f"outcome(renewInFrame(auth, '/popup', {PATIENCE}))")
    assert outcome["error"]["error"] == "login_required"
    assert tab.evaluate("auth.session.accessToken") == old


@pytest.mark.parametrize(
    "change",
    [{"prompt_values_supported": ["login"]}, {"authorization_endpoint": "https://login.other.example/authorize"}],
)
def test_no_frame_is_tried_where_it_cannot_work(
    server: AuthorizationServer, renewing: Application, context: BrowserContext, change: dict[str, object]
) -> None:
    """On another site the browser keeps the server's cookie back; and some servers have no prompt=none."""
    server.metadata |= change
    tab = context.new_page()
    tab.goto(renewing.origin)
    assert fault(tab.evaluate("outcome(renewInFrame(auth, '/popup'))")) == "login-started-in-iframe"
    assert tab.evaluate("document.querySelector('iframe')") is None


def test_a_token_without_a_refresh_token_is_renewed_in_a_frame_ahead_of_its_end(
    server: AuthorizationServer, renewing: Application, context: BrowserContext
) -> None:
    """keepFresh asks the frame before it says that the login is expiring."""
    tab = context.new_page()
    old = log_in(tab, renewing)["session"]["accessToken"]
    tab.evaluate("window.heard = []")
    for event in ("renew", "expiring", "expired"):
        tab.evaluate(f"auth.addEventListener('{event}', () => heard.push('{event}'))")
    tab.evaluate(f"void keepFresh(auth, {{ silently: () => renewInFrame(auth, '/popup', {PATIENCE}) }})")
    tab.evaluate(FIFTY_SECONDS_LEFT)
    tab.wait_for_function("heard.includes('renew')")
    assert tab.evaluate("auth.session.accessToken") != old
    assert "expired" not in tab.evaluate("heard")
