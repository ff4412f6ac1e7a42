"""A person at a real browser before the FastAPI example: two tabs, expiry, logout, and a page of another origin.

The app is on https, the login server on another site; both on loopback.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest
from playwright.sync_api import Browser, BrowserContext, Page
from starlette.applications import Starlette
from starlette.responses import HTMLResponse
from starlette.routing import Route

from proofkey.bff import Bff
from proofkey.server.serving import Listening, bind, serve
from tests.bff.conftest import CLIENTS, SECRET
from tests.bff.test_examples import load
from tests.bff.visitors import expire_session_token
from tests.browser.chromium import launch, window
from tests.client.real_server import RealServer, run_real_server
from tests.clients.certificate import make_certificate
from tests.server.person import PASSWORD

# What a page of another origin tries with the session cookie: with the header, without it, by a form, by an image.
ATTACKS = """
async () => {
  const outcomes = [];
  for (const options of [
    { method: "POST", headers: { "X-CSRF": "1" }, credentials: "include" },
    { method: "POST", credentials: "include", mode: "no-cors" },
    { method: "POST", credentials: "include" },
    { method: "GET", headers: { "X-CSRF": "1" }, credentials: "include" },
  ]) {
    for (const path of ["/bff/logout", "/bff/refresh", "/bff/user", "/orders", "/bff/api/account/api/v2/users/me"]) {
      try {
        const response = await fetch(APP + path, options);
        outcomes.push(response.type === "opaque" ? "opaque" : response.status);
      } catch { outcomes.push("blocked"); }
    }
  }
  const frame = Object.assign(document.createElement("iframe"), { name: "sink" });
  document.body.append(frame);
  for (const path of ["/bff/logout", "/orders"]) {
    const form = Object.assign(document.createElement("form"), { method: "POST", action: APP + path, target: "sink" });
    document.body.append(form);
    const answered = new Promise((resolve) => { frame.onload = resolve; });
    form.submit();
    await answered;
  }
  await new Promise((resolve) => {
    const image = new Image();
    image.onload = image.onerror = resolve;
    image.src = APP + "/bff/logout";
  });
  return outcomes;
}
"""


@dataclass
class World:
    """The app, two pages that mean it harm (of another site, and of the same site with another port), the server."""

    app: str
    evil: str
    neighbour: str
    server: RealServer
    bff: Bff


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A Chromium that finds app.example and evil.example on loopback."""
    with launch("--host-resolver-rules=MAP *.example 127.0.0.1") as browser:
        yield browser


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Run all of it."""
    folder = tmp_path_factory.mktemp("world")
    certificate = make_certificate(folder, "app.example", "evil.example")
    sockets = [bind("127.0.0.1", 0) for _ in range(3)]
    ports = [each.getsockname()[1] for each in sockets]
    app_at = f"https://app.example:{ports[0]}"
    client = replace(CLIENTS[0], redirect_uris=(f"{app_at}/bff/callback",))
    with run_real_server(folder, clients=[client]) as server:
        example = load("bff_fastapi")
        bff = example.make_bff(server.issuer, "bff", SECRET, f"{app_at}/bff/callback", folder / "sessions.db")
        evil = Starlette(routes=[Route("/", lambda _: HTMLResponse("<!doctype html><title>evil</title>"))])
        apps = [example.make_app(bff), evil, evil]
        loop, ended = asyncio.new_event_loop(), asyncio.Event()
        listening = [
            Listening(app, socket, str(certificate.chain), str(certificate.key))
            for app, socket in zip(apps, sockets, strict=True)
        ]

        async def main() -> None:
            await serve(listening, ended)
            await loop.shutdown_default_executor()

        thread = threading.Thread(target=loop.run_until_complete, args=(main(),))
        thread.start()
        try:
            yield World(app_at, f"https://evil.example:{ports[1]}", f"https://app.example:{ports[2]}", server, bff)
        finally:
            loop.call_soon_threadsafe(ended.set)
            thread.join()
            loop.close()
            bff.store.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A window without a past."""
    with window(browser, ignore_https_errors=True) as context:
        yield context


def sign_in(page: Page) -> None:
    """Fill in the server's page, where it asks."""
    page.fill("input[name=username]", "ada")
    page.fill("input[name=password]", PASSWORD)
    page.click("button[value=allow], button[type=submit]")


def logged_in(page: Page, world: World) -> None:
    """Wait until the app's page greets by name."""
    page.wait_for_url(f"{world.app}/")
    page.wait_for_function("document.getElementById('who')?.textContent === 'Ada'")


def text(page: Page, element: str, expected: str) -> None:
    """Wait for a text on the page."""
    page.wait_for_function("([id, text]) => document.getElementById(id).textContent === text", arg=[element, expected])


def test_two_tabs_log_in_and_out(context: BrowserContext, world: World) -> None:
    """Both logins that were begun side by side end; calls go through the proxy, also past expiry; logout is for all."""
    one, two = context.new_page(), context.new_page()
    for page in (one, two):
        page.goto(f"{world.app}/")
        text(page, "who", "nobody")
        page.click("#login")
        page.wait_for_url(f"{world.server.issuer}/**")
    sign_in(two)
    logged_in(two, world)
    sign_in(one)
    logged_in(one, world)

    cookies = context.cookies(world.app)
    assert [each["name"] for each in cookies] == ["__Host-bff_session"]
    session = cookies[0]
    assert (session["secure"], session["httpOnly"], session["sameSite"]) == (True, True, "Strict")
    assert (session["domain"], session["path"], session["expires"]) == ("app.example", "/", -1)

    assert (one.is_visible("#login"), one.is_visible("#logout")) == (False, True)
    one.click("#account")
    text(one, "answer", "The API says: Ada")
    one.click("#order")
    text(one, "answer", "Ordered for subject-ada")
    world.server.refreshes = 0
    expire_session_token(world.bff, session["value"])
    for page in (one, two):
        page.reload()
        text(page, "who", "Ada")
    one.evaluate("Promise.all(Array.from({ length: 20 }, () => document.getElementById('account').onclick()))")
    two.click("#account")
    text(two, "answer", "The API says: Ada")
    assert world.server.refreshes == 1

    # Nothing that scripts can read holds a token or the cookie.
    readable = one.evaluate("document.cookie + JSON.stringify(localStorage) + JSON.stringify(sessionStorage)")
    assert readable == "{}{}"

    one.click("#logout")
    text(one, "who", "nobody")
    assert (one.is_visible("#login"), one.is_visible("#logout")) == (True, False)
    two.reload()
    text(two, "who", "nobody")
    assert context.cookies(world.app) == []


def test_the_login_returns_to_the_page_that_asked_for_it(context: BrowserContext, world: World) -> None:
    """The Strict cookie is sent with the navigation that follows the callback."""
    page = context.new_page()
    page.goto(f"{world.app}/members")
    page.wait_for_url(f"{world.server.issuer}/**")
    sign_in(page)
    page.wait_for_url(f"{world.app}/members")
    assert "Logged in since" in page.content()
    # Back in the history the server sends the person here once more, to a login that is finished.
    page.go_back(wait_until="commit")
    logged_in(page, world)


@pytest.mark.shows("F03")
@pytest.mark.parametrize("where", ["evil", "neighbour"])
def test_a_page_of_another_origin_can_do_nothing(context: BrowserContext, world: World, where: str) -> None:
    """Neither from another site, nor from another port of our own, whose requests do bear the Strict cookie."""
    page = context.new_page()
    page.goto(f"{world.app}/members")
    sign_in(page)
    page.wait_for_url(f"{world.app}/members")
    refused: list[int] = []
    attacker = context.new_page()
    attacker.on("response", lambda answer: refused.append(answer.status) if world.app in answer.url else None)
    attacker.goto(getattr(world, where))
    outcomes = attacker.evaluate(ATTACKS.replace("APP", repr(world.app)))
    assert set(outcomes) <= {"blocked", "opaque"}
    assert refused
    assert all(status in (401, 403, 405) for status in refused), refused
    page.goto(f"{world.app}/")
    text(page, "who", "Ada")  # still logged in
