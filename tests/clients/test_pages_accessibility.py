"""axe-core over every page that a person meets, as the demo serves them: telephone and desktop, light and dark."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.chromium import launch
from tests.clients.chromium import PATIENCE
from tests.clients.packages import JavaScriptClients
from tests.demo.spa import conftest as demonstration

pytestmark = [pytest.mark.clients, pytest.mark.timeout(600)]

demo = demonstration.demo  # the fixture that runs `proofkey demo`

TELEPHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
DESKTOP: dict[str, Any] = {"viewport": {"width": 1280, "height": 800}}

# What a rule found, without the page's own text: the rule, how grave it is, and which elements.
RUN = """async () => (await axe.run(document, { resultTypes: ['violations'] })).violations
    .filter((each) => ['serious', 'critical'].includes(each.impact))
    .map((each) => `${each.id} (${each.impact}): ${each.nodes.map((node) => node.target.join(' ')).join(', ')}`)"""

Check = Callable[[str], None]


@pytest.fixture(scope="module")
def browser(chromium: Path) -> Iterator[Browser]:
    """Start one Chromium for this file."""
    with launch(executable=chromium) as browser:
        yield browser


@pytest.fixture(params=["light", "dark"])
def scheme(request: pytest.FixtureRequest) -> str:
    """Name the colours that the person prefers."""
    return str(request.param)


@pytest.fixture(params=[TELEPHONE, DESKTOP], ids=["telephone", "desktop"])
def window(
    request: pytest.FixtureRequest, browser: Browser, javascript: JavaScriptClients, scheme: Any
) -> Iterator[BrowserContext]:
    """Open a window of a size, with axe in each page; the pages keep their own policies."""
    context = browser.new_context(**request.param, color_scheme=scheme, reduced_motion="reduce")
    context.set_default_timeout(PATIENCE)
    expect.set_options(timeout=PATIENCE)
    context.add_init_script(path=javascript.file("axe-core", "axe.min.js"))
    yield context
    context.close()


@pytest.fixture
def tab(window: BrowserContext) -> Page:
    """Open a tab."""
    return window.new_page()


@pytest.fixture
def found(tab: Page) -> dict[str, list[str]]:
    """Collect what axe finds, by page."""
    return {}


@pytest.fixture
def check(tab: Page, found: dict[str, list[str]]) -> Check:
    """Give a function that has axe look at the page as it stands."""

    def look(page: str) -> None:
        expect(tab.get_by_role("heading", level=1).first).to_be_visible()
        found[page] = tab.evaluate(RUN)

    return look


def clean(found: dict[str, list[str]]) -> None:
    """Show every page that has a violation, not only the first."""
    assert {page: violations for page, violations in found.items() if violations} == {}


def begin(tab: Page, demo: Any) -> None:
    """Go to the login page by the app's button."""
    tab.goto(demo.app)
    tab.get_by_role("button", name="Log in").click()
    expect(tab.get_by_label("Password")).to_be_visible()


def sign_in(tab: Page, password: str) -> None:
    """Fill in the login page."""
    tab.get_by_label("User name").fill("ada")
    tab.get_by_label("Password").fill(password)
    tab.get_by_role("button", name="Sign in").click()


def test_axe_sees_what_is_wrong(tab: Page) -> None:
    """A page without a language and with a nameless button is found, so that silence below means something."""
    tab.goto("data:text/html,<title>wrong</title><h1>wrong</h1><button></button>")
    violations = " ".join(tab.evaluate(RUN))
    assert "button-name" in violations
    assert "html-has-lang" in violations


def test_the_way_in_and_out(tab: Page, demo: Any, found: dict[str, list[str]], check: Check) -> None:
    """The app, login, a refused password, consent, the app again, the question at logout, the end."""
    tab.goto(demo.app)
    check("app, nobody logged in")
    begin(tab, demo)
    check("login")
    tab.goto(f"{tab.url}&prompt=consent")  # the demo remembers what was allowed in another test
    sign_in(tab, "wrong")
    expect(tab.get_by_role("alert")).to_be_visible()
    check("login, refused")
    sign_in(tab, "lovelace")
    expect(tab.get_by_role("button", name="Allow")).to_be_visible()
    check("consent")
    tab.get_by_role("button", name="Allow").click()
    expect(tab.get_by_role("heading", name="Welcome, Ada Lovelace")).to_be_visible()
    check("app, logged in")
    for mistake in ("none", "regenerated"):
        tab.locator(f"#run-{mistake}").click()
        expect(tab.locator(f'.result[data-mistake="{mistake}"]')).to_be_visible()
        check(f"lab, {mistake}")
        tab.get_by_role("button", name="Back to the list").click()
    tab.goto(f"{demo.issuer}/logout")
    check("logout")
    tab.get_by_role("button", name="Stay signed in").click()
    check("still signed in")
    tab.goto(f"{demo.issuer}/logout")
    tab.get_by_role("button", name="Sign out").click()
    check("ended")
    clean(found)


def test_the_pages_beside_the_way(tab: Page, demo: Any, found: dict[str, list[str]], check: Check) -> None:
    """Errors, an expired form, the faults, the map of the server."""
    for page, path in {
        "error, unknown client": "/oauth/authorize?client_id=nobody&response_type=code",
        "error, nothing here": "/faults/nowhere",
        "expired": "/consent?request=lost",
        "faults": "/faults/",
        "fault, challenge-padded": "/faults/challenge-padded",
        "fault, verifier-unrelated": "/faults/verifier-unrelated",
        "map of the server": "/",
    }.items():
        tab.goto(f"{demo.issuer}{path}")
        check(page)
    begin(tab, demo)
    tab.goto(tab.url.replace("redirect_uri=", "redirect_uri=x"))
    check("error, redirect URI not registered")
    clean(found)
