"""The pages in a real browser: keyboard alone, the policies at work, every width, no script needed."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from proofkey.server.pages import assets, render
from proofkey.server.pages.views import ConsentView, Endpoint, HomeView, LoginView
from tests.browser.chromium import launch, window


class Site:
    """A web server for pages; it keeps the forms that it receives and may answer them with a redirect."""

    def __init__(self) -> None:
        self.pages: dict[str, Any] = {}
        self.received: list[tuple[str, dict[str, list[str]]]] = []
        self.redirect_to: str | None = None
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.origin = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()

    def close(self) -> None:
        """Stop serving."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def _handler(site) -> type[BaseHTTPRequestHandler]:  # noqa: N805
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                name = self.path.partition("?")[0].lstrip("/")
                if asset := assets.find(name.removeprefix("assets/")):
                    self._answer(200, asset.headers, asset.body)
                elif page := site.pages.get(name):
                    self._answer(page.status, page.headers, page.html)
                else:
                    self._answer(200, (("content-type", "text/html"),), b"<title>elsewhere</title><h1>elsewhere</h1>")

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"])).decode()
                site.received.append((self.path, parse_qs(body)))
                if site.redirect_to:
                    self._answer(303, (("location", site.redirect_to),), b"")
                else:
                    self._answer(200, (("content-type", "text/html"),), b"<title>received</title>")

            def _answer(self, status: int, headers: tuple[tuple[str, str], ...], body: bytes) -> None:
                self.send_response(status)
                for header in headers:
                    self.send_header(*header)
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Print nothing."""

        return Handler


@pytest.fixture(scope="module")
def browser(chromium: Path) -> Iterator[Browser]:
    """Start one Chromium for this file."""
    with launch(executable=chromium) as browser:
        yield browser


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """Open a window of its own."""
    with window(browser) as context:
        yield context


@pytest.fixture
def tab(context: BrowserContext) -> Page:
    """Open a tab."""
    return context.new_page()


@pytest.fixture
def site() -> Iterator[Site]:
    """Serve pages as the authorization server."""
    site = Site()
    yield site
    site.close()


@pytest.fixture
def application() -> Iterator[Site]:
    """Serve the application's own origin."""
    site = Site()
    yield site
    site.close()


def test_sign_in_with_the_keyboard_alone(site: Site, application: Site, tab: Page) -> None:
    """Type, Tab, type, Enter: the form arrives with its hidden fields, and the redirect to the application works."""
    callback = f"{application.origin}/callback"
    site.pages["login"] = render.login_page(LoginView("/login", (("request", "sealed"),), "App", callback))
    site.redirect_to = f"{callback}?code=abc"
    tab.goto(f"{site.origin}/login")
    expect(tab.get_by_label("User name")).to_be_focused()
    tab.keyboard.type("ada")
    tab.keyboard.press("Tab")
    tab.keyboard.type("lovelace")
    tab.keyboard.press("Enter")
    tab.wait_for_url(site.redirect_to)
    assert site.received == [("/login", {"request": ["sealed"], "username": ["ada"], "password": ["lovelace"]})]


@pytest.mark.parametrize(("tabs", "decision"), [(1, "allow"), (2, "deny")])
def test_decide_with_the_keyboard_alone(site: Site, tab: Page, tabs: int, decision: str) -> None:
    """The first Tab stop of the consent page is Allow, the second Deny."""
    site.pages["consent"] = render.consent_page(
        ConsentView("/consent", (("csrf", "t"),), "App", "app", f"{site.origin}/cb", ("openid",), "ada", public=True)
    )
    tab.goto(f"{site.origin}/consent")
    for _ in range(tabs):
        tab.keyboard.press("Tab")
    expect(tab.get_by_role("button", name=decision.title())).to_be_focused()
    with tab.expect_navigation():
        tab.keyboard.press("Enter")
    assert site.received == [("/consent", {"csrf": ["t"], "decision": [decision]})]


def test_a_form_ends_at_the_application_and_nowhere_else(site: Site, application: Site, tab: Page) -> None:
    """The browser refuses a redirect after the form to any other origin."""
    messages: list[str] = []
    tab.on("console", lambda message: messages.append(message.text))
    site.pages["login"] = render.login_page(LoginView("/login", (), "App", "https://app.example.com/cb", username="a"))
    site.redirect_to = f"{application.origin}/callback"
    tab.goto(f"{site.origin}/login")
    expect(tab.get_by_label("Password")).to_be_focused()
    tab.keyboard.type("x")
    with tab.expect_event("console", lambda message: "form-action" in message.text):
        tab.keyboard.press("Enter")
    assert tab.url == f"{site.origin}/login"
    assert messages


@pytest.mark.parametrize("scripts", [True, False])
def test_form_post_reaches_the_application(site: Site, application: Site, browser: Browser, scripts: bool) -> None:
    """The page posts by itself; without scripts its button does; a field named submit is no obstacle."""
    fields = (("code", "abc"), ("state", "\"<&>' é"), ("submit", "x"))
    site.pages["out"] = render.form_post_page(f"{application.origin}/callback", fields)
    with window(browser, java_script_enabled=scripts) as context:
        tab = context.new_page()
        tab.goto(f"{site.origin}/out", wait_until="commit")
        if not scripts:
            tab.get_by_role("button", name="Continue").click()
        tab.wait_for_url(f"{application.origin}/callback")
    assert application.received == [("/callback", {name: [value] for name, value in fields})]


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_no_page_is_wider_than_its_window(
    site: Site, browser: Browser, samples: dict[str, Any], hostile_samples: dict[str, Any], width: int
) -> None:
    """From the narrowest phone to a desktop, with hostile texts too; and no page breaks its own policy."""
    site.pages = {**samples, **{f"hostile-{name}": page for name, page in hostile_samples.items()}}
    complaints: list[str] = []
    with window(browser, viewport={"width": width, "height": 800}, java_script_enabled=False) as context:
        tab = context.new_page()
        tab.on("console", lambda message: complaints.append(message.text))
        for name in site.pages:
            tab.goto(f"{site.origin}/{name}")
            assert tab.evaluate("document.documentElement.scrollWidth") <= width, name
            assert tab.evaluate("document.styleSheets.length") == 1, name
    assert not [text for text in complaints if "Content Security Policy" in text or "Content-Security-Policy" in text]


def test_what_has_the_focus_can_be_seen(site: Site, tab: Page, samples: dict[str, Any]) -> None:
    """Every Tab stop of every page has a ring of at least two pixels."""
    site.pages = dict(samples)
    for name in samples:
        if name == "form-post":
            continue
        tab.goto(f"{site.origin}/{name}")
        for _ in range(30):
            tab.keyboard.press("Tab")
            focused = tab.evaluate(
                "() => { const e = document.activeElement; const s = getComputedStyle(e);"
                " return [e.tagName, s.outlineStyle, parseFloat(s.outlineWidth)] }"
            )
            if focused[0] == "BODY":
                break
            assert focused[1] == "solid", (name, focused)
            assert focused[2] >= 2, (name, focused)


def test_touch_targets_are_large_enough(site: Site, tab: Page, samples: dict[str, Any]) -> None:
    """Buttons and fields are at least 44 pixels high."""
    site.pages = dict(samples)
    for name in ("login", "consent", "logout", "expired"):
        tab.goto(f"{site.origin}/{name}")
        for control in tab.locator("button, .button, input:not([type=hidden])").all():
            box = control.bounding_box()
            assert box is not None
            assert box["height"] >= 44, name


def test_samples_of_code_unfold_without_scripts(site: Site, browser: Browser, samples: dict[str, Any]) -> None:
    """JavaScript is open, Python opens by keyboard and closes the other."""
    site.pages = dict(samples)
    with window(browser, java_script_enabled=False) as context:
        tab = context.new_page()
        tab.goto(f"{site.origin}/fault")
        javascript, python = tab.get_by_text("async function challengeOf"), tab.get_by_text("import base64, hashlib")
        expect(javascript).to_be_visible()
        expect(python).to_be_hidden()
        tab.get_by_text("Python", exact=True).focus()
        tab.keyboard.press("Enter")
        expect(python).to_be_visible()
        expect(javascript).to_be_hidden()


def test_the_list_of_endpoints_is_as_tall_as_its_words(site: Site, tab: Page) -> None:
    """A class of the drawn sequence once gave each line of it a second, empty one."""
    endpoints = (Endpoint("GET", "/healthz", "Whether the server is ready"), Endpoint("POST", "/oauth/token", "Tokens"))
    site.pages["home"] = render.home_page(HomeView("http://127.0.0.1:9000", "standard", endpoints))
    tab.goto(f"{site.origin}/home")
    words = tab.locator(".endpoints .words")
    assert words.evaluate_all("all => all.map((each) => each.getBoundingClientRect().height < 30)") == [True, True]
