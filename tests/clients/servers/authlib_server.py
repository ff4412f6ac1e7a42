"""Authlib's OpenID provider on Flask, in an interpreter of its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from urllib.parse import urljoin

import httpx
from playwright.sync_api import Page

from tests.clients.packages import PythonClients
from tests.clients.servers.foreign import PASSWORD, SECRET, USERNAME, ForeignServer, Redirects, run
from tests.ports import unused_port

HERE = Path(__file__).parent / "authlib"


@contextmanager
def run_authlib(folder: Path, python: PythonClients, redirects: Redirects) -> Iterator[ForeignServer]:
    """Run it. It compares redirect URIs whole, so the port of `cli` is registered too."""
    yield from _run(folder, python, replace(redirects, cli=f"http://127.0.0.1:{unused_port()}/callback"))


def _run(folder: Path, python: PythonClients, redirects: Redirects) -> Iterator[ForeignServer]:
    common = {
        "grant_types": ["authorization_code", "refresh_token"],
        "response_types": ["code"],
        "scope": "openid profile email",
    }
    public = {"token_endpoint_auth_method": "none"} | common
    clients = [
        {"client_id": "web", "client_secret": SECRET, "redirect_uris": [redirects.web], **common},
        {"client_id": "cli", "redirect_uris": [redirects.cli], **public},
        {"client_id": "page", "redirect_uris": [redirects.page], **public},
    ]
    command = [str(python.python), str(HERE / "server.py"), str(folder)]
    # The server is on http; Authlib wants to be told that this is meant.
    with run(command, {"clients": clients}, folder, AUTHLIB_INSECURE_TRANSPORT="1") as issuer:
        yield ForeignServer(issuer, redirects, _visit, _sign_in)


def _visit(browser: httpx.Client, url: str) -> str:
    assert browser.get(url).status_code == 200
    entered = browser.post(url, data={"username": USERNAME, "password": PASSWORD})
    assert entered.status_code == 303, entered.text[:2000]
    consent = browser.get(urljoin(url, entered.headers["location"]))
    assert consent.status_code == 200, consent.text[:2000]
    allowed = browser.post(url, data={"decision": "allow"})
    assert allowed.is_redirect, allowed.text[:2000]
    return allowed.headers["location"]


def _sign_in(page: Page) -> None:
    page.get_by_label("User name").fill(USERNAME)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("button", name="Allow").click()
