"""`doctor --web`: a page that takes captures from itself only, judges them here, and keeps nothing."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from playwright.sync_api import expect

from proofkey.doctor import web
from proofkey.doctor.multipart import Part, read_parts
from proofkey.doctor.transcript import CODE, VERIFIER, login
from tests.browser.chromium import launch, window
from tests.doctor.score import CASES, EXPECTED

WRONG = login(token={"redirect_uri": "https://app.example/cb/"})


@pytest.fixture
def served() -> Iterator[web.WebServer]:
    """Serve the page in a thread."""
    with web.WebServer() as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def post(served: web.WebServer, text: str = WRONG, **headers: str) -> httpx.Response:
    """Send a text as the page does."""
    sent = {"Origin": served.origin} | {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx.post(served.address, files={"text": (None, text)}, headers={k: v for k, v in sent.items() if v})


def test_a_browser_drops_a_file_and_pastes_a_text(served: web.WebServer, chromium: Path) -> None:
    """Both ways give the report, in a window that loads nothing else; then another capture can be given."""
    with launch(executable=chromium) as browser, window(browser, viewport={"width": 390, "height": 800}) as context:
        page = context.new_page()
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto(served.address)
        page.get_by_label("Captures").set_input_files(CASES / "challenge-padded.har")
        page.get_by_role("button", name="Find the fault").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("The challenge still carries base64 padding")
        content = page.content()
        assert [secret for secret in EXPECTED["challenge-padded.har"]["secrets"] if secret in content] == []
        page.get_by_role("link", name="Another capture").click()
        page.get_by_label("Or text").fill(WRONG)
        page.get_by_role("button", name="Find the fault").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("A trailing slash differs")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert {url.partition("#")[0] for url in asked if "favicon" not in url} == {served.address}


def test_the_report_is_that_of_the_other_forms(served: web.WebServer) -> None:
    """The answer is the page with the finding, without secrets, and is kept by no cache."""
    answer = post(served)
    assert answer.status_code == 200
    assert "redirect-uri-trailing-slash" in answer.text
    assert CODE not in answer.text
    assert VERIFIER not in answer.text
    assert answer.headers["cache-control"] == "no-store"
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "form-action 'self'" in answer.headers["content-security-policy"]


@pytest.mark.parametrize("origin", ["", "null", "https://evil.example", "http://127.0.0.1:1"])
def test_only_the_page_itself_may_post(served: web.WebServer, origin: str) -> None:
    """A missing or foreign Origin is refused."""
    assert post(served, Origin=origin).status_code == 403


@pytest.mark.shows("A37")
def test_a_rebound_name_is_refused(served: web.WebServer) -> None:
    """A Host that is not ours gets nothing, whatever its Origin says."""
    assert post(served, Host="rebound.example", Origin="http://rebound.example").status_code == 421
    assert httpx.get(served.address, headers={"Host": f"rebound.example:{served.port}"}).status_code == 421


def test_the_address_holds_a_secret(served: web.WebServer) -> None:
    """Without the token there is nothing to see."""
    assert httpx.get(f"{served.origin}/").status_code == 404
    assert httpx.post(f"{served.origin}/", headers={"Origin": served.origin}).status_code == 404
    assert len(served.token) >= 32


def test_what_cannot_be_read_is_said(served: web.WebServer) -> None:
    """Nothing, or octets that are no text: the form comes back with a sentence."""
    assert "nothing to read" in post(served, " ").text
    files = {"capture": ("<b>.har", b"\x89PNG\r\n\x1a\n\x00\x00")}
    answer = httpx.post(served.address, files=files, headers={"Origin": served.origin})
    assert answer.status_code == 400
    assert "&lt;b&gt;.har: neither JSON nor text" in answer.text


def test_a_registration_is_used(served: web.WebServer) -> None:
    """The client's registration can be dropped, too."""
    name = "redirect-uri-not-registered.har"
    files = {
        "capture": (name, (CASES / name).read_bytes()),
        "client": ("client.json", (CASES / EXPECTED[name]["client"]).read_bytes()),
    }
    answer = httpx.post(served.address, files=files, headers={"Origin": served.origin})
    assert "redirect-uri-not-registered" in answer.text
    assert "proven" in answer.text


@pytest.mark.shows("A97")
def test_a_body_that_is_too_large_is_refused(served: web.WebServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """The limit is told by its length, before anything is kept."""
    monkeypatch.setattr(web, "MAX_BODY", 1000)
    assert post(served, "x" * 5000).status_code == 413


def test_it_listens_on_loopback(served: web.WebServer) -> None:
    """No other machine can reach it."""
    assert served.server_address[0] == "127.0.0.1"


def test_the_command_prints_its_address_and_ends_with_ctrl_c() -> None:
    """The address is printed before anything is asked of it."""
    command = [sys.executable, "-m", "proofkey", "doctor", "--web"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={"PATH": ""}) as process:
        assert process.stdout is not None
        address = process.stdout.readline().split()[4]
        assert httpx.get(address).status_code == 200
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 0


@given(st.lists(st.tuples(st.text("abc", min_size=1, max_size=5), st.binary(max_size=200)), min_size=1, max_size=5))
def test_a_multipart_body_is_read_as_it_was_written(fields: list[tuple[str, bytes]]) -> None:
    """Every part comes back with its octets, also such that look like line ends."""
    boundary = "----a boundary that no content has"
    body = b"".join(
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"; filename="f"\r\n\r\n'.encode()
        + content
        + b"\r\n"
        for name, content in fields
    )
    body += f"--{boundary}--\r\n".encode()
    found = list(read_parts(f'multipart/form-data; boundary="{boundary}"', body))
    assert found == [Part(name, "f", content) for name, content in fields]


@given(st.binary(max_size=300))
def test_a_damaged_multipart_body_gives_no_error(body: bytes) -> None:
    """Octets that are no parts are none."""
    list(read_parts("multipart/form-data; boundary=x", b"--x\r\n" + body))
    assert list(read_parts("text/plain", body)) == []
