"""What happens to logins in real life: a reload of the callback, two tabs at once, a second window."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import BrowserContext, Page, expect

from tests.demo.spa.conftest import allow, log_in, log_out


def begin(tab: Page, demo: Any) -> None:
    """Go to the login page and wait there."""
    tab.goto(demo.app)
    tab.get_by_role("button", name="Log in").click()
    expect(tab.get_by_label("Password")).to_be_visible()


def finish(tab: Page) -> None:
    """Fill in the form and allow."""
    tab.get_by_label("User name").fill("ada")
    tab.get_by_label("Password").fill("lovelace")
    tab.get_by_role("button", name="Sign in").click()
    allow(tab)


def test_reloading_after_the_login_sends_no_code_again(stranger: BrowserContext, demo: Any) -> None:
    """The address is clean before the code is sent, so a reload has nothing to repeat."""
    sent: list[str] = []
    stranger.on("request", lambda request: sent.append(request.url) if request.url.endswith("/oauth/token") else None)
    tab = stranger.new_page()
    log_in(tab, demo)
    assert "code=" not in tab.url
    tab.reload()
    expect(tab.get_by_role("heading", name="Nobody is logged in")).to_be_visible()
    assert len(sent) == 1


def test_the_callback_address_opened_again_is_explained(stranger: BrowserContext, demo: Any) -> None:
    """Back, a bookmark or a reload of ?code=: the app says what happened instead of sending the code again."""
    addresses: list[str] = []
    sent: list[str] = []
    stranger.on("request", lambda request: addresses.append(request.url) if "code=" in request.url else None)
    stranger.on("request", lambda request: sent.append(request.url) if request.url.endswith("/oauth/token") else None)
    tab = stranger.new_page()
    log_in(tab, demo)
    tab.goto(next(address for address in addresses if address.startswith(demo.app)))
    expect(tab.get_by_role("alert").or_(tab.get_by_role("heading", name="Nobody is logged in")).first).to_be_visible()
    assert len(sent) == 1


def test_two_logins_in_two_tabs_at_once(stranger: BrowserContext, demo: Any) -> None:
    """Each tab has its own verifier and state; both end logged in, in either order."""
    first, second = stranger.new_page(), stranger.new_page()
    begin(first, demo)
    begin(second, demo)
    finish(second)
    expect(second.get_by_role("heading", name="Welcome, Ada Lovelace")).to_be_visible()
    first.get_by_label("User name").fill("ada")
    first.get_by_label("Password").fill("lovelace")
    first.get_by_role("button", name="Sign in").click()
    expect(first.get_by_role("heading", name="Welcome, Ada Lovelace")).to_be_visible()


def test_logging_out_ends_the_session(stranger: BrowserContext, demo: Any) -> None:
    """After logout the next login asks for the password again."""
    tab = stranger.new_page()
    log_in(tab, demo)
    log_out(tab, demo)
    tab.get_by_role("button", name="Log in").click()
    expect(tab.get_by_label("Password")).to_be_visible()
