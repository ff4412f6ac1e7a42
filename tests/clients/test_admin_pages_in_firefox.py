"""The admin pages in Debian's Firefox: a client comes, gets a secret, its first failure is shown, and it goes."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from tests.browser import conftest as browsers
from tests.browser.firefox import Firefox, FirefoxTab
from tests.clients.installation import PASSWORD, Installation, run_proofkey, run_server

pytestmark = [pytest.mark.clients, pytest.mark.timeout(300)]

firefox_browser = browsers.firefox_browser  # the fixture that starts Firefox


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """Run a server with an administrator."""
    with run_server(tmp_path_factory.mktemp("administered")) as server:
        arguments = ("--admin", "--password-stdin", "--database", server.database)
        run_proofkey("users", "add", "root", *arguments, typed=PASSWORD)
        yield server


@pytest.fixture
def tab(firefox_browser: Firefox) -> Iterator[FirefoxTab]:
    """Open a window of its own."""
    context = firefox_browser.new_context()
    yield context.new_page()
    context.close()


def shows(tab: FirefoxTab, selector: str, words: str) -> None:
    """Wait until an element has these words."""
    tab.wait_for_function(
        "([selector, words]) => document.querySelector(selector)?.textContent.includes(words)", arg=[selector, words]
    )


def test_a_client_its_secret_and_its_failure(server: Installation, tab: FirefoxTab) -> None:
    """Forms, the question before a secret, the journal without reloading, removal: no rule of theirs stops Firefox."""
    admin = f"{server.issuer}/admin/"
    tab.goto(f"{admin}clients/new")
    tab.fill("#username", "root")
    tab.fill("#password", PASSWORD)
    tab.click("button.primary")
    shows(tab, "h1", "Register a client")
    tab.fill("#client_id", "reports")
    tab.fill("#name", "Reports")
    tab.fill("#redirect_uris", "https://reports.example/#/callback")
    tab.click("form.sheet button.primary")
    shows(tab, "#problems", "can never match: it has a fragment")
    tab.fill("#redirect_uris", "https://reports.example/callback")
    tab.click("form.sheet button.primary")
    shows(tab, "[role=status]", "Registered.")

    tab.click("input[value=client_secret_basic]")
    tab.click("form.sheet button.primary")
    shows(tab, "h1", "A secret for Reports?")
    tab.click("button.grave")
    tab.wait_for_selector(".secret")
    assert len(tab.evaluate("document.querySelector('.secret').textContent")) == 43

    tab.goto(f"{admin}?client_id=reports")
    shows(tab, "main", "Nothing that fits")
    tab.evaluate("window.stayed = true")
    query = {"client_id": "reports", "response_type": "code", "redirect_uri": "https://reports.example/Callback"}
    request_id = httpx.get(f"{server.issuer}/oauth/authorize", params=query).headers["x-request-id"]
    shows(tab, f"#x-{request_id}", "redirect-uri-not-registered")
    assert tab.evaluate("window.stayed") is True
    tab.click(f"#x-{request_id} a")
    tab.wait_for_selector(".step.wrong")
    shows(tab, "main", "https://reports.example/Callback")

    tab.goto(f"{admin}clients/remove?client_id=reports")
    tab.click("button.grave")
    shows(tab, "[role=status]", "Removed")
