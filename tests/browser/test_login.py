"""proofkey.js in a real browser, against an authorization server on another origin."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.sync_api import BrowserContext

from tests.browser.logins import fault, leave, log_in, page_for, settled
from tests.browser.sites import Application, AuthorizationServer, Request, as_json


@pytest.mark.shows("B01", "B14", "B13")
def test_a_login_gives_a_token_that_the_api_accepts(
    server: AuthorizationServer, app: Application, context: BrowserContext
) -> None:
    """From the start page to the API, with one token request and not one preflight for it."""
    tab = context.new_page()
    outcome = log_in(tab, app, "{ appState: { path: '/inbox' } }")
    assert outcome["session"]["appState"] == {"path": "/inbox"}
    assert tab.url == f"{app.origin}/callback"
    [exchange] = server.received("/oauth/token")
    assert set(exchange.form) == {"grant_type", "code", "redirect_uri", "client_id", "code_verifier"}
    assert len(exchange.form["code_verifier"]) == 43
    answer = tab.evaluate("api('/api/v2/users/me').then((answer) => answer.json())")
    assert answer == {"authorization": f"Bearer {outcome['session']['accessToken']}"}
    stored = tab.evaluate("JSON.stringify([sessionStorage, localStorage])")
    for secret in (outcome["session"]["accessToken"], exchange.form["code_verifier"], exchange.form["code"]):
        assert secret not in stored
    for request in server.requests + app.requests:
        assert outcome["session"]["accessToken"] not in request.path + str(request.query)
        assert exchange.form["code_verifier"] not in request.path + str(request.query)


@pytest.mark.shows("B18")
def test_an_effect_that_runs_twice_redeems_once(
    server: AuthorizationServer, app: Application, context: BrowserContext
) -> None:
    """A second call, and a second client as a framework's strict mode makes one, get the same session."""
    tab = context.new_page()
    outcome = log_in(tab, app)
    assert tab.evaluate("window.second") == outcome
    again = """(async () => {
        const other = make();
        const session = await other.handleCallback();
        return [session, await other.token()];
    })()"""
    assert tab.evaluate(again) == [outcome["session"], outcome["session"]["accessToken"]]
    assert len(server.received("/oauth/token")) == 1


@pytest.mark.shows("B18")
def test_a_failure_is_the_same_at_the_second_call(
    server: AuthorizationServer, app: Application, context: BrowserContext
) -> None:
    """Whoever calls again learns why the login failed, and the code is not sent again."""
    server.token_answer = lambda _: as_json(400, {"error": "invalid_grant"})
    tab = context.new_page()
    outcome = log_in(tab, app)
    assert fault(outcome) == "code-not-accepted"
    assert tab.evaluate("window.second") == outcome
    assert tab.evaluate("outcome(auth.handleCallback())") == outcome
    assert len(server.received("/oauth/token")) == 1


@pytest.mark.shows("B14", "B18")
def test_a_reload_of_the_callback_page_sends_nothing(
    server: AuthorizationServer, app: Application, context: BrowserContext
) -> None:
    """The address is clean, so the page is an ordinary one; the tokens went with the page's memory."""
    tab = context.new_page()
    log_in(tab, app)
    tab.reload()
    assert settled(tab) == {"session": None}
    assert len(server.received("/oauth/token")) == 1


@pytest.mark.shows("B04", "B18")
def test_the_callback_address_opened_again_is_told_from_a_forged_one(
    server: AuthorizationServer, app: Application, context: BrowserContext
) -> None:
    """From the history or a bookmark: "already completed", and the code is not sent again."""
    tab = context.new_page()
    log_in(tab, app)
    address = tab.evaluate("addressAtStart")
    tab.goto(address)
    assert fault(settled(tab)) == "callback-replayed"
    assert tab.url == f"{app.origin}/callback"
    assert len(server.received("/oauth/token")) == 1


def test_back_after_the_login_finds_the_session_or_an_ordinary_page(
    server: AuthorizationServer, app: Application, context: BrowserContext
) -> None:
    """The back/forward cache brings the page back with its session, a reload without; neither redeems again."""
    tab = context.new_page()
    outcome = log_in(tab, app)
    tab.goto(f"{app.origin}/elsewhere")
    tab.go_back()
    tab.wait_for_function("window.auth")
    assert tab.evaluate("outcome(auth.handleCallback())") in (outcome, {"session": None})
    assert len(server.received("/oauth/token")) == 1


@pytest.mark.shows("B02")
def test_two_tabs_log_in_at_once(server: AuthorizationServer, app: Application, context: BrowserContext) -> None:
    """Each tab finishes its own login, whichever began first."""
    tabs = [context.new_page(), context.new_page()]
    addresses = []
    for tab in tabs:
        tab.goto(app.origin)
        addresses.append(tab.evaluate("auth.authorizationUrl()"))
    outcomes = [
        leave(tab, app, f"(location.href = {json.dumps(url)})")
        for tab, url in reversed(list(zip(tabs, addresses, strict=True)))
    ]
    first, second = (outcome["session"]["accessToken"] for outcome in outcomes)
    assert first != second


@pytest.mark.shows("B02")
def test_two_logins_begun_in_one_tab_both_work(
    server: AuthorizationServer, app: Application, context: BrowserContext
) -> None:
    """The second login does not overwrite the first."""
    tab = context.new_page()
    tab.goto(app.origin)
    first, second = tab.evaluate("Promise.all([auth.authorizationUrl(), auth.authorizationUrl()])")
    for url in (first, second):
        assert leave(tab, app, f"(location.href = {json.dumps(url)})")["session"]
    assert len({each.form["code_verifier"] for each in server.received("/oauth/token")}) == 2


def test_two_apps_on_one_origin_do_not_disturb_each_other(
    server: AuthorizationServer, app: Application, context: BrowserContext
) -> None:
    """An app leaves the callback of another alone, even at the same address."""
    tab = context.new_page()
    tab.goto(app.origin)
    app.page += "<script type=module>window.other = make({ clientId: 'app:two' })</script>"
    outcome = leave(tab, app, "make({ clientId: 'app:two' }).login()")
    assert outcome == {"session": None}
    session = tab.evaluate("other.handleCallback()")
    assert session["accessToken"]
    assert server.received("/oauth/token")[0].form["client_id"] == "app:two"


@pytest.mark.shows("B11")
def test_the_apps_own_query_and_hash_stay(
    server: AuthorizationServer, app: Application, context: BrowserContext
) -> None:
    """Only the parameters of the response leave the address, byte for byte, and before the code is sent."""
    server.fragment = "#part?code=mine"
    server.authorization_response = lambda given: [
        ("a b", "ü"),
        *given.items(),
        ("session_state", "x"),
        ("codex", "mine"),
    ]
    tab = context.new_page()
    tab.goto(app.origin)
    outcome = leave(tab, app, "make({ redirectUri: '/callback?tenant=%C3%A9%20+&flag' }).login()")
    assert outcome["session"]
    clean = f"{app.origin}/callback?tenant=%C3%A9%20+&flag&a+b=%C3%BC&codex=mine#part?code=mine"
    assert tab.evaluate("addressAfterwards") == clean
    assert server.received("/oauth/token")[0].form["redirect_uri"] == f"{app.origin}/callback?tenant=%C3%A9%20+&flag"


@pytest.mark.shows("B18")
def test_a_page_of_the_app_with_a_code_of_its_own_is_left_alone(app: Application, context: BrowserContext) -> None:
    """`?code=` is the app's where no login is under way, and everywhere but at the redirect URI."""
    tab = context.new_page()
    for address in ("/shop?code=SUMMER&state=open", "/callback?code=SUMMER", "/callback?state=x"):
        tab.goto(app.origin + address)
        assert settled(tab) == {"session": None}
        assert tab.url == app.origin + address


@pytest.mark.shows("B04", "B05", "B18", "A31", "A33")
@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda given: {**given, "state": given["state"] + "x"}, "state-mismatch"),
        (lambda given: {**given, "state": "x" + given["state"]}, "state-mismatch"),
        (lambda given: {"code": given["code"], "iss": given["iss"]}, "state-missing"),
        (lambda given: {**given, "iss": "https://other.example"}, "issuer-mismatch"),
        (lambda given: {**given, "iss": given["iss"] + "/"}, "issuer-mismatch"),
        (lambda given: {"code": given["code"], "state": given["state"]}, "issuer-mismatch"),
        (lambda given: {"error": "access_denied", "state": given["state"], "iss": given["iss"]}, "user-denied-access"),
        (lambda given: {"error": "access_denied", "state": given["state"], "iss": "x"}, "issuer-mismatch"),
        (lambda given: {"error": "access_denied", "state": "x"}, "state-mismatch"),
        (lambda given: {"error": "invalid_scope", "state": given["state"], "iss": given["iss"]}, "scope-refused"),
    ],
)
def test_a_callback_that_cannot_be_believed_is_refused(
    server: AuthorizationServer, app: Application, context: BrowserContext, change: Any, expected: str
) -> None:
    """No code is sent, the address is clean, and the fault has its page at the issuer."""
    server.authorization_response = lambda given: list(change(given).items())
    tab = context.new_page()
    outcome = log_in(tab, app)
    assert fault(outcome) == expected
    assert outcome["error"]["page"] == f"{server.origin}/faults/{expected}"
    assert tab.url == f"{app.origin}/callback"
    assert server.received("/oauth/token") == []


@pytest.mark.shows("B05", "A10")
@pytest.mark.parametrize(
    ("twice", "expected"),
    [("iss", "issuer-mismatch"), ("code", "parameter-repeated"), ("state", "parameter-repeated")],
)
def test_two_values_for_one_parameter_are_refused(
    server: AuthorizationServer, app: Application, context: BrowserContext, twice: str, expected: str
) -> None:
    """Nobody can say which of the two is meant."""
    server.authorization_response = lambda given: [*given.items(), (twice, "https://other.example")]
    assert fault(log_in(context.new_page(), app)) == expected
    assert server.received("/oauth/token") == []


@pytest.mark.shows("B02", "A30")
def test_a_login_of_another_tab_is_named_as_such(
    server: AuthorizationServer, app: Application, context: BrowserContext
) -> None:
    """A callback that lands in a tab without the login (a link in a mail) is lost, not forged."""
    tab, other = context.new_page(), context.new_page()
    server.authorize_page = "<title>log in</title>"
    tab.goto(app.origin)
    state = tab.evaluate("auth.authorizationUrl().then((url) => new URL(url).searchParams.get('state'))")
    other.goto(f"{app.origin}/callback?code=x&state={state}&iss={server.origin}")
    assert fault(settled(other)) == "code-not-redeemed"
    other.goto(f"{app.origin}/callback?code=x&state=forged")
    assert fault(settled(other)) == "state-mismatch"


def test_an_answer_without_the_cors_header_is_named_and_not_asked_for_again(
    server: AuthorizationServer, app: Application, context: BrowserContext
) -> None:
    """The browser keeps the answer from the page; the code may be spent, so it is sent once."""
    tab = context.new_page()
    tab.goto(app.origin)
    url = tab.evaluate("auth.authorizationUrl()")
    server.allowed_origin = None
    outcome = leave(tab, app, f"(location.href = {json.dumps(url)})")
    assert fault(outcome) == "cors-answer-unreadable"
    assert server.origin in outcome["error"]["message"]
    assert len(server.received("/oauth/token")) == 1


def test_a_policy_of_the_page_that_forbids_the_token_call(
    server: AuthorizationServer, app: Application, context: BrowserContext
) -> None:
    """To the page it looks as a network failure, and the message says so."""
    tab = context.new_page()
    tab.goto(app.origin)
    url = tab.evaluate("auth.authorizationUrl()")
    app.headers = {"content_security_policy": "connect-src 'self'"}
    outcome = leave(tab, app, f"(location.href = {json.dumps(url)})")
    assert "CSP" in outcome["error"]["message"]
    assert server.received("/oauth/token") == []


@pytest.mark.shows("A14")
def test_a_token_endpoint_that_redirects_is_not_followed(
    server: AuthorizationServer, app: Application, context: BrowserContext
) -> None:
    """Code and verifier go to the token endpoint and nowhere else."""
    server.token_answer = _redirect_to(f"{server.origin}/elsewhere")
    assert fault(log_in(context.new_page(), app)) == "token-request-redirected"
    assert server.received("/elsewhere") == []


def _redirect_to(address: str) -> Any:
    def answer(_: Request) -> Any:
        found = as_json(307, {})
        found.headers["location"] = address
        return found

    return answer


def test_a_plain_http_page_learns_it_before_the_login_begins(
    server: AuthorizationServer, context: BrowserContext
) -> None:
    """Away from loopback such a page has no crypto.subtle; nothing has left for the server by then."""
    with Application("app.example") as app:
        app.page = page_for(server.origin)
        tab = context.new_page()
        tab.goto(app.origin)
        outcome = tab.evaluate("outcome(auth.login())")
        assert fault(outcome) == "insecure-page-no-webcrypto"
        assert outcome["error"]["page"] == f"{server.origin}/faults/insecure-page-no-webcrypto"
        assert server.requests == []


def test_a_redirect_uri_of_another_origin_is_refused_before_the_login(
    app: Application, context: BrowserContext
) -> None:
    """localhost and 127.0.0.1 share no storage: the callback would not find the verifier."""
    tab = context.new_page()
    tab.goto(app.origin)
    other = f"http://localhost:{app.port}/callback"
    assert (
        fault(tab.evaluate(f"outcome(make({{ redirectUri: '{other}' }}).login())"))
        == "start-and-callback-origins-differ"
    )
    assert fault(tab.evaluate("outcome(make({ redirectUri: '/#/callback' }).login())")) == "redirect-uri-fragment"


def test_a_login_in_a_frame_is_refused_before_it_begins(app: Application, context: BrowserContext) -> None:
    """Login pages refuse to be framed."""
    tab = context.new_page()
    tab.goto(app.origin)
    tab.evaluate("document.body.append(Object.assign(document.createElement('iframe'), { src: '/framed' }))")
    tab.wait_for_function("frames[0]?.auth")
    assert fault(tab.frames[1].evaluate("outcome(auth.login())")) == "login-started-in-iframe"


def test_logout_revokes_and_leaves_for_the_servers_logout(
    server: AuthorizationServer, app: Application, context: BrowserContext
) -> None:
    """The refresh token is revoked, the browser is sent to the end session endpoint with the address to return to."""
    tab = context.new_page()
    outcome = log_in(tab, app)
    with tab.expect_navigation(url=f"{server.origin}/logout*"):
        tab.evaluate("void auth.logout({ revoke: true, redirectUri: '/bye' })")
    [revocation] = server.received("/oauth/revoke")
    assert revocation.form == {"token": outcome["session"]["refreshToken"], "client_id": "app"}
    [logout] = server.received("/logout")
    assert logout.query == {"client_id": "app", "post_logout_redirect_uri": f"{app.origin}/bye"}


def test_genesys_logout_names_a_registered_redirect_uri(
    server: AuthorizationServer, app: Application, context: BrowserContext
) -> None:
    """`/logout?client_id&redirect_uri`, as the Genesys Cloud SDK sends it."""
    tab = context.new_page()
    tab.goto(app.origin)
    endpoints = f"(await import('/proofkey/genesys.js')).genesys.at('{server.origin}')"
    with tab.expect_navigation(url=f"{server.origin}/logout*"):
        tab.evaluate(f"void (async () => make({{ endpoints: {endpoints} }}).logout())()")
    [logout] = server.received("/logout")
    assert logout.query == {"client_id": "app", "redirect_uri": f"{app.origin}/callback"}


@pytest.mark.shows("A76")
def test_the_token_goes_to_its_own_api_only(
    server: AuthorizationServer, app: Application, context: BrowserContext
) -> None:
    """A fetch for one API sends the token to no other origin."""
    tab = context.new_page()
    log_in(tab, app)
    app.headers = {"access_control_allow_origin": "*"}
    tab.evaluate(f"api('{app.origin}/mine')")
    assert "authorization" not in app.received("/mine")[0].headers


@pytest.mark.shows("A34")
def test_the_callback_page_survives_hostile_words(
    server: AuthorizationServer, app: Application, context: BrowserContext
) -> None:
    """A server's description is shortened and has no markup left."""
    hostile = "<img src=x onerror=alert(1)>\u202e" + "x" * 5000
    server.authorization_response = lambda given: [
        ("error", "access_denied"),
        ("error_description", hostile),
        ("state", given["state"]),
        ("iss", given["iss"]),
    ]
    message = log_in(context.new_page(), app)["error"]["message"]
    assert not set("<>\u202e") & set(message)
    assert len(message) < 400
