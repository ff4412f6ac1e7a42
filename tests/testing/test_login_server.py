"""The server as a test has it: in this process and as another, with one set of words for both."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from proofkey import Client
from proofkey.client.errors import AnswerLost
from proofkey.core.errors import AuthorizationDenied, Misuse, PeerViolation, TokenRefused
from proofkey.testing import LoginNotFinished, LoginServer, ServerSettings, serve_in_process
from proofkey.testing.login_server import FailureName

CALLBACK = "http://127.0.0.1:8765/callback"


@pytest.fixture(params=["proofkey_server", "proofkey_process"])
def login(request: pytest.FixtureRequest) -> LoginServer:
    """Both kinds."""
    return request.getfixturevalue(request.param)


@pytest.fixture
def app(login: LoginServer) -> Iterator[Client]:
    """An app of ours, with the client that this library has."""
    registered = login.add_client(redirect_uri=CALLBACK, scopes=["openid", "profile", "offline_access"])
    client = Client.discover(login.issuer, client_id=registered.client_id, redirect_uri=registered.redirect_uri)
    yield client
    client.close()


def log_in(login: LoginServer, app: Client, **options):
    """Log somebody in with the app; give the tokens."""
    url, transaction = app.begin(scopes=["openid", "profile", "offline_access"])
    return app.finish(login.log_in(url, login.add_user(), **options), transaction)


def test_a_login_in_one_line_each(login: LoginServer, app: Client) -> None:
    """Claims are those that the test gave; the names of secrets show nothing."""
    ada = login.add_user("ada", claims={"name": "Ada Lovelace"}, email="ada@example.org")
    assert ada.password not in repr(ada)
    url, transaction = app.begin(scopes=["openid", "profile"])
    tokens = app.finish(login.log_in(url, ada), transaction)
    assert app.userinfo(tokens)["name"] == "Ada Lovelace"
    assert tokens.claims is not None
    assert tokens.claims["sub"] == ada.subject


def test_a_person_says_no(login: LoginServer, app: Client) -> None:
    """The consent page's other button."""
    with pytest.raises(AuthorizationDenied):
        log_in(login, app, decision="deny")


def test_a_person_stays_logged_in(login: LoginServer, app: Client) -> None:
    """In the same browser a second login asks for no password; in another it would have to."""
    person = login.person(login.add_user())
    url, transaction = app.begin(scopes=["openid"])
    app.finish(person.log_in(url), transaction)
    url, _ = app.begin(scopes=["openid"])
    assert "error=login_required" in login.http.get(f"{url}&prompt=none").headers["location"]
    assert "error=login_required" not in person.log_in(f"{url}&prompt=none")


def test_a_login_that_does_not_end_says_why(login: LoginServer, app: Client) -> None:
    """A wrong password, and an error page with its fault."""
    from dataclasses import replace

    url, _ = app.begin(scopes=["openid"])
    with pytest.raises(LoginNotFinished, match="do not fit together"):
        login.log_in(url, replace(login.add_user(), password="wrong"))
    with pytest.raises(LoginNotFinished) as caught:
        login.log_in(url.replace("8765%2Fcallback", "8765%2Fcallbac"), login.add_user())
    assert caught.value.fault == "redirect-uri-not-registered"
    with pytest.raises(LoginNotFinished, match="form_post"):
        login.log_in(f"{url}&response_mode=form_post", login.add_user())


RAISED: dict[FailureName, tuple[type[Exception], str | None]] = {
    "expire-code": (TokenRefused, "code-expired"),
    "rate-limit": (TokenRefused, "rate-limited"),
    "genesys-rate-limit": (TokenRefused, "rate-limited"),
    "unavailable": (PeerViolation, "server-unavailable"),
    "html-answer": (PeerViolation, "token-answer-html"),
    "redirect-token": (PeerViolation, "token-request-redirected"),
    "lose-answer": (AnswerLost, "server-unavailable"),
    "lose-request": (AnswerLost, "server-unavailable"),
    "wrong-issuer": (PeerViolation, "issuer-mismatch"),
    "wrong-state": (PeerViolation, "state-mismatch"),
}


def test_this_librarys_client_names_each_failure(login: LoginServer, app: Client) -> None:
    """The journal has the same name for it; the next login is good."""
    for name, (raised, fault) in RAISED.items():
        failing = login.fail(name, times=1, client=app_id(login, app))
        with pytest.raises(raised):
            log_in(login, app)
        assert failing.hits == 1, name
        assert login.refusals(app_id(login, app))[0].fault == fault, name
    assert log_in(login, app).refresh_token is not None


def app_id(login: LoginServer, app: Client) -> str:
    """Give the app's client_id, as its own requests tell it."""
    return parse_qs(urlsplit(app.begin(scopes=["openid"])[0]).query)["client_id"][0]


def test_refreshing_fails(login: LoginServer, app: Client) -> None:
    """Refused, or lost after the commit: the retry gets the same successor."""
    tokens = log_in(login, app)
    with login.fail("refuse-refresh"), pytest.raises(TokenRefused):
        app.refresh(tokens)
    with login.fail("lose-answer", times=1), pytest.raises(AnswerLost):
        app.refresh(tokens)
    assert app.refresh(tokens).access_token != tokens.access_token


def test_time_moves_and_keys_change(login: LoginServer, app: Client) -> None:
    """A code of a minute ago; an ID token that is signed with a key nobody has seen."""
    url, transaction = app.begin(scopes=["openid"])
    callback = login.log_in(url, login.add_user())
    before = login.now
    login.move_time(90)
    assert 90 <= login.now - before < 120
    with pytest.raises(TokenRefused):
        app.finish(callback, transaction)
    login.reset()
    kids = {key["kid"] for key in login.http.get("/oauth/jwks").json()["keys"]}
    login.rotate_keys()
    assert {key["kid"] for key in login.http.get("/oauth/jwks").json()["keys"]} > kids


def test_a_slow_answer_is_given_up(login: LoginServer) -> None:
    """By whoever has less patience, in-process too."""
    client = login.add_client(grant_types=["client_credentials"], confidential=True)
    form = {"grant_type": "client_credentials"}
    auth = (client.client_id, client.secret or "")
    with login.fail("slow-answer", seconds=30), pytest.raises(httpx.ReadTimeout):
        login.http.post("/oauth/token", data=form, auth=auth, timeout=httpx.Timeout(60, read=0.2))
    assert login.http.post("/oauth/token", data=form, auth=auth).status_code == 200


def test_what_is_asked_wrongly_is_refused(login: LoginServer) -> None:
    """In words that name the mistake, at the line of the test."""
    with pytest.raises(Misuse, match="no failure"):
        login.fail("explode")  # type: ignore[arg-type]
    with pytest.raises(Misuse, match="unknown field"):
        login.add_client(redirect_uri=CALLBACK, redirects=[])
    with pytest.raises(Misuse, match="never match"):
        login.add_client(redirect_uri=f"{CALLBACK}#x")


def test_every_failure_can_be_asked_for(proofkey_server: LoginServer) -> None:
    """The names that type checkers offer are those of the server."""
    from typing import get_args

    from proofkey.server.development.failures import FAILURES, OF_A_CLIENT, OF_NOBODY
    from proofkey.testing.login_server import Endpoint

    assert set(get_args(FailureName)) == set(FAILURES)
    assert get_args(Endpoint) == (*OF_A_CLIENT, *OF_NOBODY)


def test_settings_reach_both_kinds() -> None:
    """Personality and lifetimes; a page that may ask."""
    from proofkey.testing import serve_process

    said = ServerSettings("genesys", access_token_lifetime=120, pages=("http://localhost:5173",))
    for serve in (serve_in_process, serve_process):
        with serve(said) as login:
            client = login.add_client(grant_types=["client_credentials"], confidential=True)
            auth = (client.client_id, client.secret or "")
            answer = login.http.post("/oauth/token", data={"grant_type": "client_credentials"}, auth=auth)
            assert answer.json()["token_type"] == "bearer"
            assert answer.json()["expires_in"] in (119, 120)
            asked = {"origin": "http://localhost:5173", "proofkey-control": "page"}
            assert login.http.get("/development/control/time", headers=asked).status_code == 200


async def test_an_app_on_a_loop_reaches_it_without_a_network(proofkey_server: LoginServer) -> None:
    """The transport serves httpx.AsyncClient on any loop, too."""
    transport = proofkey_server.transport
    async with httpx.AsyncClient(transport=transport, base_url=proofkey_server.issuer) as http:  # type: ignore[arg-type]
        assert (await http.get("/healthz")).status_code == 200
        with proofkey_server.fail("lose-request", endpoint="jwks"), pytest.raises(httpx.ReadError):
            await http.get("/oauth/jwks")
