"""Starts the Chromium of the machine for tests, with the patience that a loaded machine needs.

A test waits for what it is to see, never for a time. Three rules keep it so:
- A window that a page opened is closed only after `wait_for_url`: closed on its way to its first page, it may never
  tell that it is gone, and Playwright waits for ever. (To close its context is always possible.)
- What leaves a page is awaited (`expect_navigation`, `wait_for_url`) before the next click or `goto`.
- Of two requests at once, the test server holds the first back until the second has begun.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, expect, sync_playwright

from scripts.programs import find_chromium

PATIENCE = 60_000  # milliseconds; nothing that works ever takes so long

# A browser of tests runs as root too, and talks to nobody but the tests.
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
STARTER = Path(__file__).with_name("chromium.sh")  # leaves out what no test sees and what costs much


@contextmanager
def launch(*arguments: str, executable: Path | None = None) -> Iterator[Browser]:
    """Run a headless Chromium with further command line arguments; skip the test where the machine has none."""
    if executable is None:
        program = find_chromium()
        if program.path is None:
            pytest.skip(f"chromium {program}")
        executable = program.path
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=STARTER, env={**os.environ, "CHROMIUM": str(executable)}, args=[*ARGUMENTS, *arguments]
        )
        try:
            expect.set_options(timeout=PATIENCE)
            yield browser
        finally:
            browser.close()


@contextmanager
def window(browser: Browser, **options: Any) -> Iterator[BrowserContext]:
    """Open a window with storage of its own; `options` are those of Playwright's new_context."""
    context = browser.new_context(**options)
    context.set_default_timeout(PATIENCE)
    try:
        yield context
    finally:
        context.close()
