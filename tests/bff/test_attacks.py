"""What an attacker can send to the login: foreign callbacks, planted cookies, open redirects, requests across sites."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from proofkey.bff import Bff, Lifetimes
from proofkey.bff.pending_logins import cookie_name
from proofkey.bff.return_paths import check_return_path
from proofkey.bff.site import site_of
from tests.bff.api_server import ApiServer
from tests.bff.visitors import (
    CALLBACK,
    FETCH,
    NAVIGATION,
    ORIGIN,
    Visitor,
    authorize,
    goes_to,
    key_of_session,
    state_of,
)
from tests.client.real_server import RealServer

ENDPOINTS = [("GET", "/bff/user"), ("POST", "/bff/refresh"), ("POST", "/bff/logout"), ("GET", "/bff/api/orders/whoami")]


def error_of(answer) -> str | None:
    """Give the name under which a request was refused."""
    return answer.headers.get("x-proofkey-error")


@pytest.mark.shows("B04", "A30", "A31")
def test_a_foreign_callback_opens_no_session(browser: Visitor, server: RealServer) -> None:
    """Login CSRF: Mallory's whole callback URL in Ada's browser logs nobody in (attack A30)."""
    mallory = browser.another()
    callback = authorize(server, mallory.begin())
    answer = browser.go(callback)
    assert (answer.status_code, error_of(answer)) == (400, "callback-in-other-browser")
    assert browser.session_id() is None
    browser.begin()  # nor with a login of her own under way
    answer = browser.go(callback)
    assert (answer.status_code, error_of(answer)) == (400, "state-mismatch")
    assert browser.session_id() is None


@pytest.mark.shows("B02", "A28")
def test_states_cannot_be_swapped_between_browsers(browser: Visitor, server: RealServer) -> None:
    """Mallory's code under Ada's state fails at the server: her verifier does not belong to it (attack A28)."""
    mallory = browser.another()
    theirs, ours = mallory.begin(), browser.begin()
    code = authorize(server, theirs).partition("code=")[2].partition("&")[0]
    answer = browser.go(f"{CALLBACK}?code={code}&state={state_of(ours)}&iss={server.issuer}")
    assert answer.status_code == 502
    assert browser.session_id() is None
    assert browser.pending() == []


@pytest.mark.shows("F05", "A44")
def test_a_login_cookie_fits_its_own_state_only(browser: Visitor, server: RealServer) -> None:
    """One put under the name of another state does not open."""
    first, second = state_of(browser.begin()), state_of(browser.begin())
    site = browser.bff.site
    stolen = browser.cookies.get(cookie_name(first, site))
    header = {"cookie": f"{cookie_name(second, site)}={stolen}"}
    answer = browser.another().go(f"{CALLBACK}?code=x&state={second}&iss={server.issuer}", NAVIGATION | header)
    assert (answer.status_code, error_of(answer)) == (400, "login-cookie-unreadable")


@pytest.mark.shows("A32")
def test_a_login_under_way_is_no_session(browser: Visitor, server: RealServer) -> None:
    """Neither the sealed login nor its state opens a session, and a session's id ends no login."""
    site = browser.bff.site
    state = state_of(browser.begin())
    sealed = str(browser.cookies.get(cookie_name(state, site)))
    for planted in (sealed, state):
        answer = browser.another().fetch("/bff/user", headers={"cookie": f"__Host-bff_session={planted}"})
        assert answer.json()["logged_in"] is False
    browser.log_in(server)
    header = {"cookie": f"{cookie_name(state, site)}={browser.session_id()}"}
    answer = browser.another().go(f"{CALLBACK}?code=x&state={state}&iss={server.issuer}", NAVIGATION | header)
    assert (answer.status_code, error_of(answer)) == (400, "login-cookie-unreadable")


@pytest.mark.shows("B05", "A33")
def test_a_callback_from_another_issuer_is_refused(browser: Visitor, server: RealServer) -> None:
    """Mix-up: RFC 9207 2.4."""
    for issuer in ("https://evil.example", None):
        state = state_of(browser.begin())
        answer = browser.go(f"{CALLBACK}?code=x&state={state}" + (f"&iss={issuer}" if issuer else ""))
        assert (answer.status_code, error_of(answer)) == (502, "issuer-mismatch")


@pytest.mark.shows("B18")
def test_a_callback_counts_once(browser: Visitor, server: RealServer) -> None:
    """Reloading it is told from an error, and disturbs nothing."""
    callback = authorize(server, browser.begin())
    assert goes_to(browser.go(callback)) == "/"
    session = browser.session_id()
    answer = browser.go(callback)
    assert (answer.status_code, error_of(answer)) == (400, "callback-in-other-browser")
    assert browser.session_id() == session
    assert browser.fetch("/bff/user").json()["logged_in"] is True


def test_a_stale_callback_goes_on_for_whoever_is_logged_in(browser: Visitor, server: RealServer) -> None:
    """Going back in the history ends at the app, not at an error; a stranger sees the error."""
    callback = authorize(server, browser.begin())
    browser.go(callback)
    stale = browser.go(callback)
    assert "/bff/resume?fault=callback-in-other-browser" in stale.text
    on = browser.go("/bff/resume?fault=callback-in-other-browser")
    assert (on.status_code, on.headers["location"]) == (303, "/")
    stranger = browser.another().go("/bff/resume?fault=callback-in-other-browser")
    assert (stranger.status_code, error_of(stranger)) == (400, "callback-in-other-browser")
    assert browser.go("/bff/resume?fault=%3Cscript%3E").status_code == 404


@pytest.mark.shows("F06", "A41", "A42")
def test_a_session_id_that_was_planted_is_not_taken_over(browser: Visitor, server: RealServer) -> None:
    """Session fixation: the id is new at each login, and the one of before is dead (attacks A41, A42)."""
    planted = "A" * 43
    browser.cookies.set("__Host-bff_session", planted, domain="app.example", path="/")
    browser.log_in(server)
    first = browser.session_id()
    assert first != planted
    browser.log_in(server)
    second = browser.session_id()
    assert second not in (first, planted)
    for old in (planted, first):
        stranger = browser.another().fetch("/bff/user", headers={"cookie": f"__Host-bff_session={old}"})
        assert stranger.json()["logged_in"] is False


@pytest.mark.shows("A43")
def test_planted_cookies_drop_no_login(browser: Visitor, server: RealServer) -> None:
    """Cookie tossing: junk beside five logins goes first, and all five still end well."""
    urls = [browser.begin(f"/{number}") for number in range(4)]
    for number in range(30):
        browser.cookies.set(f"__Host-bff_login_{number:016x}", "junk", domain="app.example", path="/")
    urls.append(browser.begin("/4"))
    for number, url in enumerate(urls):
        assert goes_to(browser.go(authorize(server, url))) == f"/{number}"


@pytest.mark.shows("A43")
def test_two_session_cookies_are_none(browser: Visitor, server: RealServer) -> None:
    """One of them is planted, and nobody can tell which."""
    browser.log_in(server)
    both = {"cookie": f"__Host-bff_session={'A' * 43}; __Host-bff_session={browser.session_id()}"}
    assert browser.another().fetch("/bff/user", headers=both).json()["logged_in"] is False


@pytest.mark.shows("B12", "A11")
@pytest.mark.parametrize(
    "text",
    [
        "//evil.example",
        "/\\evil.example",
        "/%5cevil.example",
        "https://evil.example",
        "javascript:alert(1)",
        "/\t/evil.example",
        "/\r\nset-cookie:x",
        "evil",
        "",
        "/a/..//evil.example",
        "/%2e%2e/%2fevil.example",
        "/./x",
        "/é",
        "/" + "a" * 600,
        "/bff/login",
        "/bff/logout",
        "/bff/%6cogin?return_to=/",
        "/%2fevil.example",
    ],
)
def test_a_login_returns_to_this_site_only(text: str) -> None:
    """Open redirect: what a browser may read as another address, and the login itself, is refused (attack A13)."""
    from proofkey.bff.replies import Declined

    with pytest.raises(Declined):
        check_return_path(text, "/bff")


@pytest.mark.parametrize("text", ["/", "/orders", "/orders?next=https://x.example/&a=b", "/#/route", "/bffx", "/a%20b"])
def test_ordinary_paths_are_returned_to(text: str) -> None:
    """With query and fragment."""
    assert check_return_path(text, "/bff") == text


@pytest.mark.shows("A34")
def test_a_return_path_cannot_break_out_of_the_page(browser: Visitor, server: RealServer) -> None:
    """It is a text of the attacker's in a page of ours."""
    page = browser.log_in(server, "/%3Cscript%3E?q=%27%22%3E%3Cscript%3E")
    assert page.text.count("<script") == 1  # ours, which the policy names by its digest
    assert "unsafe" not in page.headers["content-security-policy"].partition("style-src")[0]
    assert goes_to(page) == "/<script>?q='\"><script>"


@pytest.mark.shows("A34")
def test_the_errors_of_the_callback_are_not_shown(browser: Visitor, server: RealServer) -> None:
    """What stands in the address is nobody's text (attack A34)."""
    state = state_of(browser.begin())
    answer = browser.go(
        f"{CALLBACK}?error=%3Cscript%3E&error_description=call%20this%20number&state={state}&iss={server.issuer}"
    )
    assert answer.status_code == 403
    assert "script" not in answer.text
    assert "number" not in answer.text


@pytest.mark.shows("F03", "A50")
@pytest.mark.parametrize(("method", "path"), ENDPOINTS)
@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"x-csrf": None}, "csrf_header_missing"),
        ({"x-csrf": "0"}, "csrf_header_missing"),
        ({"sec-fetch-site": "cross-site"}, "foreign_origin"),
        ({"sec-fetch-site": "same-site"}, "foreign_origin"),
        ({"sec-fetch-site": "none"}, "foreign_origin"),
        ({"origin": "https://evil.example"}, "foreign_origin"),
        ({"origin": "null"}, "foreign_origin"),
        ({"origin": "http://app.example"}, "foreign_origin"),
    ],
)
def test_a_request_across_sites_is_refused(
    ada: Visitor, api: ApiServer, method: str, path: str, change: dict[str, str], error: str
) -> None:
    """With the session cookie and all: no endpoint answers without the header, nor to another origin (CSRF)."""
    headers = {name: value for name, value in (FETCH | {"origin": ORIGIN} | change).items() if value is not None}
    answer = ada.request(method, path, headers=headers)
    assert (answer.status_code, error_of(answer)) == (403, error)
    assert api.asked == []
    assert ada.bff.store.find(key_of_session(ada)) is not None


@pytest.mark.parametrize(
    ("redirect_uri", "origin"),
    [
        ("https://App.Example:443/bff/callback", "https://app.example"),
        ("https://app.example:8443/bff/callback", "https://app.example:8443"),
        ("http://localhost:80/bff/callback", "http://localhost"),
        ("http://[::1]:8080/bff/callback", "http://[::1]:8080"),
    ],
)
def test_the_origin_is_as_browsers_write_it(redirect_uri: str, origin: str) -> None:
    """However the redirect URI was registered: else every call of the app's own scripts were a foreign one."""
    site = site_of(redirect_uri, name="bff", allow_insecure_loopback_cookies=True)
    assert (site.origin, site.redirect_uri) == (origin, redirect_uri)


@pytest.mark.shows("F03", "A94")
@pytest.mark.parametrize("path", ["/bff/login", "/bff/callback", "/bff/user", "/bff/refresh", "/bff/api/orders/whoami"])
def test_nobody_is_allowed_across_origins(browser: Visitor, path: str) -> None:
    """A preflight gets no permission, so that no browser sends the header for another origin."""
    headers = {
        "origin": "https://evil.example",
        "access-control-request-method": "POST",
        "access-control-request-headers": "x-csrf",
    }
    answer = browser.request("OPTIONS", path, headers=headers)
    assert answer.status_code in (403, 405)
    assert not [name for name in answer.headers if name.startswith("access-control")]


@pytest.mark.shows("F03", "A50")
@pytest.mark.parametrize(("method", "path"), [("GET", "/bff/logout"), ("GET", "/bff/refresh"), ("POST", "/bff/user")])
def test_what_changes_something_is_no_get(ada: Visitor, method: str, path: str) -> None:
    """And the other way round."""
    assert ada.fetch(path, method).status_code == 405
    assert ada.fetch("/bff/user").json()["logged_in"] is True


def test_a_login_is_a_navigation_of_the_window(browser: Visitor) -> None:
    """Not a fetch, whose parallel calls would overwrite cookies, not a frame, not a guess of the browser."""
    fetched = browser.go("/bff/login", {"sec-fetch-mode": "cors", "sec-fetch-dest": "empty"})
    assert (fetched.status_code, fetched.json()["fault"]) == (400, "authorize-by-fetch")
    framed = browser.go("/bff/login", {"sec-fetch-mode": "navigate", "sec-fetch-dest": "iframe"})
    assert (framed.status_code, framed.json()["fault"]) == (400, "login-started-in-iframe")
    guessed = browser.go("/bff/login", NAVIGATION | {"sec-purpose": "prefetch"})
    assert guessed.status_code == 503
    assert browser.pending() == []
    assert browser.request("POST", "/bff/callback", data={"code": "x"}).status_code == 405


@pytest.mark.shows("A38", "A83")
def test_a_flood_of_logins_leaves_nothing_behind(make_bff: Callable[..., Bff], visit) -> None:
    """Whoever opens the login page again and again fills no table (attacks A38, A83)."""
    bff = make_bff()
    browser: Visitor = visit(bff)
    for _ in range(50):
        browser.another().begin()
    assert bff.store.purge(created_before=1e12, seen_before=1e12) == 0


@pytest.mark.shows("A81")
def test_a_long_query_or_many_cookies_do_no_harm(browser: Visitor, server: RealServer) -> None:
    """Inputs have bounds (attack A81)."""
    assert browser.go("/bff/login?return_to=/" + "a" * 9000).status_code == 400
    assert browser.go("/bff/login?return_to=/a&return_to=/b").status_code == 400
    assert browser.go("/bff/login?return_to=%zz").status_code == 400
    assert browser.go("/bff/callback?" + "&".join(f"a{n}=1" for n in range(1000))).status_code == 400
    many = {"cookie": "; ".join(f"__Host-bff_login_{n:016x}=x" for n in range(3000))}
    assert browser.another().go("/bff/login", NAVIGATION | many).status_code == 303


@pytest.mark.shows("A86")
def test_no_log_holds_a_secret(
    make_bff: Callable[..., Bff], visit, server: RealServer, caplog: pytest.LogCaptureFixture
) -> None:
    """A failed login is written down with its request id and fault; code, verifier, state and cookies are not."""
    browser: Visitor = visit(make_bff())
    url = browser.begin()
    code = authorize(server, browser.another().begin()).partition("code=")[2].partition("&")[0]
    cookies = [str(browser.cookies.get(name)) for name in browser.pending()]
    with caplog.at_level("DEBUG", "proofkey.bff"):
        answer = browser.go(f"{CALLBACK}?code={code}&state={state_of(url)}&iss={server.issuer}")
    assert answer.headers["x-request-id"] in caplog.text
    for secret in (code, state_of(url), *cookies):
        assert secret not in caplog.text
        assert secret not in answer.text


@pytest.mark.shows("A34")
def test_a_callback_writes_no_line_of_its_own_into_the_log(
    make_bff: Callable[..., Bff], visit, server: RealServer, caplog: pytest.LogCaptureFixture
) -> None:
    """Nor does it move the cursor of whoever reads it."""
    browser: Visitor = visit(make_bff())
    for error in ("access_denied", "own%0Aword%1B%5B2J"):
        url = f"{CALLBACK}?error={error}&error_description=a%0AWARNING+forged%1B%5B2J&iss={server.issuer}"
        with caplog.at_level("DEBUG", "proofkey"):
            assert browser.go(f"{url}&state={state_of(browser.begin())}").status_code == 403
    said = [record.getMessage() for record in caplog.records if record.name.startswith("proofkey")]
    assert any("forged" in each for each in said)
    for line in "\n".join(said).splitlines():
        assert line.isprintable()
        assert not line.startswith("WARNING")


def test_failures_are_explained_a_few_times_a_minute(
    make_bff: Callable[..., Bff], visit, server: RealServer, caplog: pytest.LogCaptureFixture
) -> None:
    """The doctor says why, and cannot be kept busy with bad callbacks; in production the browser sees the name only."""
    browser: Visitor = visit(make_bff(lifetimes=Lifetimes()))
    with caplog.at_level("WARNING", "proofkey.bff"):
        for _ in range(8):
            state = state_of(browser.begin())
            answer = browser.go(f"{CALLBACK}?code=nonsense&state={state}&iss=https://evil.example")
            assert answer.status_code == 502
            assert "To mend it" not in answer.text
    assert caplog.text.count("To mend it") == 5
    assert caplog.text.count("login failed") == 8
