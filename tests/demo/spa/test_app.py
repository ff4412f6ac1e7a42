"""The demo's single-page app: log in, see who one is and how long the token lasts, log out."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import BrowserContext, Page, expect

from tests.demo.spa.conftest import log_in, log_out


def test_log_in_and_out_with_the_keyboard_alone(stranger: BrowserContext, demo: Any) -> None:
    """From the app to the server and back, to the welcome, and out again."""
    tab = stranger.new_page()
    tab.goto(demo.app)
    button = tab.get_by_role("button", name="Log in")
    expect(button).to_be_visible()
    tab.keyboard.press("Tab")
    while not button.evaluate("element => element === document.activeElement"):
        tab.keyboard.press("Tab")
    tab.keyboard.press("Enter")
    expect(tab.get_by_label("User name")).to_be_focused()
    tab.keyboard.type("ada")
    tab.keyboard.press("Tab")
    tab.keyboard.type("lovelace")
    tab.keyboard.press("Enter")
    expect(tab.get_by_role("button", name="Allow")).to_be_visible()
    tab.keyboard.press("Tab")
    while not tab.get_by_role("button", name="Allow").evaluate("element => element === document.activeElement"):
        tab.keyboard.press("Tab")
    tab.keyboard.press("Enter")
    expect(tab.get_by_role("heading", name="Welcome, Ada Lovelace")).to_be_visible()
    expect(tab).to_have_url(f"{demo.app}/")
    facts = tab.locator("#app .facts").inner_text()
    assert "users:readonly" in facts
    assert "min" in tab.locator("#remaining").inner_text()

    log_out(tab, demo)
    expect(tab).to_have_url(f"{demo.app}/")
    tab.get_by_role("button", name="Log in").click()
    expect(tab.get_by_label("Password")).to_be_visible()


def test_the_token_stays_in_memory(stranger: BrowserContext, demo: Any) -> None:
    """Neither the page nor a storage nor the address holds the token; a reload forgets it."""
    tab = stranger.new_page()
    asked: list[str] = []
    tab.on("request", lambda request: asked.append(request.url) if request.url.endswith("/oauth/token") else None)
    with tab.expect_response("**/oauth/token") as answered:
        log_in(tab, demo)
    token = answered.value.json()["access_token"]
    kept = tab.evaluate(
        "() => document.documentElement.outerHTML + JSON.stringify({ ...localStorage })"
        " + JSON.stringify({ ...sessionStorage }) + location.href + document.cookie"
    )
    assert len(asked) == 1
    assert token not in kept
    tab.reload()
    expect(tab.get_by_role("heading", name="Nobody is logged in")).to_be_visible()


def test_a_token_that_runs_out_is_no_failed_login(tab: Page) -> None:
    """The app says that the time is up, and offers the next login."""
    tab.route("**/oauth/token", _with_two_seconds)
    tab.get_by_role("button", name="Log in").click()
    expect(tab.get_by_role("alert")).to_have_text("Time is up. The access token has run out.")
    expect(tab.get_by_role("button", name="Log in")).to_be_visible()


def test_a_denied_login_says_so(stranger: BrowserContext, demo: Any) -> None:
    """Deny comes back as an error with a link to its page, not as an empty page."""
    tab = stranger.new_page()
    tab.route("**/config.json", _with_another_scope)  # a consent that nobody has given yet
    tab.goto(demo.app)
    tab.get_by_role("button", name="Log in").click()
    tab.get_by_label("User name").fill("ada")
    tab.get_by_label("Password").fill("lovelace")
    tab.get_by_role("button", name="Sign in").click()
    tab.get_by_role("button", name="Deny").click()
    expect(tab.get_by_role("alert")).to_contain_text("access_denied")
    assert (
        tab.get_by_role("link", name="What to do").get_attribute("href") == f"{demo.issuer}/faults/user-denied-access"
    )


def _with_two_seconds(route: Any) -> None:
    answer = route.fetch()
    route.fulfill(response=answer, json={**answer.json(), "expires_in": 2})


def _with_another_scope(route: Any) -> None:
    answer = route.fetch()
    route.fulfill(response=answer, json={**answer.json(), "scope": "routing:readonly"})
