"""The examples do what their README files say, against our own server in both personalities."""

from __future__ import annotations

import base64
import hmac
import importlib.util
import json
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from types import ModuleType

import httpx
import pytest

from proofkey import genesys
from proofkey.bff import MemorySessions
from tests.bff.conftest import SECRET
from tests.bff.visitors import CALLBACK, FETCH, NAVIGATION, ORIGIN, Loop, authorize, goes_to
from tests.client.real_server import RealServer

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
TEAMS_SECRET = b"the secret of the webhook"


def load(name: str) -> ModuleType:
    """Load an example's app.py."""
    spec = importlib.util.spec_from_file_location(f"example_{name}", EXAMPLES / name / "app.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


class Window:
    """A browser of httpx before a FastAPI app that runs with its lifespan."""

    def __init__(self, app, loop: Loop) -> None:
        self.app, self.loop = app, loop
        self.http = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=ORIGIN)

    def __call__(self, method: str, path: str, **options) -> httpx.Response:
        return self.loop.call(self.http.request(method, path, **options))

    @contextmanager
    def open(self) -> Iterator[Window]:
        """Start the app, and end it."""
        lifespan = self.app.router.lifespan_context(self.app)
        self.loop.call(lifespan.__aenter__())
        try:
            yield self
        finally:
            self.loop.call(self.http.aclose())
            self.loop.call(lifespan.__aexit__(None, None, None))


def log_in(window, server: RealServer, path: str) -> str:
    """Log Ada in; give where the callback goes."""
    begun = window("GET", path, headers=NAVIGATION)
    return goes_to(window("GET", authorize(server, begun.headers["location"]), headers=NAVIGATION))


def test_the_fastapi_example(server: RealServer, tmp_path: Path, loop: Loop) -> None:
    """Pages, the proxy, an endpoint of its own, and a page that sends one to the login."""
    example = load("bff_fastapi")
    app = example.make_app(example.make_bff(server.issuer, "bff", SECRET, CALLBACK, tmp_path / "sessions.db"))
    with Window(app, loop).open() as window:
        assert 'src="/app.js"' in window("GET", "/").text
        assert "X-CSRF" in window("GET", "/app.js").text
        assert window("POST", "/orders", headers=FETCH).status_code == 401
        assert window("POST", "/orders").status_code == 403
        away = window("GET", "/members", headers=NAVIGATION)
        assert (away.status_code, away.headers["location"]) == (303, "/bff/login?return_to=%2Fmembers")
        assert log_in(window, server, away.headers["location"]) == "/members"
        assert "Logged in since" in window("GET", "/members", headers=NAVIGATION).text
        assert window("POST", "/orders", headers=FETCH).json() == {"ordered_by": "subject-ada"}
        assert window("GET", "/bff/api/account/api/v2/users/me", headers=FETCH).json()["name"] == "Ada"
        assert window("POST", "/bff/logout", headers=FETCH).json()["logged_out"] is True
        assert window("POST", "/orders", headers=FETCH).status_code == 401


def test_the_flask_example(server: RealServer, tmp_path: Path) -> None:
    """The same over WSGI."""
    example = load("bff_flask")
    bff = example.make_bff(server.issuer, "bff", SECRET, CALLBACK, tmp_path / "sessions.db")
    app = example.make_app(bff)
    with closing(bff.store), httpx.Client(transport=httpx.WSGITransport(app), base_url=ORIGIN) as http:
        assert 'href="/members"' in http.get("/").text
        assert http.post("/orders", headers=FETCH).status_code == 401
        assert http.post("/orders").status_code == 403
        away = http.get("/members", headers=NAVIGATION)
        assert (away.status_code, away.headers["location"]) == (303, "/bff/login?return_to=%2Fmembers")
        assert log_in(http.request, server, away.headers["location"]) == "/members"
        assert "members.js" in http.get("/members", headers=NAVIGATION).text
        assert "X-CSRF" in http.get("/static/members.js").text
        assert http.post("/orders", headers=FETCH).json() == {"ordered_by": "subject-ada"}
        assert http.get("/bff/api/account/api/v2/users/me", headers=FETCH).json()["name"] == "Ada"
        assert http.post("/bff/logout", headers=FETCH).json()["logged_out"] is True
        assert http.get("/elsewhere").status_code == 404


@pytest.mark.parametrize(
    ("name", "names"),
    [
        ("bff_fastapi", ["ISSUER", "CLIENT_ID", "CLIENT_SECRET"]),
        ("bff_flask", ["ISSUER", "CLIENT_ID", "CLIENT_SECRET"]),
        ("fastapi_app", ["ISSUER", "CLIENT_ID"]),
        ("teams_presence", ["REGION", "CLIENT_ID", "CLIENT_SECRET", "TEAMS_SECRET"]),
    ],
)
def test_an_example_without_its_settings_names_the_one_that_is_missing(
    name: str, names: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a sentence; the program that loads the app ends with it."""
    example = load(name)
    for missing in names:
        monkeypatch.delenv(missing, raising=False)
    for missing in names:
        with pytest.raises(SystemExit, match=f"Set the environment variable {missing}: README.md"):
            example.create_app() if name == "bff_flask" else example.app
        monkeypatch.setenv(missing, "mypurecloud.de")
    if name == "teams_presence":
        with pytest.raises(SystemExit, match="base64"):
            example.app  # noqa: B018


def signed(person: str, availability: str, secret: bytes = TEAMS_SECRET) -> dict:
    """Give an event as Teams sends it."""
    body = json.dumps({"from": {"aadObjectId": person}, "availability": availability}).encode()
    mark = base64.b64encode(hmac.digest(secret, body, "sha256")).decode()
    return {"content": body, "headers": {"authorization": f"HMAC {mark}", "content-type": "application/json"}}


@pytest.fixture
def bot(genesys_server: RealServer, loop: Loop):
    """The Teams example before our server as Genesys Cloud."""
    example = load("teams_presence")
    where = genesys.gateway(genesys_server.issuer)
    client = genesys.Client(where, client_id="bff", redirect_uri=CALLBACK, secret=SECRET)
    window = Window(example.make_app(client, TEAMS_SECRET, store=MemorySessions()), loop)
    with window.open():
        yield example, window
    client.close()


def presence(window: Window, server: RealServer, handle: str) -> str:
    """Ask Genesys Cloud for Ada's presence, with a token of her own."""
    login = next(route.app for route in window.app.routes if route.path == "/bff")
    token = window.loop.call(login.access_token(handle)).reveal()
    url = f"{server.issuer}/api/v2/users/me/presences/purecloud"
    return httpx.get(url, headers={"authorization": f"Bearer {token}"}).json()["presenceDefinition"]["systemPresence"]


def test_presence_follows_teams(bot, genesys_server: RealServer) -> None:
    """The person links once; then each event sets that person's presence, until the login ends."""
    example, window = bot
    assert window("POST", "/teams/events", **signed("teams-ada", "Busy")).json()["set"] is None
    away = window("GET", "/link", headers=NAVIGATION)
    assert away.status_code == 303
    assert log_in(window, genesys_server, away.headers["location"]) == "/link"
    assert "code that the bot sent" in window("GET", "/link", headers=NAVIGATION).text
    code = example.make_link_code("teams-ada", TEAMS_SECRET)
    assert window("POST", "/link", json={"code": code}, headers=FETCH).json()["linked"] == "teams-ada"
    from tests.bff.test_refresh import handle_of

    class Cookies:
        @staticmethod
        def session_id() -> str | None:
            return window.http.cookies.get("__Host-bff_session")

    handle = handle_of(Cookies)  # type: ignore[arg-type]
    window.http.cookies.clear()  # the browser is closed; the back end goes on
    for availability, expected in [("InAMeeting", "Meeting"), ("DoNotDisturb", "Busy"), ("Available", "Available")]:
        assert window("POST", "/teams/events", **signed("teams-ada", availability)).json() == {"set": expected}
        assert presence(window, genesys_server, handle) == expected
    login = next(route.app for route in window.app.routes if route.path == "/bff")
    login.bff.store.delete(bytes.fromhex(handle))
    ended = window("POST", "/teams/events", **signed("teams-ada", "Busy")).json()
    assert ended == {"set": None, "why": "the login ended: link again"}


def test_nobody_else_sets_a_presence(bot) -> None:
    """Events that Teams did not sign, codes that the bot did not send, pages of other origins."""
    example, window = bot
    assert window("POST", "/teams/events", **signed("teams-ada", "Busy", b"another secret")).status_code == 401
    assert window("POST", "/teams/events", json={"from": {"aadObjectId": "x"}}).status_code == 401
    unsound = b"[]"
    mark = base64.b64encode(hmac.digest(TEAMS_SECRET, unsound, "sha256")).decode()
    headers = {"authorization": f"HMAC {mark}"}
    assert window("POST", "/teams/events", content=unsound, headers=headers).status_code == 400
    code = example.make_link_code("teams-ada", TEAMS_SECRET)
    assert window("POST", "/link", json={"code": code}, headers=FETCH).status_code == 401
    assert window("POST", "/link", json={"code": code}).status_code == 403


def test_a_code_of_somebody_elses_making_links_nobody(bot, genesys_server: RealServer) -> None:
    """Whoever is logged in cannot name another person of Teams."""
    _, window = bot
    away = window("GET", "/link", headers=NAVIGATION)
    log_in(window, genesys_server, away.headers["location"])
    assert window("POST", "/link", json={"code": "teams-eve.00"}, headers=FETCH).status_code == 403
