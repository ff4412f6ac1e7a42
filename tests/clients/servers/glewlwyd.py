"""Debian's glewlwyd with its OpenID Connect plugin. Its login page is a script: a person without one uses its API."""

from __future__ import annotations

import re
import shutil
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from playwright.sync_api import Page

from scripts.provide_programs import install_with_apt
from tests.clients.packages import one_at_a_time
from tests.clients.servers.foreign import PASSWORD, PATIENCE, USERNAME, DidNotStart, ForeignServer, Redirects
from tests.clients.servers.glewlwyd_settings import SCOPE, client, configuration, person, plugin
from tests.ports import held_port, unused_port

SCHEMA = Path("/usr/share/dbconfig-common/data/glewlwyd/install/sqlite3")
_PLACES = "/usr/bin:/usr/sbin:/usr/local/bin"
SECRET = "a-secret-of-unreserved-characters"  # it takes Basic credentials as they are, without decoding them


def find_or_skip() -> Path:
    """Find it, or install it where this is root on Debian; else skip the test, with the reason."""
    with one_at_a_time("glewlwyd"):
        found = shutil.which("glewlwyd", path=_PLACES)
        if found is None and install_with_apt("glewlwyd"):
            found = shutil.which("glewlwyd", path=_PLACES)
    if found is None or not SCHEMA.exists():
        pytest.skip("glewlwyd is not installed, and its package could not be installed: that takes root on Debian")
    return Path(found)


@contextmanager
def run_glewlwyd(folder: Path, program: Path, redirects: Redirects) -> Iterator[ForeignServer]:
    """Run it on a database of the test's own. It compares redirect URIs whole: the port of `cli` is registered too."""
    with held_port() as port:  # it cannot be told to choose one itself
        yield from _run(folder, program, port, replace(redirects, cli=f"http://127.0.0.1:{unused_port()}/callback"))


def _run(folder: Path, program: Path, port: int, redirects: Redirects) -> Iterator[ForeignServer]:
    database = folder / "glewlwyd.db"
    with sqlite3.connect(database) as connection:
        connection.executescript(SCHEMA.read_text())
    connection.close()
    address = f"http://127.0.0.1:{port}"
    settings = folder / "glewlwyd.conf"
    settings.write_text(configuration(port, folder, database))
    with (
        (folder / "server.log").open("w") as log,
        subprocess.Popen([program, f"--config-file={settings}"], stdout=log, stderr=log, cwd=folder) as process,
    ):
        try:
            _wait(address, process, folder / "server.log")
            _register(address, redirects)
            yield ForeignServer(
                f"{address}/api/oidc",
                redirects,
                _visit,
                _sign_in,
                scopes=(SCOPE,),
                secret=SECRET,
                revokes_for_public=False,
            )
        finally:
            process.kill()


def _wait(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    ends = time.monotonic() + PATIENCE
    while True:
        try:
            httpx.get(f"{address}/api/auth/")
            return
        except httpx.TransportError:
            if process.poll() is not None or time.monotonic() > ends:
                raise DidNotStart(f"glewlwyd does not answer: {log.read_text()[-2000:]}") from None
            time.sleep(0.05)


def _register(address: str, redirects: Redirects) -> None:
    with httpx.Client(base_url=address, timeout=PATIENCE) as admin:
        _call(admin, "POST", "/api/auth/", {"username": "admin", "password": "password"})
        _call(admin, "POST", "/api/mod/plugin/", plugin(f"{address}/api/oidc"))
        _call(admin, "POST", "/api/client/", client("web", redirects.web, SECRET))
        _call(admin, "POST", "/api/client/", client("cli", redirects.cli))
        _call(admin, "POST", "/api/client/", client("page", redirects.page))
        _call(admin, "POST", "/api/user/", person(USERNAME, PASSWORD))


def _visit(browser: httpx.Client, url: str) -> str:
    parts = urlsplit(url)
    address = f"{parts.scheme}://{parts.netloc}"
    page = browser.get(url)
    assert page.is_redirect, page.text[:2000]
    assert "/login.html" in page.headers["location"]
    # What the script of the login page sends.
    _call(browser, "POST", f"{address}/api/auth/", {"username": USERNAME, "password": PASSWORD})
    client_id = parse_qs(parts.query)["client_id"][0]
    _call(browser, "PUT", f"{address}/api/auth/grant/{client_id}/", {"scope": SCOPE})
    answer = browser.get(f"{url}&g_continue")
    assert answer.is_redirect, answer.text[:2000]
    return answer.headers["location"]


def _sign_in(page: Page) -> None:
    page.fill("input#username", USERNAME)
    page.fill("input#password", PASSWORD)
    page.keyboard.press("Enter")
    allow = re.compile("Grant|Continue", re.IGNORECASE)
    page.get_by_role("button", name=allow).first.click()


def _call(browser: httpx.Client, method: str, path: str, document: object) -> None:
    answer = browser.request(method, path, json=document)
    assert answer.status_code == 200, f"{method} {path}: {answer.status_code} {answer.text[:500]}"
