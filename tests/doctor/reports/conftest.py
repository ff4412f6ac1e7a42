"""A Chromium that nobody is logged in with."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright


@pytest.fixture(scope="module")
def browser(chromium: Path) -> Iterator[Browser]:
    """Start one Chromium per file."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(params=["desktop-light", "phone-dark"])
def window(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """Open a window of two sizes and colour schemes; a script error or a request to elsewhere fails the test."""
    desktop = request.param == "desktop-light"
    context = browser.new_context(
        viewport={"width": 1280, "height": 900} if desktop else {"width": 360, "height": 740},
        color_scheme="light" if desktop else "dark",
    )
    context.set_default_timeout(15_000)
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    yield page
    context.close()
    assert complaints == []
