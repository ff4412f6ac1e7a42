"""Starts the Chromium of the machine for tests."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from scripts.programs import find_chromium

# A browser of tests runs as root too, and talks to nobody but the tests.
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


@contextmanager
def launch(*arguments: str, executable: Path | None = None) -> Iterator[Browser]:
    """Run a headless Chromium with further command line arguments; skip the test where the machine has none."""
    if executable is None:
        program = find_chromium()
        if program.path is None:
            pytest.skip(f"chromium {program}")
        executable = program.path
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=[*ARGUMENTS, *arguments])
        try:
            yield browser
        finally:
            browser.close()
