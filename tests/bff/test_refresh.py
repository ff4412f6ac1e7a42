"""At the end of a token's life one refresh reaches the server, whoever asks and however often."""

from __future__ import annotations

import asyncio
import hashlib
import json
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from proofkey.bff import Bff, Discover, Lifetimes, MemorySessions
from proofkey.bff.session_store import StoreUnavailable
from proofkey.bff.sqlite_sessions import SqliteSessions
from proofkey.client.sending import HttpxSend
from proofkey.core.wire import HttpRequest, HttpResponse
from tests.bff.api_server import Answer, ApiServer
from tests.bff.conftest import DAYS, SECRET
from tests.bff.visitors import CALLBACK, FETCH, ORIGIN, AsgiVisitor, Loop, Visitor, WsgiVisitor, expire_token
from tests.client.processes import ask_at_once
from tests.client.real_server import RealServer
from tests.server.person import Clock

PROCESS = """
import hashlib, sys
from proofkey.bff import Bff, Discover, Lifetimes
from proofkey.bff.STORE import CLASS
issuer, place, handle, key_file = sys.argv[1:]
from proofkey.bff.key_file import read_key_file
from pathlib import Path
CALLBACK = "https://app.example/bff/callback"
app = Bff(
    Discover(issuer, client_id="bff", redirect_uri=CALLBACK, secret="a secret of the back end"),
    store=CLASS(place), keys=read_key_file(Path(key_file)), lifetimes=Lifetimes(30 * 86400.0, 90 * 86400.0),
).wsgi()
print("ready", flush=True)
sys.stdin.readline()
print(hashlib.sha256(app.access_token(handle).reveal().encode()).hexdigest(), flush=True)
"""


def handle_of(browser: Visitor) -> str:
    """Give the handle of the browser's session."""
    return hashlib.sha256((browser.session_id() or "").encode()).hexdigest()


def tokens_seen(api: ApiServer) -> set[str]:
    """Give the tokens that reached the API."""
    return {asked.headers["authorization"] for asked in api.asked}


@pytest.fixture(params=["memory", "sqlite", "postgres"])
def store(request: pytest.FixtureRequest, tmp_path: Path):
    """Each store."""
    if request.param == "memory":
        opened = MemorySessions()
    elif request.param == "sqlite":
        opened = SqliteSessions(tmp_path / "sessions.db")
    else:
        from proofkey.bff.key_file import VARIABLE, make_key_file
        from proofkey.bff.postgres_sessions import PostgresSessions

        make_key_file(tmp_path / "key")
        request.getfixturevalue("monkeypatch").setenv(VARIABLE, str(tmp_path / "key"))
        opened = PostgresSessions(request.getfixturevalue("postgres"))
    yield opened
    opened.close()


def test_fifty_threads_make_one_refresh(
    make_bff: Callable[..., Bff], store, server: RealServer, api: ApiServer, clock: Clock
) -> None:
    """Fifty calls at once through the proxy of a WSGI server."""
    browser = WsgiVisitor(make_bff(store=store))
    browser.log_in(server)
    expire_token(browser)
    cookie, gate = {"cookie": f"__Host-bff_session={browser.session_id()}"}, threading.Barrier(50)

    def call(_: int) -> int:
        with httpx.Client(transport=httpx.WSGITransport(browser.app), base_url=ORIGIN) as http:
            gate.wait()
            return http.get("/bff/api/orders/whoami", headers=FETCH | cookie).status_code

    with ThreadPoolExecutor(50) as pool:
        assert set(pool.map(call, range(50))) == {200}
    assert (len(tokens_seen(api)), len(api.asked), server.refreshes) == (1, 50, 1)
    browser.close()


def test_fifty_tasks_make_one_refresh(
    make_bff: Callable[..., Bff], store, server: RealServer, api: ApiServer, clock: Clock, loop: Loop
) -> None:
    """Fifty calls at once through the proxy of an ASGI server."""
    browser = AsgiVisitor(make_bff(store=store), loop)
    browser.log_in(server)
    expire_token(browser)

    async def call_all() -> list[int]:
        calls = [browser.http.get("/bff/api/orders/whoami", headers=FETCH) for _ in range(50)]
        return [answer.status_code for answer in await asyncio.gather(*calls)]

    assert set(loop.call(call_all())) == {200}
    assert (len(tokens_seen(api)), len(api.asked), server.refreshes) == (1, 50, 1)
    browser.close()


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_four_processes_make_one_refresh(
    make_bff: Callable[..., Bff],
    server: RealServer,
    tmp_path: Path,
    kind: str,
    request: pytest.FixtureRequest,
    clock: Clock,
) -> None:
    """The lease is in the store: those that come later read what the first one wrote."""
    from proofkey.bff.key_file import make_key_file, read_key_file
    from proofkey.bff.postgres_sessions import PostgresSessions

    make_key_file(tmp_path / "key")
    place = str(tmp_path / "sessions.db") if kind == "sqlite" else request.getfixturevalue("postgres")
    store = SqliteSessions(place) if kind == "sqlite" else PostgresSessions(place)
    browser = WsgiVisitor(make_bff(store=store, keys=read_key_file(tmp_path / "key")))
    browser.log_in(server)
    program = PROCESS.replace("STORE", f"{kind}_sessions").replace("CLASS", type(store).__name__)
    expire_token(browser)
    printed = ask_at_once(program, server.issuer, place, handle_of(browser), str(tmp_path / "key"))
    assert (len(printed), server.refreshes) == (1, 1)
    assert len(printed.pop().strip()) == 64
    browser.close()
    store.close()


def test_a_live_token_asks_nobody(browser: Visitor, server: RealServer, api: ApiServer) -> None:
    """No refresh before its time, and tabs that ask for one at once share it."""
    browser.log_in(server)
    for _ in range(3):
        assert browser.fetch("/bff/api/orders/whoami").status_code == 200
    assert (server.refreshes, len(tokens_seen(api))) == (0, 1)


def test_the_refresh_endpoint_renews_now(browser: Visitor, server: RealServer, clock: Clock) -> None:
    """Once for all who ask within half a minute."""
    browser.log_in(server)
    clock.now += 31
    answers = [browser.fetch("/bff/refresh", "POST").json() for _ in range(3)]
    assert [answer["refreshed"] for answer in answers] == [True, False, False]
    assert answers[0]["logged_in"] is True
    assert server.refreshes == 1


def test_a_refused_refresh_ends_the_session(browser: Visitor, server: RealServer, api: ApiServer, clock: Clock) -> None:
    """The answer says that a login is needed, and where; nothing is tried a second time."""
    browser.log_in(server)
    browser.fetch("/bff/api/orders/whoami")
    token = api.last.headers["authorization"].removeprefix("Bearer ")
    ended = httpx.post(f"{server.issuer}/oauth/revoke", data={"token": token}, auth=("bff", SECRET.replace(" ", "+")))
    assert ended.status_code == 200
    expire_token(browser)
    for expected in (1, 1):
        answer = browser.fetch("/bff/api/orders/whoami")
        assert answer.status_code == 401
        said = answer.json()
        assert (said["error"], said["login_url"]) == ("login_required", "/bff/login")
        assert server.refreshes == expected
    assert browser.fetch("/bff/user").json()["logged_in"] is False


class Failing:
    """Sends, until it is told to fail; the failures come before or after the server did its part."""

    def __init__(self) -> None:
        self.send, self.failures = HttpxSend(), list[Exception]()
        self.answered: list[HttpResponse] = []

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if b"grant_type=refresh_token" in request.body and self.failures:
            raise self.failures.pop(0)
        return self.send(request)


def expired_behind_failing(make_bff: Callable[..., Bff], server: RealServer) -> tuple[WsgiVisitor, Failing]:
    """Log a browser in whose token is over; what its back end sends can fail."""
    send = Failing()
    browser = WsgiVisitor(make_bff())
    browser.app = browser.bff.wsgi(send=send)
    browser.http = browser._browser()
    browser.log_in(server)
    expire_token(browser)
    return browser, send


def test_a_server_that_is_away_ends_no_session(
    make_bff: Callable[..., Bff], server: RealServer, api: ApiServer, clock: Clock
) -> None:
    """503 with Retry-After; the lease is given back, and the next call renews."""
    from proofkey.client.errors import NotReached

    browser, send = expired_behind_failing(make_bff, server)
    send.failures = [NotReached("gone", fault="server-unavailable")]
    answer = browser.fetch("/bff/api/orders/whoami")
    assert answer.status_code == 503
    assert (answer.json()["fault"], answer.headers["retry-after"]) == ("server-unavailable", "2")
    assert api.asked == []
    assert browser.fetch("/bff/api/orders/whoami").status_code == 200
    send.send.close()


@pytest.mark.parametrize("answer", [HttpResponse(502), HttpResponse(503, (), b'{"error": "temporarily_unavailable"}')])
def test_a_server_in_trouble_ends_no_live_token(
    make_bff: Callable[..., Bff], server: RealServer, clock: Clock, answer: HttpResponse
) -> None:
    """Nearly over is not over: the call goes on with the token that there is; when it is over, 503."""
    browser, send = expired_behind_failing(make_bff, server)
    browser.log_in(server)
    real = send.send

    def in_trouble(request: HttpRequest) -> HttpResponse:
        return answer if b"grant_type=refresh_token" in request.body else real(request)

    send.send = in_trouble  # type: ignore[assignment]
    left = browser.fetch("/bff/user").json()["access_token_ends_in"]
    clock.now += left - 10
    assert browser.fetch("/bff/api/orders/whoami").status_code == 200
    clock.now += 20
    assert browser.fetch("/bff/api/orders/whoami").status_code == 503
    real.close()


def test_a_lost_answer_is_asked_for_once_more(
    make_bff: Callable[..., Bff], server: RealServer, api: ApiServer, clock: Clock
) -> None:
    """At once, while the server still gives the same successor."""
    from proofkey.client.errors import AnswerLost

    browser, send = expired_behind_failing(make_bff, server)
    send.failures = [AnswerLost("lost")]
    assert browser.fetch("/bff/api/orders/whoami").status_code == 200
    send.send.close()


class Stubborn(MemorySessions):
    """A store that fails when a renewed session is written, so many times."""

    failures = 0

    def replace(self, key: bytes, holder: bytes, contents: bytes) -> bool:
        """Fail, or write."""
        if self.failures:
            self.failures -= 1
            raise StoreUnavailable("the disk is slow")
        return super().replace(key, holder, contents)


@pytest.mark.shows("B09")
def test_a_rotated_token_is_stored_before_it_is_used(
    make_bff: Callable[..., Bff], visit, server: RealServer, api: ApiServer, clock: Clock
) -> None:
    """A store that fails is asked again; one that goes on failing means that nothing is sent to the API."""
    store = Stubborn()
    browser: Visitor = visit(make_bff(store=store))
    browser.log_in(server)
    expire_token(browser)
    store.failures = 2
    assert browser.fetch("/bff/api/orders/whoami").status_code == 200
    assert len(api.asked) == 1
    expire_token(browser)
    store.failures = 100
    assert browser.fetch("/bff/api/orders/whoami").status_code == 503
    assert len(api.asked) == 1


@pytest.mark.shows("A45", "A59")
def test_a_logout_during_a_refresh_wins(
    make_bff: Callable[..., Bff], server: RealServer, api: ApiServer, clock: Clock
) -> None:
    """The renewed tokens are not kept, not used, and revoked (attacks A45, A59)."""
    browser = WsgiVisitor(make_bff())
    sent: list[HttpRequest] = []

    class LoggingOut(Failing):
        def __call__(self, request: HttpRequest) -> HttpResponse:
            answer = super().__call__(request)
            sent.append(request)
            if b"grant_type=refresh_token" in request.body:
                browser.bff.store.delete(hashlib.sha256((browser.session_id() or "").encode()).digest())
                self.answered.append(answer)
            return answer

    send = LoggingOut()
    browser.app = browser.bff.wsgi(send=send)
    browser.http = browser._browser()
    browser.log_in(server)
    expire_token(browser)
    answer = browser.fetch("/bff/api/orders/whoami")
    assert answer.status_code == 401
    assert api.asked == []
    renewed = json.loads(send.answered[0].body)["access_token"]
    me = httpx.get(f"{server.issuer}/oauth/userinfo", headers={"authorization": f"Bearer {renewed}"})
    assert me.status_code == 401
    send.send.close()


def test_a_cancelled_request_does_not_lose_the_renewed_token(
    make_bff: Callable[..., Bff], server: RealServer, api: ApiServer, clock: Clock, loop: Loop
) -> None:
    """A tab that is closed while the server rotates the token harms nothing."""
    browser = AsgiVisitor(make_bff(), loop)
    browser.log_in(server)
    expire_token(browser)

    async def call_and_cancel() -> None:
        call = asyncio.ensure_future(browser.http.get("/bff/api/orders/whoami", headers=FETCH))
        while not browser.app._running:  # noqa: ASYNC110  # nothing tells when it began
            await asyncio.sleep(0)
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        await asyncio.wait(browser.app._running)

    loop.call(call_and_cancel())
    assert server.refreshes == 1
    assert browser.fetch("/bff/api/orders/whoami").status_code == 200
    assert server.refreshes == 1
    browser.close()


def test_a_token_that_the_api_refuses_is_renewed_once(
    browser: Visitor, server: RealServer, api: ApiServer, clock: Clock
) -> None:
    """It may have ended before its time; a second refusal stands, and an API that refuses all makes no storm."""
    browser.log_in(server)
    clock.now += 60
    api.answer = lambda asked: Answer(401 if len(api.asked) == 1 else 200)
    assert browser.fetch("/bff/api/orders/whoami").status_code == 200
    assert (len(api.asked), len(tokens_seen(api)), server.refreshes) == (2, 2, 1)
    api.answer = lambda asked: Answer(401)
    for _ in range(3):
        answer = browser.fetch("/bff/api/orders/whoami")
        assert answer.status_code == 401
        assert "x-proofkey-error" not in answer.headers
    assert server.refreshes == 1
    assert browser.fetch("/bff/user").json()["logged_in"] is True
    clock.now += 60
    before = len(api.asked)
    assert browser.fetch("/bff/api/orders/orders/1", "POST", content=b"{}").status_code == 401
    assert (len(api.asked), server.refreshes) == (before + 1, 1)  # what may have had an effect is not repeated


def test_without_a_refresh_token_the_login_ends_with_its_token(
    make_bff: Callable[..., Bff], visit, genesys_server: RealServer, clock: Clock
) -> None:
    """As for public clients of Genesys Cloud."""
    from proofkey import genesys

    where = genesys.gateway(genesys_server.issuer)
    client = genesys.Client(where, client_id="public", redirect_uri=CALLBACK)
    browser: Visitor = visit(
        Bff(client, lifetimes=Lifetimes(30 * DAYS, 90 * DAYS), clock=clock, allow_public_client=True)
    )
    browser.log_in(genesys_server)
    refreshed = browser.fetch("/bff/refresh", "POST").json()
    assert (refreshed["refreshed"], refreshed["logged_in"]) == (False, True)
    assert 0 < refreshed["session_ends_in"] <= 86_500
    clock.now += 2 * DAYS
    assert browser.fetch("/bff/user").json()["logged_in"] is False
    client.close()


def test_who_waits_for_a_dead_holder_is_told_to_come_back(
    make_bff: Callable[..., Bff], visit, server: RealServer, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And once the lease of a process that died runs out, somebody else renews."""
    monkeypatch.setattr("proofkey.bff.renewal._PATIENCE", 0.2)
    bff = make_bff()
    browser: Visitor = visit(bff)
    browser.log_in(server)
    expire_token(browser)
    key = bytes.fromhex(handle_of(browser))
    assert bff.store.take_lease(key, b"dead", now=clock.now, until=clock.now + 120) is not None
    began = time.monotonic()
    answer = browser.fetch("/bff/api/orders/whoami")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")
    assert time.monotonic() - began < 60
    clock.now += 121
    assert browser.fetch("/bff/api/orders/whoami").status_code == 200
    assert server.refreshes == 1


def test_the_server_may_be_unknown_when_a_process_starts(
    make_bff: Callable[..., Bff], visit, server: RealServer, clock: Clock
) -> None:
    """A session of an earlier process is renewed by one that never saw a login."""
    store, bff = MemorySessions(), make_bff()
    bff.store = store
    browser: Visitor = visit(bff)
    browser.log_in(server)
    later = Bff(
        Discover(server.issuer, client_id="bff", redirect_uri=CALLBACK, secret=SECRET),
        store=store,
        keys=bff.keys,
        lifetimes=bff.lifetimes,
        clock=clock,
    )
    expire_token(browser)
    cookie = {"cookie": f"__Host-bff_session={browser.session_id()}"}
    answer = visit(later).fetch("/bff/refresh", "POST", headers=cookie)
    assert answer.json()["refreshed"] is True
