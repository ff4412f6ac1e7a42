"""Ada in a real Chromium: the pages she sees on the way into a single-page app."""

from __future__ import annotations

import json
from typing import Any

from playwright.sync_api import Page, expect

from tests.clients.installation import PASSWORD, USERNAME

PATIENCE = 60_000  # milliseconds


def sign_in(tab: Page, *, decision: str = "Allow") -> None:
    """Fill in the login page and answer what the app asks for."""
    tab.get_by_label("User name").fill(USERNAME)
    tab.get_by_label("Password").fill(PASSWORD)
    tab.get_by_role("button", name="Sign in").click()
    tab.get_by_role("button", name=decision).click()


def press(tab: Page, name: str) -> dict[str, Any]:
    """Press a button of the app and give what it then says."""
    tab.locator("#said").evaluate("element => { element.textContent = ''; }")
    tab.get_by_role("button", name=name).click()
    return said(tab)


def said(tab: Page) -> dict[str, Any]:
    """Wait until the app says something, and read it."""
    expect(tab.locator("#said")).not_to_be_empty()
    document: dict[str, Any] = json.loads(tab.locator("#said").inner_text())
    return document
