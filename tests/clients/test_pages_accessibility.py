"""axe-core over every page that a person meets, as the demo serves them: telephone and desktop, light and dark."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.chromium import launch
from tests.clients.chromium import PATIENCE
from tests.clients.installation import PASSWORD, Installation, run_proofkey, run_server
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


@pytest.fixture(scope="module")
def administered(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """Run a development server with an administrator, a client in order and one that is not."""
    with run_server(tmp_path_factory.mktemp("administered"), "--development") as server:
        arguments = ("--admin", "--password-stdin", "--database", server.database)
        run_proofkey("users", "add", "root", *arguments, typed=PASSWORD)
        server.add_client("reports", "--redirect-uri", "https://reports.example/callback")
        loopback = ("--redirect-uri", "http://127.0.0.1/cb", "--redirect-uri", "http://127.0.0.1/cb/")
        server.add_client("odd", "--confidential", *loopback, "--without-pkce")
        yield server


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
    tab.context.clear_cookies()
    sign_in(tab, "lovelace")
    expect(tab.get_by_text("Go back to proofkey demo")).to_be_visible()
    check("expired, and the application is known")
    begin(tab, demo)
    tab.goto(tab.url.replace("redirect_uri=", "redirect_uri=x"))
    check("error, redirect URI not registered")
    clean(found)


def test_the_admin_pages(tab: Page, administered: Installation, found: dict[str, list[str]], check: Check) -> None:
    """The journal empty and full, an exchange, every list, form and question, and what they say when refused."""
    admin = f"{administered.issuer}/admin/"
    tab.goto(admin)
    check("login for the admin pages")
    tab.get_by_label("User name").fill("root")
    tab.get_by_label("Password").fill(PASSWORD)
    tab.get_by_role("button", name="Sign in").click()
    check("journal")
    tab.goto(f"{admin}?client_id=odd")
    check("journal, nothing that fits")
    for redirect_uri in ("https://reports.example/Callback", "https://reports.example/callback"):
        query = f"client_id=reports&response_type=code&redirect_uri={redirect_uri}"
        tab.request.get(f"{administered.issuer}/oauth/authorize?{query}", max_redirects=0)
    tab.goto(admin)
    check("journal with refused requests")
    for row in tab.locator("#exchanges a").evaluate_all("links => links.map((link) => link.href)"):
        tab.goto(row)
        check(f"exchange, {tab.title()}")
    for path in (
        *("journal/exchange?request_id=00000000", "clients/", "clients/new", "clients/edit?client_id=odd"),
        *("clients/secret?client_id=odd", "clients/remove?client_id=odd", "users/", "users/?name=nobody", "keys/"),
        "keys/rotate",
    ):
        tab.goto(f"{admin}{path}")
        check(path)
    tab.goto(f"{admin}users/")
    tab.get_by_role("link", name="root").click()
    check("user")
    tab.get_by_role("link", name="End everything").click()
    check("question")
    tab.goto(f"{admin}clients/new")
    tab.get_by_label("Client id").fill("odd")
    tab.get_by_label("Name", exact=True).fill("Odd")
    tab.get_by_label("Redirect URIs").fill("https://reports.example/#")
    tab.get_by_role("button", name="Register").click()
    expect(tab.get_by_role("alert")).to_be_visible()
    check("client, refused")
    tab.goto(f"{admin}clients/secret?client_id=odd")
    tab.get_by_role("button", name="Make a new secret").click()
    check("secret")
    tab.get_by_role("link", name="I have kept it").click()
    tab.get_by_role("button", name="Save").click()
    expect(tab.get_by_role("status")).to_be_visible()
    check("client, saved")
    clean(found)
