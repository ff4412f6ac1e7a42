"""The proxy: what goes to the API, what comes back, and which paths, headers and bodies do not get through."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable

import httpx
import pytest

from proofkey.bff import Api, Bff
from proofkey.bff.arrived import Arrived
from proofkey.bff.replies import Declined
from proofkey.core.errors import Misuse
from tests.bff.api_server import Answer, ApiServer, Asked, run_api_server
from tests.bff.visitors import FETCH, AsgiVisitor, Loop, Visitor, WsgiVisitor
from tests.client.real_server import RealServer


def test_a_call_bears_the_token(ada: Visitor, api: ApiServer, server: RealServer) -> None:
    """Method, path, query and body go on; the token is the person's own."""
    answer = ada.fetch(
        "/bff/api/orders/orders/7%20a?open=1&q=%2F",
        "POST",
        content=b'{"n": 1}',
        headers={"content-type": "application/json"},
    )
    assert (answer.status_code, answer.json()) == (200, {"from": "the api"})
    assert (api.last.method, api.last.target, api.last.body) == ("POST", "/orders/7%20a?open=1&q=%2F", b'{"n": 1}')
    assert api.last.headers["content-type"] == "application/json"
    me = httpx.get(f"{server.issuer}/oauth/userinfo", headers={"authorization": api.last.headers["authorization"]})
    assert me.json()["sub"] == "subject-ada"


@pytest.mark.shows("F07", "A74")
def test_nothing_of_the_browsers_own_goes_to_the_api(ada: Visitor, api: ApiServer) -> None:
    """No cookie, no claim about who one is or where one comes from, no hop-by-hop header, no other token (A74)."""
    sent = {
        "cookie": f"__Host-bff_session={ada.session_id()}; other=1",
        "authorization": "Bearer mine",
        "x-forwarded-user": "root",
        "x_forwarded_user": "root",
        "x-forwarded-for": "10.0.0.1",
        "forwarded": "for=10.0.0.1",
        "x-real-ip": "10.0.0.1",
        "x-auth-request-email": "root@example.org",
        "proxy-authorization": "Basic eA==",
        "te": "trailers",
        "upgrade": "h2c",
        "referer": "https://app.example/secret",
        "x-anything": "at all",
        "accept": "application/json",
    }
    assert ada.fetch("/bff/api/orders/whoami", headers=sent).status_code == 200
    seen = set(api.last.headers) - {"host", "connection"}
    assert seen == {"accept", "accept-encoding", "authorization", "user-agent", "x-request-id"}
    assert api.last.headers["authorization"] != "Bearer mine"
    assert api.last.headers["host"] == api.origin.removeprefix("http://")


def test_an_api_on_this_machine_is_asked_without_a_proxy(
    visit: Callable[[Bff], Visitor], make_bff: Callable[..., Bff], server: RealServer, api: ApiServer, monkeypatch
) -> None:
    """The token goes there by http because it does not leave the machine; with HTTP_PROXY set it would."""
    with run_api_server() as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.origin)
        visitor = visit(make_bff())
        monkeypatch.delenv("HTTP_PROXY")
        visitor.log_in(server)
        assert visitor.fetch("/bff/api/orders/whoami").status_code == 200
        assert (len(api.asked), len(proxy.asked)) == (1, 0)


@pytest.mark.shows("A46")
def test_nothing_of_the_apis_own_gets_into_our_origin(ada: Visitor, api: ApiServer) -> None:
    """No cookie, no CORS, no caching, no script in a page."""
    api.answer = lambda asked: Answer(
        200,
        b"<script>alert(1)</script>",
        (
            ("content-type", "text/html"),
            ("set-cookie", "__Host-bff_session=x; Path=/; Secure"),
            ("access-control-allow-origin", "*"),
            ("cache-control", "public, max-age=1000"),
            ("clear-site-data", '"*"'),
            ("service-worker-allowed", "/"),
            ("refresh", "0; url=https://evil.example"),
            ("etag", '"1"'),
        ),
    )
    answer = ada.fetch("/bff/api/orders/whoami")
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'; sandbox"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["etag"] == '"1"'
    gone = {"set-cookie", "access-control-allow-origin", "clear-site-data", "service-worker-allowed", "refresh"}
    assert gone.isdisjoint(answer.headers)


@pytest.mark.shows("A39")
def test_one_persons_cookies_of_the_api_reach_nobody_else(ada: Visitor, api: ApiServer) -> None:
    """The proxy keeps no cookie jar."""
    api.answer = lambda asked: Answer(200, b"{}", (("set-cookie", "person=ada; Path=/"),))
    ada.fetch("/bff/api/orders/whoami")
    ada.fetch("/bff/api/orders/whoami")
    assert "cookie" not in api.last.headers


@pytest.mark.shows("F04", "A73")
@pytest.mark.parametrize(
    "path",
    [
        "//evil.example/whoami",
        "/orders/../admin",
        "/orders/..%2fadmin",
        "/orders/%2e%2e/admin",
        "/orders/%252e%252e/admin",
        "/orders/..%5cadmin",
        "/orders/a%2fb",
        "/orders//x",
        "/orders/./x",
        "/orders/x;jsessionid=1",
        "/orders/%00",
        "/orders/%0d%0aHost:evil",
        "/orders/%ff",
        "/orders/%25",
        "/orders/" + "a" * 3000,
    ],
)
def test_a_path_that_can_be_read_twice_is_refused(ada: Visitor, api: ApiServer, path: str) -> None:
    """Traversal, encoded slashes, empty segments, parameters, control characters (attack A73)."""
    answer = ada.raw("GET", f"/bff/api/orders{path}", FETCH)
    assert (answer.status_code, answer.headers["x-proofkey-error"]) == (400, "path_refused")
    assert api.asked == []


@pytest.mark.shows("A73")
def test_without_the_raw_target_the_decoded_path_is_judged(
    make_bff: Callable[..., Bff], server: RealServer, api: ApiServer
) -> None:
    """Some WSGI servers tell no more: what is judged is what is sent, so that nothing slips through."""
    visitor = WsgiVisitor(make_bff())
    visitor.log_in(server)
    assert visitor.raw("GET", "/bff/api/orders/orders/a%2fb", FETCH, tells_target=False).status_code == 200
    assert api.last.target == "/orders/a/b"
    for path in ("/orders/..%2fadmin", "/orders/%2e%2e/admin", "/orders%2f..%2fadmin", "/orders/%252e%252e", "//x"):
        assert visitor.raw("GET", f"/bff/api/orders{path}", FETCH, tells_target=False).status_code == 400
    assert len(api.asked) == 1
    visitor.close()


@pytest.mark.shows("F04")
@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/admin", 403),
        ("GET", "/orders", 403),  # only below
        ("GET", "/whoami/x", 403),
        ("GET", "/whoamix", 403),
        ("GET", "/WHOAMI", 403),
        ("POST", "/whoami", 403),
        ("PUT", "/orders/1", 403),
        ("TRACE", "/orders/1", 403),
        ("CONNECT", "/orders/1", 403),
        ("get", "/orders/1", 403),
        ("HEAD", "/whoami", 200),
        ("DELETE", "/orders/1", 200),
        ("GET", "@evil.example/whoami", 404),
        ("GET", "", 400),
    ],
)
def test_only_what_a_rule_allows_gets_through(
    ada: Visitor, api: ApiServer, method: str, path: str, status: int
) -> None:
    """Methods and paths, as they are written."""
    assert ada.raw(method, f"/bff/api/orders{path}", FETCH).status_code == status
    assert len(api.asked) == (status == 200)


@pytest.mark.shows("F04", "A73")
def test_an_unknown_api_is_not_there(ada: Visitor) -> None:
    """Nor does an address in its place make one."""
    for path in ("/bff/api/other/x", "/bff/api/http://evil.example/", "/bff/api/", "/bff/api", "/bff/", "/elsewhere"):
        assert ada.raw("GET", path, FETCH).status_code == 404


@pytest.mark.shows("F04", "A14", "A76")
def test_a_redirect_of_the_api_is_not_followed(ada: Visitor, api: ApiServer) -> None:
    """It would carry the token to wherever it says."""
    api.answer = lambda asked: Answer(302, b"", (("location", "https://evil.example/"),))
    answer = ada.fetch("/bff/api/orders/whoami")
    assert (answer.status_code, answer.headers["x-proofkey-error"]) == (502, "api_redirects")
    assert "location" not in answer.headers
    assert len(api.asked) == 1


def test_errors_of_the_api_are_the_apis(ada: Visitor, api: ApiServer) -> None:
    """They pass unchanged, and cannot be taken for ours."""
    api.answer = lambda asked: Answer(409, b'{"error": "conflict"}')
    answer = ada.fetch("/bff/api/orders/whoami")
    assert (answer.status_code, answer.json()) == (409, {"error": "conflict"})
    assert "x-proofkey-error" not in answer.headers


def test_without_a_session_nothing_is_asked(browser: Visitor, api: ApiServer) -> None:
    """401 with the login's address."""
    answer = browser.fetch("/bff/api/orders/whoami")
    assert (answer.status_code, answer.json()["login_url"]) == (401, "/bff/login")
    assert api.asked == []


def test_bodies_have_bounds(ada: Visitor, api: ApiServer) -> None:
    """By their stated length, and by what really comes."""
    stated = ada.fetch("/bff/api/orders/orders/1", "POST", content=b"x" * 100_001)
    assert (stated.status_code, stated.headers["x-proofkey-error"]) == (413, "body_too_large")
    assert api.asked == []
    whole = ada.fetch("/bff/api/orders/orders/1", "POST", content=b"x" * 100_000)
    assert whole.status_code == 200
    assert len(api.last.body) == 100_000


@pytest.mark.parametrize(
    "headers",
    [
        {"content-length": "5, 6"},
        {"content-length": "-1"},
        {"content-length": "1e3"},
        {"content-length": "5", "transfer-encoding": "chunked"},
    ],
)
def test_a_length_that_can_be_read_twice_is_refused(ada: Visitor, api: ApiServer, headers: dict[str, str]) -> None:
    """Request smuggling (RFC 9112 6.3)."""
    assert ada.fetch("/bff/api/orders/orders/1", "POST", content=b"hello", headers=headers).status_code == 400
    assert api.asked == []


def test_a_value_that_no_header_holds_is_refused(make_bff: Callable[..., Bff]) -> None:
    """Servers do not let it through; if one does, it ends here."""
    from proofkey.bff.forwarding import forward
    from proofkey.core.secret import AccessToken

    api = make_bff().apis["orders"]
    for value in ("a\r\nx-evil: 1", "a\x00b", "a" * 5000):
        request = Arrived("GET", "/", "", (("accept", value),))
        with pytest.raises(Declined, match="header accept"):
            forward(api, request, "http://127.0.0.1/", AccessToken("x"), b"")


def test_a_query_that_is_not_printable_is_refused(make_bff: Callable[..., Bff]) -> None:
    """A line end in it would be one in the request."""
    api = make_bff().apis["orders"]
    for query in ("a=b c", "a=\r\nx", "a=é", "a=" + "b" * 9000):
        with pytest.raises(Declined, match="query"):
            api.address(Arrived("GET", "/whoami", query, ()), "/whoami")
    assert api.address(Arrived("GET", "/whoami", "a=#x", ()), "/whoami").endswith("/whoami?a=%23x")


def test_an_answer_is_passed_on_in_pieces(ada: Visitor, api: ApiServer) -> None:
    """As it comes, without a length."""
    api.answer = lambda asked: Answer(200, pieces=tuple(b"%d;" % n * 1000 for n in range(50)))
    answer = ada.fetch("/bff/api/orders/whoami")
    assert answer.content == b"".join(b"%d;" % n * 1000 for n in range(50))


def test_a_stream_of_events_goes_on_where_it_stopped(ada: Visitor, api: ApiServer) -> None:
    """The number of the last event reaches the API; its wish not to be buffered reaches a proxy before us."""
    event = ("content-type", "text/event-stream")
    api.answer = lambda asked: Answer(200, headers=(event, ("x-accel-buffering", "no")), pieces=(b"data: 8\n\n",))
    answer = ada.fetch("/bff/api/orders/whoami", headers={"last-event-id": "7"})
    assert api.last.headers["last-event-id"] == "7"
    assert (answer.headers["x-accel-buffering"], answer.content) == ("no", b"data: 8\n\n")


def test_an_answer_has_a_bound(make_bff: Callable[..., Bff], visit, server: RealServer, api: ApiServer) -> None:
    """A stated length over it is refused; one that comes unannounced is broken off, not cut short."""
    browser: Visitor = visit(make_bff(apis=[Api("orders", api.origin, allow=["GET /whoami"], max_answer=1000)]))
    browser.log_in(server)
    api.answer = lambda asked: Answer(200, b"x" * 1001)
    refused = browser.fetch("/bff/api/orders/whoami")
    assert (refused.status_code, refused.headers["x-proofkey-error"]) == (502, "answer_too_large")
    api.answer = lambda asked: Answer(200, pieces=(b"x" * 600, b"y" * 600))
    with pytest.raises(Declined):
        browser.fetch("/bff/api/orders/whoami")


def test_a_browser_that_leaves_ends_the_call(
    make_bff: Callable[..., Bff], server: RealServer, api: ApiServer, loop: Loop
) -> None:
    """An API that streams for ever is not read for ever."""
    visitor = AsgiVisitor(make_bff(), loop)
    visitor.log_in(server)
    api.answer = lambda asked: Answer(pieces=tuple(b"tick" for _ in range(10_000)), wait_between=0.01)
    sent: list[dict] = []

    async def call() -> None:
        left, given = asyncio.Event(), False

        async def receive():
            nonlocal given
            if not given:
                given = True
                return {"type": "http.request", "body": b"", "more_body": False}
            await left.wait()
            return {"type": "http.disconnect"}

        async def send(message) -> None:
            sent.append(message)
            if len(sent) > 3:
                left.set()

        headers = [(b"x-csrf", b"1"), (b"cookie", f"__Host-bff_session={visitor.session_id()}".encode())]
        scope = {"type": "http", "method": "GET", "path": "/bff/api/orders/whoami", "headers": headers}
        await asyncio.wait_for(visitor.app(scope, receive, send), 60)

    loop.call(call())
    assert 3 < len(sent) < 1000
    visitor.close()


def test_an_api_that_is_away_or_slow_is_said(
    make_bff: Callable[..., Bff], visit, server: RealServer, api: ApiServer
) -> None:
    """502 where the request surely did not arrive, 504 where it may have."""
    apis = [
        Api("away", "http://127.0.0.1:9", allow=["GET /"]),
        Api("slow", api.origin, allow=["GET /"], patience=1.0),
    ]
    browser: Visitor = visit(make_bff(apis=apis))
    browser.log_in(server)
    away = browser.fetch("/bff/api/away/x")
    assert (away.status_code, away.headers["x-proofkey-error"]) == (502, "api_not_reached")
    told = threading.Event()
    api.answer = lambda asked: Answer(200 if told.wait(60) else 500)
    slow = browser.fetch("/bff/api/slow/x")
    told.set()
    assert (slow.status_code, slow.headers["x-proofkey-error"]) == (504, "api_silent")


def test_calls_that_hang_do_not_keep_others_waiting(
    make_bff: Callable[..., Bff], loop: Loop, server: RealServer, api: ApiServer
) -> None:
    """A hundred streams that stay open, or one slow API, take no connection from anybody."""
    apis = [Api("slow", api.origin, allow=["GET /"]), Api("quick", api.origin, allow=["GET /"], patience=5.0)]
    visitor = AsgiVisitor(make_bff(apis=apis), loop)
    visitor.log_in(server)
    all_there, told = threading.Semaphore(0), threading.Event()

    def answer(asked: Asked) -> Answer:
        if asked.target == "/slow":
            all_there.release()
            told.wait(60)
        return Answer()

    async def call(name: str) -> int:
        return (await visitor.http.get(f"/bff/api/{name}/{name}", headers=FETCH)).status_code

    async def calls() -> int:
        hanging = [asyncio.ensure_future(call("slow")) for _ in range(100)]
        try:
            for _ in hanging:
                await asyncio.to_thread(all_there.acquire, timeout=60)
            return await call("quick")
        finally:
            told.set()
            await asyncio.gather(*hanging)

    api.answer = answer
    assert loop.call(calls()) == 200
    visitor.close()


@pytest.mark.shows("F04")
@pytest.mark.parametrize(
    ("origin", "rules", "headers"),
    [
        ("http://api.example", ["GET /"], ()),
        ("https://api.example/v1", ["GET /"], ()),
        ("https://user@api.example", ["GET /"], ()),
        ("https://api.example", [], ()),
        ("https://api.example", "GET /", ()),
        ("https://api.example", ["get /"], ()),
        ("https://api.example", ["GET //x"], ()),
        ("https://api.example", ["GET /a/../b"], ()),
        ("https://api.example", ["GET /a?b"], ()),
        ("https://api.example", ["GET /a#b"], ()),
        ("https://api.example", ["TRACE /"], ()),
        ("https://api.example", ["GET /"], ["Cookie"]),
        ("https://api.example", ["GET /"], ["authorization"]),
        ("https://api.example", ["GET /"], ["x-forwarded-user"]),
    ],
)
def test_rules_that_say_too_much_are_refused(origin: str, rules: list[str], headers: list[str]) -> None:
    """When the app starts, not when somebody is attacked."""
    with pytest.raises(Misuse):
        Api("orders", origin, allow=rules, headers=headers)


def test_an_app_may_name_headers_of_its_own(
    make_bff: Callable[..., Bff], visit, server: RealServer, api: ApiServer
) -> None:
    """They go on to that API."""
    apis = [Api("orders", api.origin, allow=["GET /whoami"], headers=["x-tenant"])]
    browser: Visitor = visit(make_bff(apis=apis))
    browser.log_in(server)
    browser.fetch("/bff/api/orders/whoami", headers={"x-tenant": "7"})
    assert api.last.headers["x-tenant"] == "7"
