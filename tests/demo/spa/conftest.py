"""The real demo as a process of its own, and a Chromium that is logged in to its authorization server."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright


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
        process.wait(10)


@pytest.fixture(scope="module")
def browser(chromium: Path) -> Iterator[Browser]:
    """Start one Chromium per file."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def stranger(browser: Browser) -> Iterator[BrowserContext]:
    """Open a window that nobody is logged in with."""
    context = browser.new_context()
    context.set_default_timeout(15_000)
    yield context
    context.close()


@pytest.fixture(scope="module")
def known(browser: Browser, demo: Demo) -> Iterator[BrowserContext]:
    """Open a window in which Ada has logged in and allowed the app before."""
    context = browser.new_context()
    context.set_default_timeout(15_000)
    log_in(context.new_page(), demo)
    yield context
    context.close()


@pytest.fixture
def tab(known: BrowserContext, demo: Demo) -> Iterator[Page]:
    """Open the app in a new tab of that window."""
    tab = known.new_page()
    tab.goto(demo.app)
    expect(tab.get_by_role("button", name="Log in")).to_be_visible()
    yield tab
    for page in known.pages:
        page.close()


def log_in(tab: Page, demo: Demo) -> None:
    """Log in as a person does, from the app's page and back."""
    tab.goto(demo.app)
    tab.get_by_role("button", name="Log in").click()
    tab.get_by_label("User name").fill("ada")
    tab.get_by_label("Password").fill("lovelace")
    tab.get_by_role("button", name="Sign in").click()
    allow(tab)
    expect(tab.get_by_role("heading", name="Welcome, Ada Lovelace")).to_be_visible()


def allow(tab: Page) -> None:
    """Allow the app, if it was not allowed before."""
    button = tab.get_by_role("button", name="Allow")
    expect(button.or_(tab.get_by_role("heading", name="Welcome")).first).to_be_visible()
    if button.is_visible():
        button.click()
