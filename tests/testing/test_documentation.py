"""What docs/testing-your-login.md shows runs, and its tables are those of the server."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

from proofkey.server.development.failures import FAILURES
from proofkey.testing import LoginServer
from tests.browser.chromium import ARGUMENTS

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "testing-your-login.md").read_text(encoding="utf-8")

# The app that the page of Playwright's snippet is about: a link to the login, and a callback that greets.
APP = """
import http.server, threading, urllib.parse
import pytest
from playwright.sync_api import sync_playwright

@pytest.fixture
def app_url(proofkey_server):
    class App(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            here = f"http://127.0.0.1:{self.server.server_port}"
            query = {"response_type": "code", "client_id": "my-page", "redirect_uri": f"{here}/callback", "state": "s",
                     "code_challenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", "code_challenge_method": "S256"}
            url = f"{proofkey_server.issuer}/oauth/authorize?{urllib.parse.urlencode(query)}"
            text = "Hello" if "code=" in self.path else f'<button onclick="location=&quot;{url}&quot;">Log in</button>'
            self.send_response(200)
            self.send_header("content-type", "text/html")
            self.end_headers()
            self.wfile.write(text.replace("&code", "&amp;code").encode())
        def log_message(self, *_): pass
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), App) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()

@pytest.fixture
def page():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser.new_page()
        browser.close()
"""


def blocks(language: str) -> list[str]:
    """Give the page's code of a language, in order."""
    return re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


def run(folder: Path, *programs: str) -> None:
    """Run snippets as the test files that they are."""
    for number, program in enumerate(programs):
        ast.parse(program)
        (folder / f"test_shown_{number}.py").write_text(program)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    options = ["-p", "no:cacheprovider", "-p", "no:schemathesis", "-p", "no:asyncio", "-W", "error"]
    ended = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", *options],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=110,
    )
    assert ended.returncode == 0, ended.stdout
    assert f"{len(programs)} passed" in ended.stdout


def test_the_pytest_snippets(tmp_path: Path) -> None:
    """As they stand."""
    login, settings, _ = blocks("python")
    run(tmp_path, login, settings)


def test_the_playwright_snippet(tmp_path: Path, chromium: Path) -> None:
    """With a page of the kind that it speaks of."""
    fixtures = f"CHROMIUM, ARGUMENTS = {str(chromium)!r}, {list(ARGUMENTS)!r}\n{APP}"
    (tmp_path / "conftest.py").write_text(fixtures)
    run(tmp_path, blocks("python")[2])


def test_the_table_of_failures_is_that_of_the_server() -> None:
    """Names, words, places and options."""
    rows = re.findall(r"^\| `([a-z-]+)` \| (.*?) \| (.*?) \| (.*?)\|$", PAGE, re.MULTILINE)
    shown = {name: (words, where, set(re.findall("`([a-z_]+)`", options))) for name, words, where, options in rows}
    told = {
        each.name: (
            each.words,
            ", ".join(each.endpoints) if "login" not in each.endpoints else "the callback",
            {name for name, _ in each.options},
        )
        for each in FAILURES.values()
    }
    assert shown == told
    movable = re.search(r"`metadata` for (.*?)\. Several", PAGE.replace("\n", " "))
    assert movable is not None
    assert set(re.findall("`([a-z-]+)`", movable[1])) == {each.name for each in FAILURES.values() if each.elsewhere}


def test_every_call_of_the_table_is_there() -> None:
    """And every public one is in the table, save those for fixtures."""
    table = PAGE[: PAGE.index("## The failures")]
    shown = set(re.findall(r"^\| `([a-z_]+)[(`]", table, re.MULTILINE))
    public = {name for name in vars(LoginServer) if not name.startswith("_")} | {"transport"}
    assert public - shown == {"reset", "close", "now"}
    assert {name for name in shown if not hasattr(LoginServer, name)} <= {"transport"}
