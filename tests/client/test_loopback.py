"""A login from a program: the browser is Ada with httpx, the listener and the server are real."""

from __future__ import annotations

import os
import queue
import socket
import threading
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from proofkey.client.blocking import Client
from proofkey.client.browsers import check_url, why_no_browser
from proofkey.client.callback_listener import CallbackListener
from proofkey.client.errors import LoginRequired
from proofkey.client.loopback import REDIRECT_URI, log_in
from proofkey.core.client_side import Tokens
from proofkey.core.errors import AuthorizationDenied, Misuse, PeerViolation
from tests.client.real_server import RealServer


@pytest.fixture
def client(real_server: RealServer) -> Iterator[Client]:
    """A native client; its redirect URI is registered without a port."""
    client = Client.discover(real_server.issuer, client_id="cli", redirect_uri=REDIRECT_URI)
    yield client
    client.close()


def in_a_browser(visit) -> tuple:
    """Make a stand-in for the browser that runs in a thread; give it and the queue of what it raised or returned."""
    outcome: queue.Queue = queue.Queue()

    def run(url: str) -> None:
        try:
            outcome.put(visit(url))
        except BaseException as error:
            outcome.put(error)

    def browse(url: str) -> bool:
        threading.Thread(target=run, args=(url,), daemon=True).start()
        return True

    return browse, outcome


def nothing() -> None:
    """A machine with a browser."""


def log_in_with(client: Client, browse, **options) -> Tokens:
    """Log in quietly."""
    options = {"patience": 60.0, "say": lambda _: None, "no_browser": nothing} | options
    return log_in(client, scopes=["openid"], browse=browse, **options)


@pytest.mark.shows("N01", "N02", "A35")
def test_a_browser_finishes_the_login(client: Client, real_server: RealServer) -> None:
    """The person logs in, lands on a finished page, and the program has tokens."""
    browse, outcome = in_a_browser(lambda url: httpx.get(real_server.log_in(url)))
    tokens = log_in_with(client, browse)
    page = outcome.get(timeout=60)
    assert tokens.claims is not None
    assert (page.status_code, "has arrived" in page.text) == (200, True)
    assert page.headers["cache-control"] == "no-store"
    assert "default-src 'none'" in page.headers["content-security-policy"]
    answer = parse_qs(page.request.url.query.decode())
    assert not any(value in page.text for values in answer.values() for value in values)


@pytest.mark.shows("N05", "N06", "A31", "A35", "A36", "A37")
def test_stray_requests_do_not_end_the_wait(client: Client, real_server: RealServer) -> None:
    """Icons, prefetches, other paths, methods, hosts and states are answered, and the login goes on."""

    def visit(url: str) -> list[int]:
        redirect_uri = parse_qs(urlsplit(url).query)["redirect_uri"][0]
        origin, state = redirect_uri.removesuffix("/callback"), parse_qs(urlsplit(url).query)["state"][0]
        callback = real_server.log_in(url)
        raw = socket.create_connection(("127.0.0.1", urlsplit(origin).port))
        raw.sendall(b"\x16\x03\x01 nonsense\r\n\r\n")
        said = raw.recv(4096)
        raw.close()
        assert b"nonsense" not in said
        idle = socket.create_connection(("127.0.0.1", urlsplit(origin).port))  # a browser's spare connection
        with httpx.Client() as http:
            seen = [
                http.get(f"{origin}/favicon.ico"),
                http.get(f"{origin}/callback/extra?code=x&state={state}"),
                http.get(redirect_uri),
                http.get(f"{redirect_uri}?code=x&state=another"),
                http.get(f"{redirect_uri}?code=x"),
                http.get(f"{redirect_uri}?state={state}"),
                http.get(f"{redirect_uri}?code=%zz&state={state}"),
                http.get(f"{redirect_uri}?error=<script>alert(1)</script>&state=another"),
                http.get(f"{redirect_uri}?code=x&state={state}&pad={'x' * 17_000}"),
                http.post(callback),
                http.put(callback),
                http.head(callback),
                http.options(callback),
                http.get(callback, headers={"sec-purpose": "prefetch;prerender"}),
                http.get(callback, headers={"purpose": "prefetch"}),
                http.get(callback, headers={"host": "rebound.example"}),
            ]
            assert not any("alert" in answer.text for answer in seen)
            last = http.get(callback)
        idle.close()
        return [answer.status_code for answer in [*seen, last]]

    browse, outcome = in_a_browser(visit)
    assert log_in_with(client, browse).claims is not None
    statuses = [404, 404, 400, 400, 400, 400, 400, 400, 414, 405, 405, 405, 405, 503, 503, 421, 200]
    assert outcome.get(timeout=60) == statuses


@pytest.mark.shows("N03", "N04", "A36")
def test_the_listener_is_on_loopback_only_and_closes(client: Client, real_server: RealServer) -> None:
    """The address is the literal 127.0.0.1, and nobody listens there afterwards."""
    browse, outcome = in_a_browser(lambda url: httpx.get(real_server.log_in(url)))
    log_in_with(client, browse)
    address = outcome.get(timeout=60).request.url
    assert address.host == "127.0.0.1"
    with pytest.raises(ConnectionRefusedError), socket.create_connection(("127.0.0.1", address.port), timeout=60):
        pass


def test_a_no_is_told_to_the_person_and_the_program(client: Client, real_server: RealServer) -> None:
    """The page says that it did not succeed; the program gets the error."""
    browse, outcome = in_a_browser(lambda url: httpx.get(real_server.log_in(url, decision="deny")))
    with pytest.raises(AuthorizationDenied) as raised:
        log_in_with(client, browse, extra={"prompt": "consent"})
    assert raised.value.fault == "user-denied-access"
    assert "did not succeed" in outcome.get(timeout=60).text


@pytest.mark.shows("N06", "A33")
def test_a_foreign_issuer_ends_the_login(client: Client, real_server: RealServer) -> None:
    """Right state, wrong iss: a mix-up. No code is sent, no token is kept."""

    def visit(url: str) -> None:
        query = parse_qs(urlsplit(url).query)
        httpx.get(
            query["redirect_uri"][0], params={"code": "x", "state": query["state"][0], "iss": "https://evil.example"}
        )

    browse, _ = in_a_browser(visit)
    with pytest.raises(PeerViolation) as raised:
        log_in_with(client, browse)
    assert raised.value.fault == "issuer-mismatch"


@pytest.mark.shows("N05")
def test_a_person_without_a_browser_pastes_the_address(client: Client, real_server: RealServer) -> None:
    """The URL and the reason are said; a wrong paste is told so; the right one ends the wait."""
    reader, writer = os.pipe()
    said: list[str] = []

    def say(line: str) -> None:
        said.append(line)
        if "Open this address" in line:
            url = next(word for word in line.split() if word.startswith("http"))
            pasted = real_server.log_in(url)
            other = pasted.replace("state=", "state=x")
            os.write(writer, f"\n{other}\nhttps://evil.example/?{pasted.partition('?')[2]}\n {pasted} \n".encode())

    try:
        tokens = log_in_with(client, None, say=say, no_browser=lambda: "this is an SSH session", keyboard=reader)
    finally:
        os.close(reader)
        os.close(writer)
    assert tokens.claims is not None
    assert "this is an SSH session" in said[0]
    assert sum("not the address" in line for line in said) == 2


def test_a_browser_that_does_not_start_leads_to_pasting(client: Client, real_server: RealServer) -> None:
    """A forwarded port still works while the program waits for a paste, and the end of input is no answer."""
    reader, writer = os.pipe()
    os.close(writer)
    said: list[str] = []

    def browse(url: str) -> bool:
        threading.Timer(0.3, lambda: httpx.get(real_server.log_in(url))).start()
        return False

    try:
        assert log_in_with(client, browse, say=said.append, keyboard=reader).claims is not None
    finally:
        os.close(reader)
    assert "no browser could be started" in said[0]


def test_the_wait_ends(client: Client) -> None:
    """Nobody comes: LoginRequired, in the time that was given."""
    with pytest.raises(LoginRequired, match="within"):
        log_in_with(client, lambda _: True, patience=0.3)


@pytest.mark.shows("N03")
def test_ctrl_c_closes_the_listener(client: Client) -> None:
    """KeyboardInterrupt passes through, and the port is free again."""
    ports: list[int] = []

    def browse(url: str) -> bool:
        ports.append(urlsplit(parse_qs(urlsplit(url).query)["redirect_uri"][0]).port or 0)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        log_in_with(client, browse)
    with pytest.raises(ConnectionRefusedError), socket.create_connection(("127.0.0.1", ports[0]), timeout=60):
        pass


def test_a_port_that_is_named_can_be_listened_on_again_at_once() -> None:
    """The listener hangs up first, so its end of the connection lingers: the next login must not fail for that."""

    def log_in_at(redirect_uri: str) -> str:
        with CallbackListener(redirect_uri) as listener:
            listener.await_answer("the-state")
            host = urlsplit(listener.redirect_uri).netloc
            with socket.create_connection(("127.0.0.1", int(host.split(":")[1])), timeout=60) as browser:
                browser.sendall(f"GET /cb?code=c&state=the-state HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
                while browser.recv(65_536):
                    pass
            return listener.redirect_uri

    named = log_in_at("http://127.0.0.1/cb")
    assert log_in_at(named) == named
    with CallbackListener(named), pytest.raises(Misuse, match="in use"):
        CallbackListener(named)


@pytest.mark.shows("N03", "A36")
@pytest.mark.parametrize(
    "uri",
    [
        "https://app.example/callback",
        "http://0.0.0.0/callback",
        "http://127.0.0.1.evil.example/callback",
        "http://127.0.0.1:99999/callback",
        "http://127.0.0.1/callback?x=1",
        "http://user@127.0.0.1/",
    ],
)
def test_only_loopback_is_listened_on(uri: str) -> None:
    """Anything else is refused before a socket is made."""
    with pytest.raises(Misuse):
        CallbackListener(uri)


@pytest.mark.shows("N03")
@pytest.mark.parametrize(
    "uri", ["http://127.0.0.1/callback", "http://localhost/cb", "http://127.0.0.1", "http://[::1]/x"]
)
def test_the_port_is_filled_in(uri: str) -> None:
    """The rest of the redirect URI stays as it was registered."""
    if "::1" in uri and not _has_ipv6():
        pytest.skip("this machine has no IPv6 loopback")
    with CallbackListener(uri) as listener:
        port = urlsplit(listener.redirect_uri).port
        assert listener.redirect_uri.replace(f":{port}", "", 1) == uri


def _has_ipv6() -> bool:
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
    except OSError:
        return False
    return True


@pytest.mark.parametrize(
    ("environ", "platform", "reason"),
    [
        ({"SSH_CONNECTION": "x"}, "linux", "SSH"),
        ({"SSH_TTY": "x"}, "darwin", "SSH"),
        ({"SSH_CONNECTION": "x", "DISPLAY": "localhost:10"}, "linux", None),
        ({"DISPLAY": ":0"}, "linux", None),
        ({"WAYLAND_DISPLAY": "w"}, "linux", None),
        ({"WSL_DISTRO_NAME": "Debian"}, "linux", None),
        ({"container": "podman"}, "linux", "container"),
        ({}, "linux", "display"),
        ({}, "win32", None),
        ({}, "darwin", None),
        ({"BROWSER": "firefox", "SSH_TTY": "x"}, "linux", None),
    ],
)
def test_a_machine_without_a_browser_is_known(environ: dict[str, str], platform: str, reason: str | None) -> None:
    """SSH, containers and missing displays are told apart."""
    said = why_no_browser(environ, platform)
    assert (said is None) if reason is None else (said is not None and reason in said)


@pytest.mark.shows("N09", "A75")
@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "javascript:alert(1)",
        "-private-window",
        "https://x/$(calc)\n",
        'https://x/" & calc "',
        "https://x/`calc`",
        "https://user@x/",
        "https://x/a b",
        "https://x/|calc",
        "",
    ],
)
def test_hostile_urls_are_not_opened(url: str) -> None:
    """Only http(s), and only characters that no shell or argument list reads twice."""
    with pytest.raises(PeerViolation):
        check_url(url)
