"""The proxy is for one server and for this machine: no open relay, no stranger's Host, no loop, no flood."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import urlencode, urlsplit

import httpx
import pytest

from proofkey.core.errors import Misuse
from proofkey.doctor.message import Message
from proofkey.doctor.watch import metadata
from proofkey.doctor.watch.journal import MAX_MESSAGES, Journal
from proofkey.doctor.watch.proxy import MAX_BODY, Proxy
from proofkey.doctor.watch.upstream import Upstream, origin_of


class _Echo(BaseHTTPRequestHandler):
    """Answers with the fields that it got, and with one of each kind that a proxy may spoil."""

    seen: list[dict[str, str]]

    def do_GET(self) -> None:
        type(self).seen.append({name.lower(): value for name, value in self.headers.items()})
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.send_response(307 if self.path == "/moved" else 200)
        self.send_header("Location", "https://elsewhere.example/")
        self.send_header("Set-Cookie", "one=1")
        self.send_header("Set-Cookie", "two=2")
        self.send_header("Connection", "close, X-Hop")
        self.send_header("X-Hop", "ends here")
        self.send_header("Content-Length", "4")
        self.end_headers()
        self.wfile.write(b"echo")

    do_POST = do_GET  # noqa: N815

    def log_message(self, *words: object) -> None:
        pass


@pytest.fixture
def echo() -> Iterator[tuple[Proxy, list[dict[str, str]]]]:
    """A proxy before a server that tells what reached it."""
    _Echo.seen = []
    with ThreadingHTTPServer(("127.0.0.1", 0), _Echo) as server:
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        upstream = Upstream(f"http://127.0.0.1:{server.server_address[1]}")
        with Proxy("127.0.0.1", 0, upstream, lambda message, news: None) as proxy:
            Thread(target=proxy.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
            yield proxy, _Echo.seen
            proxy.shutdown()
        server.shutdown()
        upstream.close()


def raw(proxy: Proxy, request: str) -> str:
    """Send octets to the proxy and give what comes back until it hangs up."""
    with socket.create_connection(("127.0.0.1", proxy.port), timeout=60) as connection:
        connection.sendall(request.encode())
        answer = b""
        while piece := connection.recv(65536):
            answer += piece
    return answer.decode()


@pytest.mark.shows("A97")
@pytest.mark.parametrize(
    "request_line",
    ["GET http://elsewhere.example/ HTTP/1.1", "CONNECT elsewhere.example:443 HTTP/1.1", "GET elsewhere HTTP/1.1"],
)
def test_it_is_no_open_relay(echo: tuple[Proxy, list[dict[str, str]]], request_line: str) -> None:
    """An absolute target or a tunnel is refused, and nothing is sent anywhere."""
    proxy, seen = echo
    answer = raw(proxy, f"{request_line}\r\nHost: 127.0.0.1:{proxy.port}\r\nConnection: close\r\n\r\n")
    assert answer.split()[1] in ("400", "421", "501")
    assert seen == []


@pytest.mark.shows("A37")
@pytest.mark.parametrize("host", ["rebound.example", "rebound.example:{port}", "127.0.0.1", "127.0.0.1:1"])
def test_a_foreign_host_is_refused(echo: tuple[Proxy, list[dict[str, str]]], host: str) -> None:
    """A name that was rebound to this machine reaches neither the server nor the page."""
    proxy, seen = echo
    for path in ("/oauth/token", urlsplit(proxy.page).path):
        answer = httpx.get(f"{proxy.origin}{path}", headers={"Host": host.format(port=proxy.port)})
        assert answer.status_code == 421
    assert seen == []


def test_an_odd_path_stays_on_the_upstream(echo: tuple[Proxy, list[dict[str, str]]]) -> None:
    """Two slashes or an at sign make no other host of a path."""
    proxy, seen = echo
    for path in ("//elsewhere.example/x", "/@elsewhere.example", "/\\elsewhere.example"):
        answer = raw(proxy, f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{proxy.port}\r\nConnection: close\r\n\r\n")
        assert answer.startswith("HTTP/1.1 200")
    assert len(seen) == 3


def test_fields_are_passed_on_but_those_of_the_hop(echo: tuple[Proxy, list[dict[str, str]]]) -> None:
    """Origin and Authorization go, cookies of this machine do not; repeated answer fields stay, redirects too."""
    proxy, seen = echo
    sent = {"Origin": "https://app.example", "Authorization": "Bearer x", "Cookie": "a=b", "Keep-Alive": "1"}
    answer = httpx.get(f"{proxy.origin}/moved", headers=sent, follow_redirects=False)
    assert seen[0]["origin"] == "https://app.example"
    assert seen[0]["authorization"] == "Bearer x"
    assert not {"cookie", "keep-alive"} & set(seen[0])
    assert answer.status_code == 307
    assert answer.headers["location"] == "https://elsewhere.example/"
    assert answer.headers.get_list("set-cookie") == ["one=1", "two=2"]
    assert "x-hop" not in answer.headers


def test_a_page_is_opened_at_the_server_itself(echo: tuple[Proxy, list[dict[str, str]]]) -> None:
    """What a person navigates to is redirected, never fetched by the proxy."""
    proxy, seen = echo
    answer = httpx.get(f"{proxy.origin}/logout?client_id=x", headers={"Sec-Fetch-Mode": "navigate"})
    assert answer.status_code == 302
    assert answer.headers["location"] == f"{proxy.upstream.origin}/logout?client_id=x"
    assert seen == []


def test_the_authorization_request_goes_on_unchanged(echo: tuple[Proxy, list[dict[str, str]]]) -> None:
    """The redirect carries the query as it was written, octet for octet."""
    proxy, _ = echo
    query = "response_type=code&client_id=a%20b&redirect_uri=https%3a%2F%2Fapp.example%2fcb&code_challenge=a+b"
    answer = raw(proxy, f"GET /authorize?{query} HTTP/1.1\r\nHost: 127.0.0.1:{proxy.port}\r\nConnection: close\r\n\r\n")
    assert f"Location: {proxy.upstream.origin}/authorize?{query}\r\n" in answer


@pytest.mark.shows("A97")
def test_bodies_are_bounded(echo: tuple[Proxy, list[dict[str, str]]]) -> None:
    """Too long, of two lengths, or in chunks: refused before anything is forwarded."""
    proxy, seen = echo
    assert httpx.post(f"{proxy.origin}/token", content=b"x" * (MAX_BODY + 1)).status_code == 413
    head = f"POST /token HTTP/1.1\r\nHost: 127.0.0.1:{proxy.port}\r\n"
    assert " 400 " in raw(proxy, f"{head}Content-Length: 1\r\nContent-Length: 2\r\n\r\nxx").splitlines()[0]
    assert " 411 " in raw(proxy, f"{head}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n").splitlines()[0]
    assert seen == []


@pytest.mark.shows("A37")
def test_a_request_that_comes_round_again_is_refused(echo: tuple[Proxy, list[dict[str, str]]]) -> None:
    """A second proxy that points back is told so instead of running in a circle."""
    proxy, seen = echo
    assert httpx.get(f"{proxy.origin}/x").status_code == 200
    assert httpx.get(f"{proxy.origin}/x", headers={"Via": seen[0]["via"]}).status_code == 508
    assert len(seen) == 1


@pytest.mark.shows("A37")
def test_it_refuses_itself_as_upstream() -> None:
    """Neither its address nor a name of this machine with its port will do."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    for name in ("127.0.0.1", "localhost", "0.0.0.0"):  # noqa: S104 - the name that is refused
        with pytest.raises(Misuse, match="itself"):
            Proxy("127.0.0.1", port, Upstream(f"http://{name}:{port}"), lambda message, news: None)


@pytest.mark.shows("A97")
@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "example.com", "::"])  # noqa: S104
def test_it_listens_on_loopback_only(host: str) -> None:
    """Another machine must not be able to use it."""
    with pytest.raises(ValueError, match="this machine"):
        Proxy(host, 0, Upstream("https://login.example"), lambda message, news: None)


@pytest.mark.parametrize(
    "url", ["", "login.example", "ftp://x", "https://u:p@x", "https://x/?a=b", "https://x:port", "https://a b"]
)
def test_an_unusable_upstream_is_refused(url: str) -> None:
    """Only an http or https address without user name, query and fragment."""
    with pytest.raises(Misuse):
        origin_of(url)


@pytest.mark.shows("A37")
def test_the_page_needs_its_token(echo: tuple[Proxy, list[dict[str, str]]]) -> None:
    """Without the token the path is one of the server's."""
    proxy, seen = echo
    assert httpx.get(f"{proxy.origin}/{'x' * 32}/").text == "echo"
    assert len(seen) == 1


@pytest.mark.shows("A97")
def test_what_is_remembered_is_bounded() -> None:
    """A flood of requests pushes the oldest out."""
    journal = Journal()
    query = urlencode({"response_type": "code", "client_id": "a", "redirect_uri": "https://app.example/cb"})
    for number in range(MAX_MESSAGES + 20):
        url = f"https://login.example/authorize?{query}&state={number}"
        journal._messages.append(
            Message(number=number, where=f"request {number}", url=url, request_headers=(), body="")
        )
    assert len(journal._messages) == MAX_MESSAGES
    assert len(journal.whole().logins) <= MAX_MESSAGES


def test_metadata_points_at_the_proxy_and_keeps_the_issuer() -> None:
    """Endpoints of the upstream move, also nested ones; the issuer and foreign endpoints do not."""
    document = (
        b'{"issuer": "https://up.example", "token_endpoint": "https://up.example/token", "x": [1],'
        b' "jwks_uri": "https://up.example.evil/jwks", "mtls_endpoint_aliases": {"token_endpoint":'
        b' "https://up.example/mtls"}}'
    )
    assert metadata.rewrite(document, "https://up.example", "http://127.0.0.1:1") == (
        b'{"issuer": "https://up.example", "token_endpoint": "http://127.0.0.1:1/token", "x": [1],'
        b' "jwks_uri": "https://up.example.evil/jwks", "mtls_endpoint_aliases": {"token_endpoint":'
        b' "http://127.0.0.1:1/mtls"}}'
    )
    assert metadata.rewrite(b"no json", "https://up.example", "http://127.0.0.1:1") is None
    assert metadata.is_metadata("/realms/x/.well-known/openid-configuration")
    assert metadata.is_metadata("/.well-known/oauth-authorization-server/tenant")
    assert not metadata.is_metadata("/oauth/token")
