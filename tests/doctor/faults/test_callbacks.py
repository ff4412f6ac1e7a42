"""Faults of the callback: what stops a client there, and what looks like it and does not."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest

from proofkey.doctor.returned_state import alteration
from proofkey.doctor.transcript import CODE, STATE, VERIFIER, login, token_request
from tests.doctor.captures import authorize_url, capture_of, entry
from tests.doctor.faults.judged import callback, findings, findings_in

Entry = dict[str, Any]
ASKED = authorize_url(STATE, "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM")
PAGE = {"Content-Type": "text/html"}
TOKENS = '{"access_token": "t", "token_type": "Bearer"}'
REFUSED = '{"error": "invalid_grant", "error_description": "Code not valid"}'


def asked(second: float = 1, url: str = ASKED, **more: Any) -> Entry:
    """Write an authorization request that leads to the sign-in page."""
    location = {"Location": "https://login.example/signin"}
    return entry("GET", url, status=302, answer_headers=location, second=second, **more)


def begun(cookie: str | None = None, url: str = ASKED, second: float = 0.5, **headers: str) -> Entry:
    """Write the application's redirect to the authorization server."""
    answer = {"Location": url, **({"Set-Cookie": cookie} if cookie else {}), **headers}
    return entry("GET", "https://app.example/login", status=302, answer_headers=answer, second=second)


def came(
    query: str = f"code={CODE}&state={STATE}", status: int = 200, page: str = "<p>x</p>", second: float = 9, **more: Any
) -> Entry:
    """Write a visit of the callback page."""
    more.setdefault("answer_headers", PAGE)
    return entry("GET", f"https://app.example/cb?{query}", status=status, content=page, second=second, **more)


def redeemed(answer: str = TOKENS, second: float = 10, code: str = CODE, verifier: str = VERIFIER) -> Entry:
    """Write a token request."""
    body = (
        f"grant_type=authorization_code&code={code}&redirect_uri=https%3A%2F%2Fapp.example%2Fcb"
        f"&client_id=app&code_verifier={verifier}"
    )
    return entry(
        "POST",
        "https://login.example/oauth/token",
        status=200 if "access_token" in answer else 400,
        headers={"Content-Type": "application/x-www-form-urlencoded"},
        body=body,
        content=answer,
        second=second,
    )


def found(*entries: Entry) -> list[tuple[str, str]]:
    """Judge HAR entries."""
    return findings_in(capture_of(*entries))


# State


@pytest.mark.parametrize(
    ("sent", "came_back"),
    [
        ("a/b=", "a%2Fb%3D"),
        ("a%2Fb%3D", "a/b="),
        ("a+b+c", "a b c"),
        ("abcdefghijkl", "abcdef"),
        ("abcdefghijkl", "ghijkl"),
        ("abcdef", "abcdef#_=_"),
        ("a&b<c", "a&amp;b&lt;c"),
        ("AbCdEf", "abcdef"),
        ("abcdef", '"abcdef"'),
        ("eyJhIjoiYiJ9==", "eyJhIjoiYiJ9"),
    ],
)
def test_an_altered_state_is_recognized(sent: str, came_back: str) -> None:
    """Each way in which a server or proxy changes a state has a name."""
    assert alteration(sent, came_back)


@pytest.mark.parametrize("other", ["", STATE, "Zw81mPq0sLrT3uXy", "x", STATE[:2]])
def test_a_foreign_state_is_not_called_altered(other: str) -> None:
    """Two random values have nothing in common."""
    assert alteration(STATE, other) is None


def test_no_state_is_no_fault_where_the_code_was_redeemed() -> None:
    """What cannot have stopped the login is not reported."""
    url = ASKED.replace(f"&state={STATE}", "")
    assert found(asked(url=url), came(f"code={CODE}"), redeemed()) == []
    assert "state-missing" not in dict(found(asked(url=url), came(f"code={CODE}"), redeemed(REFUSED)))


@pytest.mark.parametrize("state", ["&state=", "&state=undefined", "", "&state=one&state=two"])
def test_no_usable_state_stops_a_careful_client(state: str) -> None:
    """None, an empty one, the text of a missing one, and two of them."""
    url = ASKED.replace(f"&state={STATE}", state)
    assert found(asked(url=url), came(f"code={CODE}{state[:10]}", 400))[0] == ("state-missing", "proven")


def test_a_server_that_wants_a_state_says_so() -> None:
    """An error about the state, at a request that has none."""
    url = ASKED.replace(f"&state={STATE}", "")
    error = "error=invalid_state&error_description=The+state+is+missing+or+does+not+have+enough+characters"
    assert found(asked(url=url), came(error))[0] == ("state-missing", "proven")


def test_a_state_that_the_server_dropped() -> None:
    """It was sent and did not come back: the server's fault, not the client's."""
    assert found(asked(), came(f"code={CODE}", 400))[0] == ("state-altered", "likely")


def test_a_foreign_state_with_a_token_request() -> None:
    """Where the client did not look, the code of the other login is refused; the pair is not to blame."""
    judged = dict(found(asked(), came(f"code={CODE}&state=Zw81mPq0sLrT3uXy"), redeemed(REFUSED)))
    assert judged == {"state-mismatch": "likely"}


def test_a_callback_that_began_before_the_capture() -> None:
    """An answer for which the capture has no request is a mismatch where the application says so."""
    page = "<p>No matching state found in storage</p>"
    assert found(came("code=abc&state=Zw81mPq0sLrT3uXy", 400, page)) == [("state-mismatch", "likely")]
    assert "state-mismatch" not in dict(found(came("code=abc&state=Zw81mPq0sLrT3uXy")))


def test_an_error_callback_with_another_state_is_not_a_mismatch() -> None:
    """The error is the fault."""
    assert "state-mismatch" not in dict(found(asked(), came("error=access_denied&state=x")))


def test_two_tabs_in_a_single_page_application() -> None:
    """Without a refusal and without cookies it is merely possible that the second login overwrote the first."""
    other = authorize_url("Zw81mPq0sLrT3uXy", "c" * 43)
    assert found(asked(), asked(2, other), came())[0] == ("state-overwritten-by-other-login", "possible")


def test_a_second_login_that_began_afterwards_overwrote_nothing() -> None:
    """Only a login between start and callback can have replaced the state."""
    other = authorize_url("Zw81mPq0sLrT3uXy", "c" * 43)
    slugs = dict(found(asked(), came(status=400), asked(20, other)))
    assert "state-overwritten-by-other-login" not in slugs


# Issuer


def metadata(issuer: str, **more: object) -> Entry:
    """Write the discovery document."""
    import json

    document = {
        "issuer": issuer,
        "authorization_endpoint": "https://login.example/oauth/authorize",
        "token_endpoint": "https://login.example/oauth/token",
        **more,
    }
    return entry(
        "GET", "https://login.example/.well-known/openid-configuration", content=json.dumps(document), second=0.1
    )


@pytest.mark.parametrize("iss", ["https://login.example/", "http://login.example", "https://LOGIN.example"])
def test_an_issuer_is_compared_letter_by_letter(iss: str) -> None:
    """With the metadata a slash, a scheme and the case of letters count."""
    query = f"code={CODE}&state={STATE}&iss={quote(iss, safe='')}"
    assert found(metadata("https://login.example"), asked(), came(query)) == [("issuer-mismatch", "likely")]


def test_a_promised_issuer_that_is_missing() -> None:
    """The metadata promises iss, so an answer without it is not to be taken."""
    promise = metadata("https://login.example", authorization_response_iss_parameter_supported=True)
    assert found(promise, asked(), came()) == [("issuer-mismatch", "likely")]


@pytest.mark.parametrize(
    "iss", ["https://login.example", "https://login.example/", "https://login.example/tenant/v2.0"]
)
def test_an_issuer_on_the_same_host_is_not_accused_without_metadata(iss: str) -> None:
    """Its path may be another than that of the endpoint."""
    query = f"code={CODE}&state={STATE}&iss={quote(iss, safe='')}"
    assert found(asked(), came(query)) == [("code-not-redeemed", "possible")]


def test_an_issuer_template_fits_its_tenants() -> None:
    """Metadata for many tenants has a placeholder in the issuer."""
    query = f"code={CODE}&state={STATE}&iss=https%3A%2F%2Flogin.example%2F1234%2Fv2.0"
    assert found(metadata("https://login.example/{tenantid}/v2.0"), asked(), came(query)) == [
        ("code-not-redeemed", "possible")
    ]


def test_another_issuer_is_no_fault_where_tokens_came() -> None:
    """A client that accepts the issuer was not stopped by it."""
    assert found(asked(), came(f"code={CODE}&state={STATE}&iss=https%3A%2F%2Fother.example"), redeemed()) == []


# No token request


def test_a_back_end_that_redeems_out_of_sight_is_not_accused() -> None:
    """A redirect to the start page after the callback is how a login on a server ends."""
    answer = {"Location": "/", "Set-Cookie": "sid=2; Path=/"}
    judged = found(begun("sid=1; Path=/; SameSite=Lax"), asked(), came(status=302, answer_headers=answer))
    assert judged == [("code-not-redeemed", "possible")]


def test_a_front_end_that_hands_the_code_on_is_not_accused() -> None:
    """The code goes to the application's own back end."""
    relay = entry(
        "POST",
        "https://app.example/api/session",
        headers={"Content-Type": "application/x-www-form-urlencoded"},
        body=f"code={CODE}&code_verifier={VERIFIER}&state={STATE}",
        content='{"ok": true}',
        second=10,
    )
    assert found(asked(), came(), relay) == []


def test_a_later_login_that_worked_excuses_one_that_was_given_up() -> None:
    """Somebody began twice; the second attempt got tokens."""
    second = authorize_url("Zw81mPq0sLrT3uXy", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM")
    again = [asked(12, second), came("code=other-code-1234&state=Zw81mPq0sLrT3uXy", second=15)]
    assert found(asked(), came(), *again, redeemed(second=16, code="other-code-1234")) == []


@pytest.mark.parametrize(
    "policy",
    [
        "default-src 'self'; connect-src 'self'",
        "default-src 'self'",
        "connect-src 'none'",
        "connect-src 'self' https://api.example",
        "connect-src 'self' http://login.example:8080",
    ],
)
def test_a_policy_that_leaves_the_server_out(policy: str) -> None:
    """connect-src, or default-src in its place, decides."""
    page = came(answer_headers={**PAGE, "Content-Security-Policy": policy})
    assert found(asked(), page) == [("csp-blocked", "likely")]


@pytest.mark.parametrize(
    "policy",
    [
        "frame-ancestors 'none'",
        "default-src 'self'; connect-src *",
        "connect-src https:",
        "connect-src 'self' login.example",
        "connect-src 'self' https://*.example",
        "connect-src https://login.example/oauth/",
        "script-src 'self'; object-src 'none'",
    ],
)
def test_a_policy_that_allows_the_server(policy: str) -> None:
    """A policy that speaks of something else, or names the server, blocks nothing."""
    page = came(answer_headers={**PAGE, "Content-Security-Policy": policy})
    assert found(asked(), page) == [("code-not-redeemed", "possible")]


def test_a_policy_that_only_reports_blocks_nothing() -> None:
    """Content-Security-Policy-Report-Only is no policy."""
    page = came(answer_headers={**PAGE, "Content-Security-Policy-Report-Only": "connect-src 'self'"})
    assert found(asked(), page) == [("code-not-redeemed", "possible")]


def test_a_policy_in_the_page() -> None:
    """A meta element counts like a header."""
    tag = '<meta http-equiv="Content-Security-Policy" content="default-src \'self\'">'
    assert found(asked(), came(page=f"<!doctype html>{tag}")) == [("csp-blocked", "likely")]


def test_the_policy_of_an_application_on_a_server_blocks_no_token_call() -> None:
    """Its token request does not come from the page."""
    page = came(answer_headers={**PAGE, "Content-Security-Policy": "default-src 'self'"})
    assert found(begun("sid=1; Path=/"), asked(), page) == [("code-not-redeemed", "possible")]


def test_a_form_action_that_stops_the_redirect() -> None:
    """The server's form page allows its own origin only, and the answer leads to the client."""
    form = entry(
        "GET",
        "https://login.example/signin",
        answer_headers={**PAGE, "Content-Security-Policy": "form-action 'self'"},
        second=2,
    )
    sent = entry(
        "POST",
        "https://login.example/signin",
        status=302,
        body="a=b",
        answer_headers={"Location": f"https://app.example/cb?code={CODE}&state={STATE}"},
        second=8,
    )
    assert found(asked(), form, sent) == [("csp-blocked", "likely")]


# Cookies


def test_a_strict_cookie_stays_behind() -> None:
    """SameSite=Strict does not come with a redirect from another site."""
    judged = found(begun("sid=1; Path=/; SameSite=Strict"), asked(), came(status=500, headers={"Accept": "text/html"}))
    assert judged == [("callback-cookie-not-sent", "likely")]


def test_a_cookie_of_another_path_stays_behind() -> None:
    """A cookie that was set for /login is not sent to /cb."""
    judged = found(begun("sid=1; Path=/login"), asked(), came(status=500, headers={"Accept": "text/html"}))
    assert judged == [("callback-cookie-not-sent", "likely")]


def test_a_cookie_that_should_have_come_back_is_not_explained() -> None:
    """No rule keeps a Lax cookie away from a GET; nothing is claimed."""
    judged = found(begun("sid=1; Path=/; SameSite=Lax"), asked(), came(status=500, headers={"Accept": "text/html"}))
    assert judged == [("code-not-redeemed", "possible")]


def test_a_failed_exchange_out_of_sight_is_not_an_unreadable_cookie() -> None:
    """The application says that its token request failed."""
    page = "<p>token exchange failed: invalid_grant</p>"
    judged = found(begun("sid=1; Path=/"), asked(), came(status=500, page=page, headers={"Cookie": "sid=1"}))
    assert judged == [("code-not-redeemed", "possible")]


def test_a_cookie_that_came_back_cut() -> None:
    """A size limit cuts the value."""
    judged = found(
        begun(f"pkce={'x' * 5000}; Path=/"), asked(), came(status=500, headers={"Cookie": f"pkce={'x' * 4096}"})
    )
    assert judged == [("login-cookie-unreadable", "likely")]


def test_a_capture_without_cookies_does_not_prove_that_none_was_set() -> None:
    """Browsers export files without cookies."""
    judged = found(begun(), asked(), came(status=500, headers={"Accept": "text/html"}))
    assert judged == [("code-not-redeemed", "possible")]


def test_other_browsers_share_no_cookies() -> None:
    """The user agents differ; with the same cookie they would be one browser under two names."""
    one, two = {"User-Agent": "Mozilla/5.0 App"}, {"User-Agent": "Mozilla/5.0 Browser"}
    start = begun("sid=1; Path=/; SameSite=Lax")
    assert found(start, asked(headers=one), came(status=400, headers=two)) == [("callback-in-other-browser", "likely")]
    judged = found(start, asked(headers=one), came(status=400, headers={**two, "Cookie": "sid=1"}))
    assert "callback-in-other-browser" not in dict(judged)


# Replays and repetitions


def test_a_visit_twice_without_harm_is_no_fault() -> None:
    """The page was reloaded, and the client left the old code alone."""
    assert found(asked(), came(), redeemed(), came(second=30)) == []


def test_a_reload_after_a_failure_is_not_the_cause() -> None:
    """The first redemption was refused for a reason of its own."""
    body = '{"error": "invalid_grant", "error_description": "PKCE verification failed"}'
    judged = found(asked(), came(), redeemed(body), came(second=30), redeemed(REFUSED, second=31))
    assert "callback-replayed" not in dict(judged)


def test_one_visit_handled_twice_is_not_a_replay() -> None:
    """Two token requests after one visit are a double redemption."""
    judged = found(asked(), came(), redeemed(), redeemed(REFUSED, second=14))
    assert judged[0] == ("code-redeemed-twice", "proven")
    assert "callback-replayed" not in dict(judged)


def test_a_reload_of_a_callback_on_a_server() -> None:
    """The back end redeemed out of sight the first time and refuses the second visit."""
    first = came(status=302, answer_headers={"Location": "/"})
    assert found(asked(), first, came(status=500, second=40))[0] == ("callback-replayed", "likely")


def test_a_capture_that_begins_with_the_reload() -> None:
    """The first visit is not in the capture; the browser says that it reloads."""
    reload = came(headers={"Cache-Control": "max-age=0"})
    assert found(reload, redeemed(REFUSED))[0] == ("callback-replayed", "likely")


def answered(second: float, code: str = CODE) -> Entry:
    """Write the server's redirect to the callback after a form."""
    return entry(
        "POST",
        "https://login.example/signin",
        status=302,
        body="a=b",
        answer_headers={"Location": f"https://app.example/cb?code={code}&state={STATE}"},
        second=second,
    )


def test_a_second_answer_that_nobody_used_is_no_fault() -> None:
    """A double click whose first answer the browser dropped."""
    other = "code-of-the-second-click"
    judged = found(
        asked(), answered(8), answered(8.2, other), came(f"code={other}&state={STATE}"), redeemed(code=other)
    )
    assert judged == []


def test_two_answers_with_one_code() -> None:
    """The same code twice is redeemed twice."""
    judged = found(asked(), answered(8), answered(8.2), came(), came(second=9.3), redeemed(), redeemed(REFUSED, 10.2))
    assert judged[0] == ("two-authorization-responses", "proven")


def test_a_callback_that_is_redirected_within_the_application_is_one_answer() -> None:
    """http to https, or a slash: the application's own redirect carries the code once more."""
    http = entry(
        "GET",
        f"http://app.example/cb?code={CODE}&state={STATE}",
        status=301,
        answer_headers={"Location": f"https://app.example/cb?code={CODE}&state={STATE}"},
        second=9,
    )
    url = ASKED.replace("https%3A%2F%2Fapp", "http%3A%2F%2Fapp")
    judged = found(asked(url=url), http, came(second=9.2))
    assert judged == [("code-not-redeemed", "possible")]


# Errors, schemes, forms


@pytest.mark.parametrize("code", ["undefined", "null", "", None])
def test_a_token_request_after_an_error(code: str | None) -> None:
    """Whatever stands for the missing code, the error in the callback is the fault."""
    text = login(callback={"code": None, "error": "server_error"}, token={"code": code, "code_verifier": None})
    assert findings(text)[0] == ("error-callback-ignored", "proven")


def test_an_error_that_a_new_login_followed_was_not_ignored() -> None:
    """The token request belongs to the login that worked."""
    silent = authorize_url("silent1", "c" * 43) + "&prompt=none"
    first = [asked(0.2, silent), came("error=login_required&state=silent1", second=0.5)]
    assert found(*first, asked(), came(), redeemed()) == []


def test_an_application_that_answered_did_get_its_callback() -> None:
    """A custom scheme whose application redeemed the code."""
    target = f"com.example.app:/cb?code={CODE}&state={STATE}"
    url = ASKED.replace("https%3A%2F%2Fapp.example%2Fcb", "com.example.app%3A%2Fcb")
    sent = entry("POST", "https://login.example/signin", status=302, body="a=b", answer_headers={"Location": target})
    sent["startedDateTime"] = "2026-03-01T10:00:08Z"
    assert found(asked(url=url), sent)[0] == ("custom-scheme-callback-lost", "likely")
    body = redeemed()
    body["request"]["postData"]["text"] = body["request"]["postData"]["text"].replace(
        "https%3A%2F%2Fapp.example%2Fcb", "com.example.app%3A%2Fcb"
    )
    assert found(asked(url=url), sent, body) == []


def test_a_redirect_with_307_after_a_get_is_legal() -> None:
    """Only a POST is repeated with its form."""
    url = entry(
        "GET",
        ASKED,
        status=307,
        answer_headers={"Location": f"https://app.example/cb?code={CODE}&state={STATE}"},
        second=1,
    )
    assert found(url, came(), redeemed()) == []


def test_passwords_that_reached_the_callback_are_told_although_tokens_came() -> None:
    """The login works, and the client has been given the password."""
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    target = f"https://app.example/cb?code={CODE}&state={STATE}"
    sent = entry(
        "POST",
        "https://login.example/signin",
        status=307,
        headers=form,
        body="username=kim&password=pw-7431",
        answer_headers={"Location": target},
        second=8,
    )
    posted = entry("POST", target, headers=form, body="username=kim&password=pw-7431", second=8.2)
    assert found(asked(), sent, posted, redeemed()) == [("callback-reposted", "proven")]


def test_a_policy_on_an_ordinary_page_is_merely_possible() -> None:
    """Without a sign of a popup nobody knows whether there was one."""
    page = came(answer_headers={**PAGE, "Cross-Origin-Opener-Policy": "same-origin"})
    assert found(asked(), page) == [("popup-opener-severed", "possible")]


def test_a_callback_and_its_repetition_in_text() -> None:
    """A transcript without times shows the second visit by its order."""
    text = login(answer={}) + "\n" + callback(CODE, STATE) + "\n" + token_request()
    assert findings(text)[0] == ("callback-replayed", "proven")


# Pasted texts


def pasted(state: str, *, sent: str = f"&state={STATE}", after: str = "") -> list[tuple[str, str]]:
    """Judge a question that quotes the two URLs and what was seen after them."""
    url = ASKED.replace(f"&state={STATE}", sent)
    return findings(f"We go to\n{url}\nand come back to\nhttps://app.example/cb?code={CODE}{state}\n{after}\n")


def test_urls_of_different_attempts_prove_nothing() -> None:
    """Somebody pasted one URL of each attempt; the client's own words make the mismatch likely."""
    foreign = "&state=Zw81mPq0sLrT3uXy"
    assert pasted(foreign) == [("state-mismatch", "possible")]
    assert pasted(foreign, after="Error: No matching state found in storage") == [("state-mismatch", "likely")]


def test_a_value_that_was_shortened_for_the_eye_is_not_altered() -> None:
    """Dots at the end stand for the rest."""
    assert pasted(f"&state={STATE[:6]}...") == []
    assert pasted("&state=Zw81mP...") == []


def test_a_pasted_url_without_state() -> None:
    """It may have been left out by hand; the client's words prove that it was not."""
    assert pasted("", sent="") == [("state-missing", "likely")]
    assert pasted("", sent="", after="Error: state missing from the response") == [("state-missing", "proven")]


def test_a_state_in_json_is_a_state() -> None:
    """Braces alone make no unfilled template: `{"n": "..."}` was sent, and came back with its escapes."""
    state = '{"n":"Zk3vQ9sessionXy"}'
    sent = authorize_url(quote(state), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM")
    back = f"https://app.example/cb?code={CODE}&state={quote(quote(state))}"
    refused = entry("GET", back, status=400, answer_headers=PAGE, second=3)
    assert findings_in(capture_of(asked(url=sent), refused))[:1] == [("state-altered", "proven")]
