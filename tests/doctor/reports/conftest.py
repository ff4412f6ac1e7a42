"""A Chromium that nobody is logged in with."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.chromium import launch
from tests.browser.chromium import window as open_window


@pytest.fixture(scope="module")
def browser(chromium: Path) -> Iterator[Browser]:
    """Start one Chromium per file."""
    with launch(executable=chromium) as browser:
        yield browser


@pytest.fixture(params=["desktop-light", "phone-dark"])
def window(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """Open a window of two sizes and colour schemes; a script error or a request to elsewhere fails the test."""
    desktop = request.param == "desktop-light"
    size = {"width": 1280, "height": 900} if desktop else {"width": 360, "height": 740}
    complaints: list[str] = []
    with open_window(browser, viewport=size, color_scheme="light" if desktop else "dark") as context:
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        yield page
    assert complaints == []
