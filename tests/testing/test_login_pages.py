"""A login in a page of Playwright: a refused password, a no, an answer by form_post; in all three languages of it."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path

import playwright
import pytest
from playwright.async_api import Page as AsyncPage
from playwright.async_api import Route, async_playwright
from playwright.sync_api import Page

from proofkey.testing import LoginNotFinished, LoginServer, log_in_page, log_in_page_async
from tests.browser.chromium import ARGUMENTS, PATIENCE, launch, window

HERE = Path(__file__).resolve().parent
DRIVER = Path(playwright.__file__).parent / "driver" / "package" / "index.mjs"  # the same in JavaScript


def address(server: LoginServer, **more: str) -> str:
    """Give an authorization URL of a new client."""
    client = server.add_client(redirect_uri="http://127.0.0.1:1/callback")
    asked = {
        "response_type": "code",
        "client_id": client.client_id,
        "redirect_uri": client.redirect_uri,
        "state": "s",
        "code_challenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
        "code_challenge_method": "S256",
    }
    return f"{server.issuer}/oauth/authorize?" + "&".join(f"{name}={value}" for name, value in (asked | more).items())


@pytest.fixture
def page(chromium: Path) -> Iterator[Page]:
    """A page of the sync API."""
    with launch(executable=chromium) as browser, window(browser) as context:
        yield context.new_page()


@pytest.fixture
async def async_page(chromium: Path) -> AsyncIterator[AsyncPage]:
    """A page of the async API."""
    async with async_playwright() as driver:
        browser = await driver.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        page = await browser.new_page()
        page.set_default_timeout(PATIENCE)
        yield page
        await browser.close()


def test_a_wrong_password_and_then_a_no(proofkey_server: LoginServer, page: Page) -> None:
    """A refused password is an error of the test, and the page that says so is there at once; Deny sends back."""
    page.goto(address(proofkey_server))
    ada = proofkey_server.add_user()
    with pytest.raises(LoginNotFinished, match="is the password right"):
        log_in_page(page, replace(ada, password="wrong"))
    assert page.evaluate("document.readyState") == "complete"
    assert "do not fit together" in page.inner_text("[role=alert]")
    with page.expect_request(lambda request: "error=access_denied" in request.url):
        log_in_page(page, ada, decision="deny")


async def test_the_same_awaited(proofkey_server: LoginServer, async_page: AsyncPage) -> None:
    """A login by the async API."""
    await async_page.goto(address(proofkey_server))
    async with async_page.expect_request(lambda request: "code=" in request.url):
        await log_in_page_async(async_page, proofkey_server.add_user())


async def test_a_refusal_is_told_when_its_page_is_loaded(proofkey_server: LoginServer, async_page: AsyncPage) -> None:
    """Not while it loads: whoever goes on at once would type into a page that is about to go."""
    await async_page.goto(address(proofkey_server))
    asked: asyncio.Queue[Route] = asyncio.Queue()
    await async_page.route("**/*.css", asked.put)
    ada = replace(proofkey_server.add_user(), password="wrong")
    attempt = asyncio.ensure_future(log_in_page_async(async_page, ada))
    style = await asked.get()
    done, _ = await asyncio.wait({attempt}, timeout=0.5)  # long enough for what does not wait
    assert not done
    await style.continue_()
    with pytest.raises(LoginNotFinished, match="is the password right"):
        await attempt
    assert await async_page.evaluate("document.readyState") == "complete"
    assert "do not fit together" in await async_page.inner_text("[role=alert]")


def test_an_answer_by_form_post_is_no_refusal(proofkey_server: LoginServer, page: Page) -> None:
    """The page that posts the code to the app is answered with 200, too, where nobody has to consent."""
    page.goto(address(proofkey_server, response_mode="form_post"))
    ada = proofkey_server.add_user()
    with page.expect_request(lambda request: request.url.endswith("/callback") and request.method == "POST"):
        log_in_page(page, ada)
    trusted = proofkey_server.add_client(redirect_uri="http://127.0.0.1:1/trusted", trusted=True)
    assert page.context.browser is not None
    page = page.context.browser.new_page()  # nobody is logged in here; the other is on its way to no app at all
    page.set_default_timeout(PATIENCE)
    asked = address(proofkey_server, response_mode="form_post", client_id=trusted.client_id)
    page.goto(asked.replace("/callback", "/trusted"))
    with page.expect_request(lambda request: request.url.endswith("/trusted") and request.method == "POST"):
        log_in_page(page, ada)


async def test_an_answer_by_form_post_is_none_to_the_async_api(
    proofkey_server: LoginServer, async_page: AsyncPage
) -> None:
    """The same, awaited."""
    trusted = proofkey_server.add_client(redirect_uri="http://127.0.0.1:1/callback", trusted=True)
    await async_page.goto(address(proofkey_server, response_mode="form_post", client_id=trusted.client_id))
    async with async_page.expect_request(lambda request: request.url.endswith("/callback")):
        await log_in_page_async(async_page, proofkey_server.add_user())


@pytest.mark.timeout(110)
def test_the_same_in_javascript(node: Path, chromium: Path) -> None:
    """`logInPage`, with Playwright for JavaScript (`login_page.test.js`)."""
    told = {
        "COMMAND": json.dumps([sys.executable, "-m", "proofkey"]),
        "PLAYWRIGHT": DRIVER.as_uri(),
        "LAUNCH": json.dumps({"executablePath": str(chromium), "args": ARGUMENTS}),
    }
    command = [str(node), "--test", "--test-reporter=spec", str(HERE / "login_page.test.js")]
    ended = subprocess.run(command, env=os.environ | told, capture_output=True, text=True, timeout=100)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "pass 3" in ended.stdout
