"""Drives the server's login and consent pages in a page of Playwright, which is the suite's own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from proofkey.testing.person import Decision, LoginNotFinished

if TYPE_CHECKING:
    from proofkey.testing.login_server import Account

_SIGN_IN = "form:has(input[name=password]) button[type=submit]"


def log_in_page(page: Any, account: Account, *, decision: Decision = "allow") -> None:
    """Fill in the login page that `page` shows or is about to show, and answer the consent page if it comes.

    Returns when the last button is pressed: wait for your app's page then. `page`: of Playwright's sync API.
    Raises LoginNotFinished where the password is refused.
    """
    page.locator("input[name=username]").fill(account.username)
    page.locator("input[name=password]").fill(account.password)
    with page.expect_response(_is_login) as answered:
        page.locator(_SIGN_IN).click()
    if _asks_for_consent(answered.value):
        page.locator(_button(decision)).click()


async def log_in_page_async(page: Any, account: Account, *, decision: Decision = "allow") -> None:
    """The same for Playwright's async API."""
    await page.locator("input[name=username]").fill(account.username)
    await page.locator("input[name=password]").fill(account.password)
    async with page.expect_response(_is_login) as answered:
        await page.locator(_SIGN_IN).click()
    if _asks_for_consent(await answered.value):
        await page.locator(_button(decision)).click()


def _is_login(response: Any) -> bool:
    return bool(response.request.method == "POST" and urlsplit(response.url).path.endswith("/login"))


def _asks_for_consent(response: Any) -> bool:
    if response.status != 303:
        raise LoginNotFinished(f"the login page answered {response.status}: is the password right?")
    return urlsplit(str(response.headers["location"])).path.endswith("/consent")


def _button(decision: Decision) -> str:
    return f"button[name=decision][value={decision}]"
