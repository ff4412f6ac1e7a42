"""From a client that does not exist yet to the cause of its first failure, in Chromium, no page loaded twice."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.chromium import launch, window
from tests.browser.sites import Application
from tests.clients.installation import PASSWORD, USERNAME, Installation, run_proofkey, run_server

pytestmark = pytest.mark.timeout(300)

CLIENT = "reports"

# An app that makes a new verifier at the callback, as the third of the forum's questions does.
APP = """<!doctype html><html lang="en"><title>Reports</title><h1>Reports</h1><p id="said"></p><script type="module">
const issuer = '%s', client_id = '%s', redirect_uri = location.origin + '/callback';
const encode = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes)))
  .replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
const verifier = encode(crypto.getRandomValues(new Uint8Array(32)));
const query = new URLSearchParams(location.search);
if (query.has('code')) {
  const code_verifier = query.get('state') === 'good' ? sessionStorage.verifier : verifier;
  const grant_type = 'authorization_code';
  const body = new URLSearchParams({ grant_type, code: query.get('code'), client_id, redirect_uri, code_verifier });
  const answer = await fetch(issuer + '/oauth/token', { method: 'POST', body });
  document.getElementById('said').textContent = answer.status + ' ' + answer.headers.get('X-Request-Id');
} else if (location.pathname === '/start') {
  sessionStorage.verifier = verifier;
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier));
  const state = query.get('state'), code_challenge = encode(digest), code_challenge_method = 'S256';
  const response_type = 'code';
  const parameters = { response_type, client_id, redirect_uri, state, code_challenge, code_challenge_method };
  location.assign(issuer + '/oauth/authorize?' + new URLSearchParams(parameters));
}
</script></html>"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """Run a development server as a process, with an administrator beside Ada."""
    with run_server(tmp_path_factory.mktemp("administered"), "--development") as server:
        arguments = ("--admin", "--password-stdin", "--database", server.database)
        run_proofkey("users", "add", "root", *arguments, typed=PASSWORD)
        yield server


@pytest.fixture(scope="module")
def browser(chromium: Path) -> Iterator[Browser]:
    """Start one Chromium for this file."""
    with launch(executable=chromium) as browser:
        yield browser


@pytest.fixture
def office(browser: Browser) -> Iterator[Page]:
    """Open a window for the administrator; whatever its pages complain about fails the test."""
    yield from _window(browser)


@pytest.fixture
def user(browser: Browser) -> Iterator[Page]:
    """Open a window for Ada."""
    yield from _window(browser)


def _window(browser: Browser) -> Iterator[Page]:
    errors: list[str] = []
    with window(browser) as context:
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda line: errors.append(line.text) if "Content Security Policy" in line.text else None)
        yield page
    assert errors == []


def sign_in(page: Page, name: str) -> None:
    """Fill in the login page."""
    page.get_by_label("User name").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def log_in(user: Page, app: Application, state: str) -> tuple[str, str]:
    """Log in at the app; give status and request id of the token answer."""
    user.goto(f"{app.origin}/start?state={state}")
    user.wait_for_function("document.querySelector('#said')?.textContent || document.querySelector('form')")
    if user.get_by_label("Password").count():
        sign_in(user, USERNAME)
        user.get_by_role("button", name="Allow").click()
    said = user.locator("#said")
    expect(said).not_to_be_empty()
    status, request_id = said.inner_text().split()
    return status, request_id


def test_a_client_its_failure_and_the_cause(server: Installation, office: Page, user: Page) -> None:
    """Register with a mistake that lint stops, log in with another, see it arrive, find it by its request id."""
    with Application() as app:
        app.page = APP % (server.issuer, CLIENT)
        office.goto(f"{server.issuer}/admin/clients/new")
        sign_in(office, "root")
        expect(office.get_by_role("heading", level=1, name="Register a client")).to_be_visible()
        office.get_by_label("Client id").fill(CLIENT)
        office.get_by_label("Name", exact=True).fill("Reports")
        office.get_by_label("Redirect URIs").fill(f"{app.origin}/#/callback")
        office.get_by_role("button", name="Register").click()
        expect(office.get_by_role("alert")).to_contain_text("can never match: it has a fragment")
        office.get_by_label("Redirect URIs").fill(f"{app.origin}/callback")
        office.get_by_role("button", name="Register").click()
        expect(office.get_by_role("status")).to_have_text("Registered.")

        office.get_by_role("link", name="Its journal").click()
        expect(office.get_by_role("heading", name="Nothing that fits")).to_be_visible()
        office.evaluate("window.isTheSamePage = true")
        status, request_id = log_in(user, app, "bad")
        assert status == "400"
        row = office.locator(f"#x-{request_id}")
        expect(row).to_contain_text("Verifier and challenge have nothing to do with each other")
        expect(office.get_by_role("status")).to_have_text("1 new refused request")
        expect(office.get_by_role("heading", name="Nothing that fits")).to_be_hidden()
        assert office.evaluate("window.isTheSamePage") is True

        status, good = log_in(user, app, "good")
        assert status == "200"
        expect(office.locator(f"#x-{good}")).to_contain_text("Logged in: ada")
        assert office.evaluate("window.isTheSamePage") is True

        office.get_by_label("Request id").fill(request_id)
        office.keyboard.press("Enter")
        expect(office.get_by_role("heading", level=1)).to_contain_text("Verifier and challenge")
        expect(office.locator(".step.wrong")).to_contain_text("Token request")
        expect(office.locator(".step.refused")).to_contain_text("400 invalid_grant")
        expect(office.get_by_role("region", name="Fix")).to_contain_text("verifier")
        office.get_by_role("link", name=re.compile("All about")).click()
        expect(office).to_have_url(f"{server.issuer}/faults/verifier-unrelated")


def test_the_keyboard_is_enough(server: Installation, office: Page, user: Page) -> None:
    """From the address to a failure and back; the focus stays where it was when a new failure comes."""
    refuse = f"{server.issuer}/oauth/authorize?client_id=nobody&response_type=code"
    user.goto(refuse)
    server.journal_of(user.locator("code.select").inner_text())
    office.goto(f"{server.issuer}/admin/")
    expect(office.get_by_label("User name")).to_be_focused()
    office.keyboard.type("root")
    office.keyboard.press("Tab")
    office.keyboard.type(PASSWORD)
    office.keyboard.press("Enter")
    expect(office.get_by_role("heading", level=1, name="Journal")).to_be_visible()
    for _ in range(30):
        office.keyboard.press("Tab")
        if office.evaluate("document.activeElement.closest('#exchanges') !== null"):
            break
    focused = office.evaluate("document.activeElement.href")
    rows = office.locator("#exchanges > li").count()
    user.goto(refuse)
    expect(office.locator("#exchanges > li")).to_have_count(rows + 1)
    assert office.evaluate("document.activeElement.href") == focused
    office.keyboard.press("Enter")
    expect(office).to_have_url(focused)
    expect(office.get_by_role("heading", name="What happened")).to_be_visible()


def test_without_scripts_everything_is_there(server: Installation, browser: Browser) -> None:
    """Only the list does not change by itself."""
    with window(browser, java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(f"{server.issuer}/oauth/authorize?client_id=nobody&response_type=code")
        request_id = page.locator("code.select").inner_text()
        server.journal_of(request_id)
        page.goto(f"{server.issuer}/admin/")
        sign_in(page, "root")
        page.get_by_label("Request id").fill(request_id)
        page.get_by_role("button", name="Find").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("The server does not know this client_id")
