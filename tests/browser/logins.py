"""The page of the app that tests log in from, and the steps of a login as a person takes them."""

from __future__ import annotations

import json
from typing import Any

from playwright.sync_api import Page

from tests.browser.sites import Application

PAGE = """<!doctype html><meta charset="utf-8"><title>app</title><script type="module">
import { createClient } from '/proofkey/proofkey.js';
import { discover } from '/proofkey/discovery.js';
import { apiFetch } from '/proofkey/api.js';
%(imports)s
const make = (options) => createClient({
  endpoints: discover(%(issuer)s), clientId: 'app', redirectUri: '/callback', ...options });
const auth = make();
const told = (error) => ({ ...error, name: error.name, message: error.message });
const outcome = (promise) => promise.then((session) => ({ session }), (error) => ({ error: told(error) }));
Object.assign(window, { auth, make, outcome, api: apiFetch(auth, %(issuer)s), addressAtStart: location.href });
%(before)s
window.first = outcome(auth.handleCallback());
window.second = outcome(auth.handleCallback());
window.addressAfterwards = location.href;
</script>"""


def page_for(issuer: str, imports: str = "", before: str = "") -> str:
    """Make the app's page; further imports, and a script to run before handleCallback()."""
    return PAGE % {"issuer": json.dumps(issuer), "imports": imports, "before": before}


def log_in(tab: Page, app: Application, request: str = "", start: str = "/") -> dict[str, Any]:
    """Start at a page of the app, log in, and give what handleCallback() came to on the callback page."""
    tab.goto(app.origin + start)
    return leave(tab, app, f"auth.login({request})")


def leave(tab: Page, app: Application, script: str) -> dict[str, Any]:
    """Run a script that leaves the app, and wait for the callback page to have settled."""
    with tab.expect_event("domcontentloaded", lambda page: page.url.startswith(app.origin)):
        tab.evaluate(f"void {script}")
    return settled(tab)


def settled(tab: Page) -> dict[str, Any]:
    """Give what handleCallback() came to on this page."""
    tab.wait_for_function("window.first")
    outcome: dict[str, Any] = tab.evaluate("window.first")
    return outcome


def fault(outcome: dict[str, Any]) -> str:
    """Give the fault of an outcome that is an error."""
    return str(outcome["error"]["fault"])
