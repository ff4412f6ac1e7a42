"""Drives the server's login and consent pages in a page of Playwright, which is the suite's own."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from proofkey.testing.person import Decision, LoginNotFinished

if TYPE_CHECKING:
    from proofkey.testing.login_server import Account

_SIGN_IN = "form:has(input[name=password]) button[type=submit]"
# The page that was filled in is marked: its answer has come when a page without the mark is there.
_MARK = "page => page.dataset.filledIn = ''"
_ANSWER = "html:not([data-filled-in])"


def log_in_page(page: Any, account: Account, *, decision: Decision = "allow") -> None:
    """Fill in the login page that `page` shows or is about to show, and answer the consent page if it comes.

    Returns when the last button is pressed: wait for your app's page then. `page`: of Playwright's sync API.
    Raises LoginNotFinished where the password is refused, once the page that says so is loaded.
    """
    page.locator("input[name=username]").fill(account.username)
    page.locator("input[name=password]").fill(account.password)
    page.locator("html").evaluate(_MARK)
    with page.expect_response(_login_answer()) as answered:
        page.locator(_SIGN_IN).click()
    answer = answered.value
    if answer.status != 303 and not _begins_session(answer, answer.all_headers()):
        page.locator(_ANSWER).wait_for(state="attached")
        page.wait_for_load_state()
        raise _refused(answer)
    if _asks_for_consent(answer):
        page.locator(_button(decision)).click()


async def log_in_page_async(page: Any, account: Account, *, decision: Decision = "allow") -> None:
    """The same for Playwright's async API."""
    await page.locator("input[name=username]").fill(account.username)
    await page.locator("input[name=password]").fill(account.password)
    await page.locator("html").evaluate(_MARK)
    async with page.expect_response(_login_answer()) as answered:
        await page.locator(_SIGN_IN).click()
    answer = await answered.value
    if answer.status != 303 and not _begins_session(answer, await answer.all_headers()):
        await page.locator(_ANSWER).wait_for(state="attached")
        await page.wait_for_load_state()
        raise _refused(answer)
    if _asks_for_consent(answer):
        await page.locator(_button(decision)).click()


def _login_answer() -> Callable[[Any], bool]:
    """Give a predicate of its own: Playwright marks the function it was given with the API, sync or async."""
    return lambda answer: answer.request.method == "POST" and urlsplit(answer.url).path.endswith("/login")


def _begins_session(response: Any, headers: dict[str, str]) -> bool:
    """Tell the page that takes a `form_post` answer to the app from one that asks again: it comes with the cookie."""
    return response.status == 200 and "set-cookie" in headers


def _refused(response: Any) -> LoginNotFinished:
    return LoginNotFinished(f"the login page answered {response.status}: is the password right?")


def _asks_for_consent(response: Any) -> bool:
    return urlsplit(str(response.headers.get("location", ""))).path.endswith("/consent")


def _button(decision: Decision) -> str:
    return f"button[name=decision][value={decision}]"
