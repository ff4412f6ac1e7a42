"""The real demo as a process of its own, and a Chromium that is logged in to its authorization server."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.chromium import launch, window


@dataclass(frozen=True)
class Demo:
    """Where the demo listens."""

    app: str
    issuer: str


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """Start `proofkey demo` on free ports; it prints its addresses before it answers."""
    folder = tmp_path_factory.mktemp("demo")
    command = [sys.executable, "-m", "proofkey", "demo", "--port", "0", "--spa-port", "0", "--no-browser"]
    with subprocess.Popen([*command, "--data", str(folder)], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        printed = ""
        while "Ctrl-C" not in printed:
            line = process.stdout.readline()
            assert line, f"the demo ended with {process.wait()}: {printed}"
            printed += line
        found = dict(re.findall(r"(app|server) +(http://\S+)", printed))
        yield Demo(found["app"], found["server"])
        process.terminate()
        process.wait(60)


@pytest.fixture(scope="module")
def browser(chromium: Path) -> Iterator[Browser]:
    """Start one Chromium per file."""
    with launch(executable=chromium) as browser:
        yield browser


@pytest.fixture
def stranger(browser: Browser) -> Iterator[BrowserContext]:
    """Open a window that nobody is logged in with."""
    with window(browser) as context:
        yield context


@pytest.fixture(scope="module")
def known(browser: Browser, demo: Demo) -> Iterator[BrowserContext]:
    """Open a window in which Ada has logged in and allowed the app before."""
    with window(browser) as context:
        log_in(context.new_page(), demo)
        yield context


@pytest.fixture
def tab(browser: Browser, known: BrowserContext, demo: Demo) -> Iterator[Page]:
    """Open the app in a window that knows what that one does; it is closed with whatever the test opened."""
    with window(browser, storage_state=known.storage_state()) as context:
        tab = context.new_page()
        tab.goto(demo.app)
        expect(tab.get_by_role("button", name="Log in")).to_be_visible()
        yield tab


def log_in(tab: Page, demo: Demo) -> None:
    """Log in as a person does, from the app's page and back."""
    tab.goto(demo.app)
    tab.get_by_role("button", name="Log in").click()
    tab.get_by_label("User name").fill("ada")
    tab.get_by_label("Password").fill("lovelace")
    tab.get_by_role("button", name="Sign in").click()
    allow(tab)
    expect(tab.get_by_role("heading", name="Welcome, Ada Lovelace")).to_be_visible()


def log_out(tab: Page, demo: Demo) -> None:
    """Log out at the app and at the server: the app says so before it leaves for the server, and when it is back."""
    with tab.expect_navigation(url=f"{demo.app}/**"):
        tab.get_by_role("button", name="Log out").press("Enter")
    expect(tab.get_by_role("heading", name="Nobody is logged in")).to_be_visible()


def allow(tab: Page) -> None:
    """Allow the app, if it was not allowed before."""
    button = tab.get_by_role("button", name="Allow")
    expect(button.or_(tab.get_by_role("heading", name="Welcome")).first).to_be_visible()
    if button.is_visible():
        button.click()
