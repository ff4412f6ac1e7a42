"""A login over both kinds of server: what the browser gets, and what it never gets."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest

from proofkey.bff import Bff, Discover, Lifetimes
from proofkey.core.errors import Misuse
from tests.bff.api_server import ApiServer
from tests.bff.conftest import DAYS, SECRET
from tests.bff.visitors import CALLBACK, FETCH, Visitor, authorize, goes_to, state_of
from tests.client.real_server import RealServer
from tests.server.person import Clock


@pytest.mark.shows("A46")
def test_a_login_opens_a_session(browser: Visitor, server: RealServer) -> None:
    """The callback's page goes on to where the app wanted, and the app's scripts learn who it is."""
    assert browser.fetch("/bff/user").json() == {"logged_in": False, "login_url": "/bff/login"}
    page = browser.log_in(server, "/orders?open=7")
    assert goes_to(page) == "/orders?open=7"
    answer = browser.fetch("/bff/user")
    person = answer.json()["user"]
    assert (person["sub"], person["name"], person["email"]) == ("subject-ada", "Ada", "ada@example.org")
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-request-id"]


@pytest.mark.shows("F02", "A43")
def test_the_cookies_have_every_mark(browser: Visitor, server: RealServer) -> None:
    """__Host-, Secure, HttpOnly, Path=/, no Domain; Lax under way, then Strict (Browser-Based Apps 6.1.3.2)."""
    begun = browser.go("/bff/login").headers["set-cookie"]
    assert begun.startswith("__Host-bff_login_")
    assert begun.partition(";")[2] == " Path=/; HttpOnly; Secure; SameSite=Lax; Max-Age=600"
    set_now = browser.log_in(server).headers.get_list("set-cookie")
    assert len(set_now) == 2
    session = next(each for each in set_now if each.startswith("__Host-bff_session="))
    assert session.partition(";")[2] == " Path=/; HttpOnly; Secure; SameSite=Strict"
    dropped = next(each for each in set_now if each.startswith("__Host-bff_login_"))
    assert "=; " in dropped
    assert dropped.endswith("; Max-Age=0")


@pytest.mark.shows("B11", "A27")
def test_the_code_does_not_stay(browser: Visitor, server: RealServer) -> None:
    """The callback's page is not kept, tells nobody where it came from, and runs one script of ours."""
    page = browser.log_in(server)
    assert page.headers["cache-control"] == "no-store"
    assert page.headers["referrer-policy"] == "no-referrer"
    assert page.headers["content-security-policy"].startswith("default-src 'none'")
    assert "code=" not in page.text


@pytest.mark.shows("B14", "F08")
def test_no_answer_holds_a_token(browser: Visitor, server: RealServer, api: ApiServer) -> None:
    """Whatever the browser asks, the tokens that the API sees are not in it."""
    answers = [browser.log_in(server), browser.fetch("/bff/user"), browser.fetch("/bff/api/orders/orders/1")]
    token = api.last.headers["authorization"].removeprefix("Bearer ")
    answers += [browser.fetch("/bff/refresh", "POST"), browser.fetch("/bff/logout", "POST")]
    assert len(token) > 20
    for answer in answers:
        assert answer.status_code == 200
        assert token not in answer.text + str(answer.headers)
        assert "refresh_token" not in answer.text


def test_two_tabs_log_in_side_by_side(browser: Visitor, server: RealServer) -> None:
    """Each login has a cookie of its own; neither end disturbs the other."""
    first, second = browser.begin("/first"), browser.begin("/second")
    assert len(browser.pending()) == 2
    assert goes_to(browser.go(authorize(server, second))) == "/second"
    assert goes_to(browser.go(authorize(server, first))) == "/first"
    assert browser.pending() == []


@pytest.mark.shows("A38")
def test_five_logins_wait_and_the_sixth_drops_the_oldest(browser: Visitor, server: RealServer) -> None:
    """Whoever leaves tabs open does not fill his cookie jar; the newer ones still end well."""
    urls = [browser.begin(f"/{number}") for number in range(7)]
    assert len(browser.pending()) == 5
    for number, url in enumerate(urls):
        answer = browser.go(authorize(server, url))
        if number < 2:
            assert answer.status_code == 400
            assert answer.headers["x-proofkey-error"] == "state-mismatch"
        else:
            assert goes_to(answer) == f"/{number}"


def test_a_login_has_ten_minutes(make_bff: Callable[..., Bff], visit, server: RealServer) -> None:
    """After that the person begins anew, and is told how."""
    late = Clock()
    bff = make_bff(client=_with_clock(server, late))
    late.now = bff.clock()
    browser = visit(bff)
    callback = authorize(server, browser.begin("/orders"))
    late.now += 601
    answer = browser.go(callback)
    assert answer.status_code == 400
    assert answer.headers["x-proofkey-error"] == "login-cookie-unreadable"
    assert browser.session_id() is None


def _with_clock(server: RealServer, clock: Clock):
    from proofkey.client.blocking import Client

    found = Client.discover(server.issuer, client_id="bff", redirect_uri=CALLBACK, secret=SECRET)
    return Client(found.server, found.settings, clock=clock)


def test_a_no_is_an_answer(browser: Visitor, server: RealServer) -> None:
    """A person who refuses sees a page that says so, with a way back, and no session."""
    url = browser.begin("/orders")
    state = dict(pair.split("=", 1) for pair in url.partition("?")[2].split("&"))["state"]
    answer = browser.go(f"{CALLBACK}?error=access_denied&state={state}&iss={server.issuer}")
    assert answer.status_code == 403
    assert answer.headers["x-proofkey-error"] == "user-denied-access"
    assert "/bff/login?return_to=%2Forders" in answer.text
    assert browser.session_id() is None
    assert browser.pending() == []


def test_a_session_ends_when_idle_and_in_any_case(
    make_bff: Callable[..., Bff], visit, server: RealServer, clock: Clock
) -> None:
    """Use keeps it alive up to the absolute lifetime."""
    browser = visit(make_bff(lifetimes=Lifetimes(idle=3600, absolute=3 * 3600)))
    browser.log_in(server)
    clock.now += 3599
    assert browser.fetch("/bff/user").json()["logged_in"]
    clock.now += 3599
    assert browser.fetch("/bff/user").json()["logged_in"]
    clock.now += 3599
    assert browser.fetch("/bff/user").json()["logged_in"]
    clock.now += 10
    assert not browser.fetch("/bff/user").json()["logged_in"]  # three hours are over
    browser.log_in(server)
    clock.now += 3601
    assert browser.fetch("/bff/refresh", "POST").status_code == 401  # idle


def test_logout_ends_all_of_it(browser: Visitor, server: RealServer, api: ApiServer) -> None:
    """The session is gone here, its tokens at the server, and the cookie in the browser."""
    browser.log_in(server)
    browser.fetch("/bff/api/orders/whoami")
    token = api.last.headers["authorization"]
    old = browser.session_id()
    answer = browser.fetch("/bff/logout", "POST")
    said = answer.json()
    assert (said["logged_out"], said["revoked"]) == (True, True)
    assert said["end_session_url"] == f"{server.issuer}/logout?client_id=bff"
    assert browser.session_id() is None
    stale = browser.fetch("/bff/user", headers={"cookie": f"__Host-bff_session={old}"})
    assert stale.json()["logged_in"] is False
    import httpx

    assert httpx.get(f"{server.issuer}/oauth/userinfo", headers={"authorization": token}).status_code == 401
    again = browser.fetch("/bff/logout", "POST")
    assert (again.status_code, again.json()["logged_out"]) == (200, False)


def test_the_server_may_be_away_when_the_app_starts(visit, server: RealServer, clock: Clock) -> None:
    """Metadata is asked for at the first login; until then, and while it fails, the answer says so."""
    browser = visit(
        Bff(Discover("http://127.0.0.1:9", client_id="bff", redirect_uri=CALLBACK, secret=SECRET), clock=clock)
    )
    answer = browser.go("/bff/login")
    assert answer.status_code == 503
    assert answer.json()["fault"] == "server-unavailable"
    assert answer.headers["retry-after"]
    assert browser.fetch("/bff/user").json()["logged_in"] is False


@pytest.mark.shows("F01", "B01")
def test_the_login_is_a_code_with_pkce_for_a_client_with_a_secret(
    make_bff: Callable[..., Bff], visit, server: RealServer
) -> None:
    """The challenge goes with the browser, the secret with the back end: a wrong one ends the login."""
    party = Discover(server.issuer, client_id="bff", redirect_uri=CALLBACK, secret="another secret")
    browser: Visitor = visit(make_bff(client=party))
    url = browser.begin()
    asked = parse_qs(urlsplit(url).query)
    assert (asked["response_type"], asked["code_challenge_method"]) == (["code"], ["S256"])
    assert "client_secret" not in asked
    answer = browser.go(authorize(server, url))
    assert (answer.status_code, browser.session_id()) == (502, None)


def test_scopes_may_be_a_text(make_bff: Callable[..., Bff], visit, server: RealServer) -> None:
    """As on the wire; what was asked for is what the callback is checked for."""
    browser: Visitor = visit(make_bff(scopes="openid profile"))
    assert browser.log_in(server).status_code == 200
    assert browser.fetch("/bff/user").json()["user"]["name"] == "Ada"


def test_a_person_who_logged_in_longer_ago_than_max_age_gets_no_session(
    make_bff: Callable[..., Bff], visit, server: RealServer
) -> None:
    """The server may not heed it, or never saw it; what counts is the ID token's auth_time."""
    browser: Visitor = visit(make_bff(extra={"max_age": "3600"}))
    assert browser.log_in(server).status_code == 200
    browser = visit(make_bff(extra={"max_age": "3600"}))
    url = browser.begin()
    browser.bff.max_age = -3600  # as if the person had last shown who he is long before
    assert (browser.go(authorize(server, url)).status_code, browser.session_id()) == (502, None)


@pytest.mark.shows("F01")
@pytest.mark.parametrize(
    ("settings", "redirect_uri", "why"),
    [
        ({}, "http://127.0.0.1:8000/bff/callback", "allow_insecure_loopback_cookies"),
        ({}, "http://app.example/bff/callback", "https"),
        ({}, "https://app.example/bff/back", "ends in /callback"),
        ({}, "https://app.example/bff/callback?x=1", "ends in /callback"),
        ({"after_login": "//evil.example"}, CALLBACK, "path of this site"),
        ({"development": True}, CALLBACK, "development"),
        ({"lifetimes": None, "cookie_name": "A b"}, CALLBACK, "cookies"),
        ({"extra": {"state": "mine"}}, CALLBACK, "extra may not hold state"),
        ({"extra": {"max_age": "1h"}}, CALLBACK, "seconds"),
        ({"secret": None}, CALLBACK, "allow_public_client"),
        ({"secret": ""}, CALLBACK, "allow_public_client"),
    ],
)
def test_settings_that_are_not_safe_are_refused(settings: dict[str, object], redirect_uri: str, why: str) -> None:
    """Before anybody logs in."""
    settings = dict(settings)
    secret = settings.pop("secret", SECRET)
    party = Discover("https://login.example", client_id="bff", redirect_uri=redirect_uri, secret=secret)  # type: ignore[arg-type]
    with pytest.raises(Misuse, match=why):
        Bff(party, **settings)  # type: ignore[arg-type]


def test_sessions_outlive_days(browser: Visitor, server: RealServer, clock: Clock) -> None:
    """With lifetimes to match, a login is renewed as long as the server renews it."""
    browser.log_in(server)
    clock.now += 2 * DAYS
    assert browser.fetch("/bff/api/orders/whoami").status_code == 200
    assert server.refreshes == 1


@pytest.mark.shows("F02")
def test_development_on_loopback(make_bff: Callable[..., Bff], visit, server: RealServer) -> None:
    """By the loud option cookies go without prefix, the port in their names; failures are explained on the page."""
    home = "http://127.0.0.1:8123"
    party = Discover(server.issuer, client_id="bff", redirect_uri=f"{home}/bff/callback", secret=SECRET)
    bff = make_bff(client=party, allow_insecure_loopback_cookies=True, development=True)
    browser: Visitor = visit(bff)
    begun = browser.go(f"{home}/bff/login")
    assert begun.headers["set-cookie"].startswith("bff_login_8123_")
    assert "; Path=/; HttpOnly; SameSite=Lax" in begun.headers["set-cookie"]
    state = state_of(begun.headers["location"])
    failed = browser.go(f"{home}/bff/callback?code=nonsense&state={state}&iss=https://evil.example")
    assert failed.status_code == 502
    assert "To mend it" in failed.text
    state = state_of(browser.go(f"{home}/bff/login").headers["location"])
    refused = browser.go(f"{home}/bff/callback?code=nonsense&state={state}&iss={server.issuer}")
    assert "invalid_grant" in refused.text
    page = browser.go(authorize(server, browser.go(f"{home}/bff/login").headers["location"]))
    assert goes_to(page) == "/"
    assert browser.request("GET", f"{home}/bff/user", headers=FETCH).json()["logged_in"] is True
    assert "bff_session_8123" in browser.cookies


def test_another_key_deletes_nothing(make_bff: Callable[..., Bff], visit, server: RealServer) -> None:
    """A replica that was given a wrong key sees nobody logged in, and does the others no harm."""
    bff = make_bff()
    browser: Visitor = visit(bff)
    browser.log_in(server)
    wrong: Visitor = visit(make_bff(store=bff.store))
    cookie = {"cookie": f"__Host-bff_session={browser.session_id()}"}
    assert wrong.fetch("/bff/user", headers=cookie).json()["logged_in"] is False
    assert browser.fetch("/bff/user").json()["logged_in"] is True
