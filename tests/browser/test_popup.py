"""Login from a frame of another site: all of it runs in a window of its own, and the session comes back."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Frame, Page

from tests.browser.logins import fault, page_for
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


def test_messages_of_others_are_ignored(app: Application, server: AuthorizationServer, frame: Frame) -> None:
    """Neither the page around the frame nor the frame itself can hand it a session."""
    server.authorize_page = "<title>log in</title>"
    popup = click(frame)
    forged = "{ proofkey: 'app', outcome: JSON.stringify({ session: { accessToken: 'forged' } }) }"
    frame.page.evaluate(f"frames[0].postMessage({forged}, '*')")
    frame.evaluate(f"postMessage({forged}, '*')")
    popup.close()
    assert fault(frame.evaluate("window.result")) == "user-denied-access"
    assert frame.evaluate("auth.session") is None


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
