"""Several tabs of one app: one session, one renewal, and no tab that can block the others."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.browser.logins import log_in, page_for
from tests.browser.sites import Answer, Application, AuthorizationServer, Request

IMPORTS = "import { shareTabs } from '/proofkey/tabs.js'; import { keepFresh } from '/proofkey/renewal.js';"
EVENTS = """
window.heard = [];
for (const type of ['login', 'renew', 'logout', 'expiring', 'expired'])
  auth.addEventListener(type, () => heard.push(type));
"""
SHARED = EVENTS + "window.tabs = shareTabs(auth); window.keepFresh = keepFresh;"
# A tab that a loaded machine stops for some seconds is still there: nobody gives it up.
LONG_PATIENCE = """
const { setTimeout: after } = window;
window.setTimeout = (run, time) => after(run, time === 2000 ? 60_000 : time);
"""


@pytest.fixture
def app(server: AuthorizationServer) -> Iterator[Application]:
    """Run an app whose tabs share their session."""
    with Application() as app:
        app.page = page_for(server.origin, IMPORTS, SHARED)
        yield app


def open_tab(app: Application, context: BrowserContext) -> Page:
    """Open a tab of the app and let the other tabs answer."""
    tab = context.new_page()
    tab.goto(app.origin)
    tab.wait_for_function("window.tabs")
    tab.evaluate("tabs.ready")
    return tab


def join(app: Application, context: BrowserContext) -> Page:
    """Open a tab of the app that the others log in; on a busy machine their answer may come after `ready`."""
    tab = open_tab(app, context)
    tab.wait_for_function("auth.session")
    return tab


def token(tab: Page) -> Any:
    """Give the access token that a tab holds."""
    return tab.evaluate("auth.session?.accessToken")


def refreshes(server: AuthorizationServer) -> list[Request]:
    """Give the refresh requests so far."""
    return [each for each in server.received("/oauth/token") if each.form["grant_type"] == "refresh_token"]


def test_a_new_tab_is_logged_in_by_the_others(
    server: AuthorizationServer, app: Application, context: BrowserContext
) -> None:
    """Without asking the server, and without a trace in storage."""
    first = context.new_page()
    session = log_in(first, app)["session"]
    second = join(app, context)
    assert token(second) == session["accessToken"]
    told = second.evaluate("auth.session.expiresIn")
    assert first.evaluate("auth.remaining() / 1000") <= told <= 3600
    assert len(server.received("/oauth/token")) == 1
    assert session["accessToken"] not in second.evaluate("JSON.stringify([sessionStorage, localStorage])")


def test_ready_waits_for_the_answer_of_the_others(app: Application, chromium_context: BrowserContext) -> None:
    """On a page whose clock stands still no patience ends, so what `ready` gives is their answer."""
    first = chromium_context.new_page()
    session = log_in(first, app)["session"]
    chromium_context.clock.install()
    chromium_context.clock.pause_at(datetime.now(UTC) + timedelta(minutes=1))
    second = chromium_context.new_page()
    second.goto(app.origin)
    second.wait_for_function("window.tabs")
    assert second.evaluate("tabs.ready")["accessToken"] == session["accessToken"]


def test_login_and_logout_reach_every_tab(app: Application, context: BrowserContext) -> None:
    """Whoever is open follows."""
    waiting = open_tab(app, context)
    assert token(waiting) is None
    first = context.new_page()
    session = log_in(first, app)["session"]
    waiting.wait_for_function("auth.session")
    assert token(waiting) == session["accessToken"]
    waiting.evaluate("auth.logout({ local: true })")
    first.wait_for_function("!auth.session")
    assert waiting.evaluate("heard") == ["login", "logout"]
    assert token(open_tab(app, context)) is None


def test_a_tab_without_tabs_waits_a_moment_only(app: Application, context: BrowserContext) -> None:
    """Nobody answers: null."""
    tab = context.new_page()
    tab.goto(app.origin)
    tab.wait_for_function("window.tabs")
    assert tab.evaluate("tabs.ready") is None


@pytest.mark.shows("B09")
def test_all_tabs_renew_at_once_and_the_server_sees_one_renewal(
    server: AuthorizationServer, app: Application, context: BrowserContext
) -> None:
    """The server ends the login at the first reuse of a refresh token; five tabs, three rounds, none."""
    app.page = page_for(server.origin, IMPORTS, LONG_PATIENCE + SHARED)
    first = context.new_page()
    log_in(first, app)
    tabs = [first, *(join(app, context) for _ in range(4))]
    for round_ in range(1, 4):
        all_have_begun = threading.Event()
        server.token_answer = _after(all_have_begun, server)
        for tab in tabs:
            tab.evaluate("void (window.renewed = outcome(auth.refresh()))")
        all_have_begun.set()
        outcomes = [tab.evaluate("window.renewed") for tab in tabs]
        assert len({outcome["session"]["accessToken"] for outcome in outcomes}) == 1
        assert len(refreshes(server)) == round_
        for tab in tabs:
            tab.wait_for_function("token => auth.session.accessToken === token", arg=token(first))


def _after(event: threading.Event, server: AuthorizationServer) -> Callable[[Request], Answer]:
    def answer(request: Request) -> Answer:
        event.wait(60)
        return server.exchange(request.form)

    return answer


def test_a_tab_that_dies_during_its_renewal_blocks_nobody(
    server: AuthorizationServer, app: Application, context: BrowserContext
) -> None:
    """Its lock is released with it, and another tab renews; the lost renewal never reached the server's records."""
    dying = context.new_page()
    log_in(dying, app)
    surviving = join(app, context)
    arrived, over = threading.Event(), threading.Event()

    def hang(_: Request) -> Answer:
        arrived.set()
        over.wait(60)
        return Answer(503)

    server.token_answer = hang
    dying.evaluate("void outcome(auth.refresh())")
    assert arrived.wait(60)
    surviving.evaluate("void (window.renewed = outcome(auth.refresh()))")
    server.token_answer = None
    dying.close()
    assert surviving.evaluate("window.renewed")["session"]
    over.set()
    assert len(refreshes(server)) == 2


@pytest.mark.shows("B09")
def test_a_refused_renewal_ends_the_session_everywhere(
    server: AuthorizationServer, app: Application, context: BrowserContext
) -> None:
    """invalid_grant at a renewal: the login is over, and the error says which fault it is."""
    first = context.new_page()
    log_in(first, app)
    second = join(app, context)
    server.refresh_tokens.clear()
    error = first.evaluate("outcome(auth.refresh())")["error"]
    assert error["error"] == "invalid_grant"
    assert error["fault"] == "refresh-token-expired"
    second.wait_for_function("!auth.session")
    assert first.evaluate("auth.session") is None


def test_a_failure_on_the_way_keeps_the_session(
    server: AuthorizationServer, app: Application, context: BrowserContext
) -> None:
    """The token still counts until it runs out, and the next renewal may work."""
    tab = context.new_page()
    log_in(tab, app)
    server.token_answer = lambda _: Answer(503)
    assert tab.evaluate("outcome(auth.refresh())")["error"]["fault"] == "server-unavailable"
    server.token_answer = None
    assert tab.evaluate("outcome(auth.refresh())")["session"]


def test_a_network_that_goes_away_during_a_renewal_keeps_the_session(
    server: AuthorizationServer, app: Application, context: BrowserContext
) -> None:
    """The answer never comes; back online, the next renewal works with the token that was not used up."""

    def vanish(_: Request) -> Answer:
        raise ConnectionResetError

    tab = context.new_page()
    session = log_in(tab, app)["session"]
    server.token_answer = vanish
    assert tab.evaluate("outcome(auth.refresh())")["error"]["fault"] == "cors-answer-unreadable"
    assert token(tab) == session["accessToken"]
    server.token_answer = None
    assert tab.evaluate("outcome(auth.refresh())")["session"]["accessToken"] != session["accessToken"]


def test_calls_at_the_same_time_share_a_renewal(
    server: AuthorizationServer, app: Application, context: BrowserContext
) -> None:
    """Ten API calls with a token about to run out cause one renewal."""
    server.token_members["expires_in"] = 20
    tab = context.new_page()
    log_in(tab, app)
    server.token_members["expires_in"] = 3600
    answers = tab.evaluate(
        "Promise.all(Array.from({ length: 10 }, () => api('/api/v2/users/me').then((answer) => answer.json())))"
    )
    assert answers == [{"authorization": f"Bearer {token(tab)}"}] * 10
    assert len(refreshes(server)) == 1


@pytest.fixture
def sleeper(server: AuthorizationServer, app: Application, chromium_context: BrowserContext) -> Page:
    """Log in on a page whose clock the test moves."""
    tab = chromium_context.new_page()
    tab.clock.install()
    log_in(tab, app)
    return tab


def test_a_token_is_renewed_ahead_of_its_end(server: AuthorizationServer, sleeper: Page) -> None:
    """A minute before, and not earlier."""
    old = token(sleeper)
    sleeper.evaluate("void (window.stop = keepFresh(auth))")
    sleeper.clock.run_for(3500_000)
    assert (token(sleeper), len(refreshes(server))) == (old, 0)
    sleeper.clock.run_for(60_000)
    sleeper.wait_for_function("heard.includes('renew')")
    assert token(sleeper) != old
    assert len(refreshes(server)) == 1


def test_a_machine_that_slept_renews_when_it_wakes(server: AuthorizationServer, sleeper: Page) -> None:
    """No timer ran while the lid was closed; the first one after it sees that the time is over."""
    sleeper.evaluate("void (window.stop = keepFresh(auth))")
    sleeper.clock.fast_forward(10 * 3600_000)
    sleeper.wait_for_function("heard.includes('renew')")
    assert len(refreshes(server)) == 1


def test_a_clock_set_back_does_not_make_a_token_last_longer(server: AuthorizationServer, sleeper: Page) -> None:
    """The page's own clock goes on as before."""
    sleeper.evaluate("void (window.stop = keepFresh(auth))")
    sleeper.clock.set_system_time("2001-01-01T00:00:00Z")
    sleeper.clock.run_for(3590_000)
    sleeper.wait_for_function("heard.includes('renew')")
    assert len(refreshes(server)) == 1


def test_a_stopped_renewal_stays_stopped(server: AuthorizationServer, sleeper: Page) -> None:
    """No timer and no listener is left."""
    sleeper.evaluate("keepFresh(auth)()")
    sleeper.clock.run_for(4000_000)
    sleeper.evaluate("dispatchEvent(new Event('focus'))")
    assert refreshes(server) == []


def test_without_a_refresh_token_the_app_is_told_in_time(
    server: AuthorizationServer, app: Application, chromium_context: BrowserContext
) -> None:
    """First `expiring`, once; then `expired`, and nobody is logged in."""
    server.refreshes = False
    tab = chromium_context.new_page()
    tab.clock.install()
    log_in(tab, app)
    tab.evaluate("void keepFresh(auth)")
    tab.clock.run_for(3550_000)
    assert tab.evaluate("heard") == ["login", "expiring"]
    tab.clock.run_for(60_000)
    assert tab.evaluate("heard") == ["login", "expiring", "expired", "logout"]
    assert tab.evaluate("auth.session") is None
    assert tab.evaluate("outcome(auth.token())")["error"]["error"] == "login_required"


@pytest.mark.parametrize("cancelled", [True, False])
def test_without_a_refresh_token_the_page_leaves_for_a_new_login(
    server: AuthorizationServer, app: Application, chromium_context: BrowserContext, cancelled: bool
) -> None:
    """If it is told to, and unless the app objects (somebody is typing)."""
    server.refreshes = False
    tab = chromium_context.new_page()
    tab.clock.install()
    old = log_in(tab, app)["session"]["accessToken"]
    if cancelled:
        tab.evaluate("auth.addEventListener('expiring', (event) => event.preventDefault())")
    tab.evaluate("void keepFresh(auth, { redirect: true, request: () => ({ appState: 'here' }) })")
    tab.clock.run_for(3550_000)
    if cancelled:
        assert token(tab) == old
        assert len(server.received("/oauth/authorize")) == 1
        return
    tab.wait_for_function("old => window.auth?.session && auth.session.accessToken !== old", arg=old)
    assert tab.evaluate("auth.session.appState") == "here"
