"""Our authorization server in both personalities, an API, and a browser in front of a back end over ASGI and WSGI."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from proofkey.bff import Api, Bff, Discover, Lifetimes
from proofkey.core.client_auth import hash_secret
from proofkey.core.secret import ClientSecret
from tests.bff.api_server import Answer, ApiServer, run_api_server
from tests.bff.visitors import CALLBACK, AsgiVisitor, Loop, Visitor, WsgiVisitor
from tests.client.real_server import RealServer, run_real_server
from tests.server.person import Clock, client

SECRET = "a secret of the back end"
LOOPBACK_CALLBACK = "http://127.0.0.1/bff/callback"
SCOPES = ("openid", "profile", "email")
DAYS = 86_400.0

# The site's client, and a site without a secret.
_CLIENT = client(
    client_id="bff",
    name="The site",
    redirect_uris=(CALLBACK, LOOPBACK_CALLBACK),
    post_logout_redirect_uris=("https://app.example/bye",),
    auth_method="client_secret_basic",
    secret_hash=hash_secret(ClientSecret(SECRET)),
    trusted=True,
)
CLIENTS = (_CLIENT, replace(_CLIENT, client_id="public", auth_method="none", secret_hash=None))


def orders(api: ApiServer) -> Api:
    """Give the rules for the API."""
    return Api("orders", api.origin, allow=["GET,POST,DELETE /orders/", "GET /whoami"], max_request=100_000)


@pytest.fixture(scope="session")
def _standard(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealServer]:
    with run_real_server(tmp_path_factory.mktemp("standard"), clients=CLIENTS) as server:
        yield server


@pytest.fixture(scope="session")
def _genesys(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealServer]:
    with run_real_server(tmp_path_factory.mktemp("genesys"), clients=CLIENTS, personality="genesys") as server:
        yield server


@pytest.fixture
def server(_standard: RealServer) -> RealServer:
    """The authorization server, with nothing counted yet."""
    _standard.refreshes = 0
    return _standard


@pytest.fixture
def genesys_server(_genesys: RealServer) -> RealServer:
    """The same as Genesys Cloud."""
    _genesys.refreshes = 0
    return _genesys


@pytest.fixture(scope="session")
def _api() -> Iterator[ApiServer]:
    with run_api_server() as api:
        yield api


@pytest.fixture
def api(_api: ApiServer) -> ApiServer:
    """The API, asked nothing yet."""
    _api.asked.clear()
    _api.answer = lambda asked: Answer()
    return _api


@pytest.fixture(scope="session")
def loop() -> Iterator[Loop]:
    """An event loop in a thread."""
    loop = Loop()
    yield loop
    loop.close()


@pytest.fixture
def clock() -> Clock:
    """The time of the back end; the servers have the real one."""
    import time

    return Clock(time.time())


@pytest.fixture
def make_bff(server: RealServer, api: ApiServer, clock: Clock) -> Callable[..., Bff]:
    """Make a back end for the site, with an API of a few rules."""

    def make(**changes: object) -> Bff:
        settings: dict[str, object] = {
            "scopes": SCOPES,
            "apis": [orders(api)],
            "lifetimes": Lifetimes(idle=30 * DAYS, absolute=90 * DAYS),
            "clock": clock,
        } | changes
        party = settings.pop("client", Discover(server.issuer, client_id="bff", redirect_uri=CALLBACK, secret=SECRET))
        return Bff(party, **settings)  # type: ignore[arg-type]

    return make


@pytest.fixture(params=["asgi", "wsgi"])
def visit(request: pytest.FixtureRequest, loop: Loop) -> Iterator[Callable[[Bff], Visitor]]:
    """Open a browser in front of a back end; each test runs over ASGI and over WSGI."""
    opened: list[AsgiVisitor | WsgiVisitor] = []

    def open_visitor(bff: Bff) -> Visitor:
        visitor = AsgiVisitor(bff, loop) if request.param == "asgi" else WsgiVisitor(bff)
        opened.append(visitor)
        return visitor

    yield open_visitor
    for visitor in opened:
        visitor.close()


@pytest.fixture
def browser(visit: Callable[[Bff], Visitor], make_bff: Callable[..., Bff]) -> Visitor:
    """A browser in front of the site."""
    return visit(make_bff())


@pytest.fixture(scope="session", params=["asgi", "wsgi"])
def _ada(request: pytest.FixtureRequest, _standard: RealServer, _api: ApiServer, loop: Loop) -> Iterator[Visitor]:
    party = Discover(_standard.issuer, client_id="bff", redirect_uri=CALLBACK, secret=SECRET)
    bff = Bff(party, scopes=SCOPES, apis=[orders(_api)])
    visitor = AsgiVisitor(bff, loop) if request.param == "asgi" else WsgiVisitor(bff)
    visitor.log_in(_standard)
    yield visitor
    visitor.close()


@pytest.fixture
def ada(_ada: Visitor, api: ApiServer, server: RealServer) -> Visitor:
    """A browser that is logged in, for tests that leave the session as it is."""
    return _ada
