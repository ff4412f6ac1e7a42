"""What a fault of the callback must not be taken for: the same capture with one thing otherwise."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from proofkey.doctor.transcript import CODE, STATE, VERIFIER
from tests.doctor.captures import authorize_url, entry
from tests.doctor.faults.test_callbacks import ASKED, PAGE, REFUSED, TOKENS, asked, begun, came, redeemed
from tests.doctor.faults.test_neighbours_at_start import MISMATCH, Entry, cookie, rows, sure

FORM = "application/x-www-form-urlencoded"
RELOAD = {"Cache-Control": "max-age=0"}
BARRED = {**PAGE, "Content-Security-Policy": "default-src 'self'"}
OPEN = {**PAGE, "Content-Security-Policy": "connect-src 'self' https://login.example"}
CALLBACK = f"https://app.example/cb?code={CODE}&state={STATE}"
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


def signed_in(second: float = 8, code: str = CODE, state: str = STATE, status: int = 302, **answer: str) -> Entry:
    """Write the sign-in form's POST that is answered with the code."""
    location = {"Location": f"https://app.example/cb?code={code}&state={state}", **answer}
    sent = {"Content-Type": FORM, "Origin": "https://login.example"}
    return entry(
        "POST",
        "https://login.example/signin",
        status=status,
        headers=sent,
        body="user=a",
        answer_headers=location,
        second=second,
    )


def lost(**more: str) -> Entry:
    """Write a token request that the browser did not let out."""
    sent = redeemed()
    sent["response"] = {"status": 0, "headers": [], **more}
    return sent


HOME = entry("GET", "https://app.example/home", answer_headers=BARRED, content="<p>x</p>", second=9.5)
GOOGLE = ASKED.replace("login.example/oauth/authorize", "accounts.google.com/o/oauth2/v2/auth")
POLICIES = [
    ("the policy of the page leaves the server out", "likely", asked(), came(answer_headers=BARRED)),
    ("the policy has the server", "", asked(), came(answer_headers=OPEN)),
    ("the application refused the callback itself", "", asked(), came(status=400, answer_headers=BARRED)),
    ("the token call was answered", "", asked(), came(answer_headers=BARRED), redeemed(REFUSED)),
    ("the token call got no answer", "likely", asked(), came(answer_headers=BARRED), lost()),
    ("the browser names the policy", "likely", asked(), came(), lost(_error="net::ERR_BLOCKED_BY_CSP")),
    ("the browser names another reason", "", asked(), came(), lost(_error="net::ERR_CONNECTION_RESET")),
    ("a back end began it", "", begun(), asked(), came(answer_headers=BARRED)),
    (
        "a back end took the code",
        "",
        asked(),
        came(status=302, answer_headers={**BARRED, "Location": "/home", "Set-Cookie": cookie("s", "1")}),
        HOME,
    ),
    ("the page that it led to", "likely", asked(), came(status=302, answer_headers={"Location": "/home"}), HOME),
    (
        "a page of another origin after it",
        "",
        asked(),
        came(status=302, answer_headers={"Location": "/home"}),
        {**HOME, "request": {**HOME["request"], "url": "https://other.example/home"}},
    ),
    (
        "a page before it",
        "",
        {**HOME, "startedDateTime": "2026-03-01T10:00:00.100Z"},
        asked(),
        came(status=302, answer_headers={"Location": "/home"}),
    ),
    (
        "a token endpoint on another host that is allowed",
        "",
        asked(url=GOOGLE),
        came(answer_headers={**PAGE, "Content-Security-Policy": "connect-src https://oauth2.googleapis.com"}),
    ),
    (
        "the form's page does not let its answer lead there",
        "likely",
        asked(),
        entry(
            "GET",
            "https://login.example/signin",
            answer_headers={**PAGE, "Content-Security-Policy": "form-action 'self'"},
            content="<p>x</p>",
            second=2,
        ),
        signed_in(),
    ),
    (
        "it went there all the same",
        "",
        asked(),
        entry(
            "GET",
            "https://login.example/signin",
            answer_headers={**PAGE, "Content-Security-Policy": "form-action 'self'"},
            content="<p>x</p>",
            second=2,
        ),
        signed_in(),
        came(),
    ),
    (
        "no form was sent",
        "",
        entry(
            "GET",
            ASKED,
            status=302,
            answer_headers={"Location": CALLBACK, "Content-Security-Policy": "form-action 'self'"},
            second=1,
        ),
    ),
]


@rows(POLICIES)
def test_a_policy_of_a_page(certainty: str, entries: tuple[Entry, ...]) -> None:
    """It matters where the page itself makes the call, and no answer came."""
    assert sure("csp-blocked", *entries) == certainty


AGAIN = came(second=20, headers=RELOAD)
VISITS = [
    ("opened again, redeemed again", "proven", asked(), came(), redeemed(), AGAIN, redeemed(REFUSED, 21)),
    ("opened again and left alone", "", asked(), came(), redeemed(), AGAIN),
    ("opened again at once", "", asked(), came(), redeemed(), came(second=9.9), redeemed(REFUSED, 10.5)),
    ("the first use was refused", "", asked(), came(), redeemed(REFUSED), AGAIN, redeemed(REFUSED, 21)),
    (
        "another code",
        "",
        asked(),
        came(),
        redeemed(),
        came(f"code=other&state={STATE}", second=20),
        redeemed(REFUSED, 21, code="other"),
    ),
    ("both uses came after the second visit", "", asked(), came(), AGAIN, redeemed(second=21), redeemed(REFUSED, 22)),
    ("the second use was taken", "", asked(), came(), redeemed(), AGAIN, redeemed(TOKENS, 21)),
    ("a back end redeemed it, and refused the second", "likely", asked(), came(), came(status=400, second=20)),
    (
        "two errors and no code",
        "",
        asked(),
        came(f"error=access_denied&state={STATE}"),
        came(f"error=access_denied&state={STATE}", status=400, second=20),
    ),
    ("a back end refused both", "", asked(), came(status=400), came(status=400, second=20)),
    ("a back end took both", "", asked(), came(), came(second=20)),
    ("only the reload shows", "likely", came(headers=RELOAD), redeemed(REFUSED)),
    ("only a visit shows", "", came(), redeemed(REFUSED)),
    ("a reload that works", "", came(headers=RELOAD), redeemed()),
    ("a reload at the beginning of a login that shows", "", asked(), came(headers=RELOAD), redeemed(REFUSED)),
    ("a reload, and another refusal", "", came(headers=RELOAD), redeemed('{"error": "invalid_client"}')),
    (
        "the first visit led to the second",
        "",
        asked(),
        came(status=301, answer_headers={"Location": CALLBACK}),
        came(second=20, status=400),
    ),
]


@rows(VISITS)
def test_a_second_visit(certainty: str, entries: tuple[Entry, ...]) -> None:
    """It is the fault where the code was spent by the first and sent again for the second."""
    assert sure("callback-replayed", *entries) == certainty


ANSWERED = (asked(), signed_in(), signed_in(8.2, "second-code-of-this-login"))
TWICE = [
    ("two codes, the first is refused", "proven", *ANSWERED, came(), redeemed(REFUSED)),
    ("two codes, nothing followed", "proven", *ANSWERED, came()),
    ("two codes, the application refused", "proven", *ANSWERED, came(status=400)),
    ("two codes, the first works", "", *ANSWERED, came(), redeemed()),
    ("one code", "", asked(), signed_in(), came(), redeemed(REFUSED)),
    (
        "another login's",
        "",
        asked(),
        signed_in(),
        asked(8.1, authorize_url("s2", CHALLENGE)),
        signed_in(8.2, "other", "s2"),
        came(),
        redeemed(REFUSED),
    ),
    (
        "asked once more in between",
        "",
        asked(),
        signed_in(),
        asked(8.1),
        signed_in(8.2, "second-code-of-this-login"),
        came(),
        redeemed(REFUSED),
    ),
]


@rows(TWICE)
def test_a_second_answer(certainty: str, entries: tuple[Entry, ...]) -> None:
    """Two answers to one request do harm only where a code is refused or nothing follows."""
    assert sure("two-authorization-responses", *entries) == certainty


LAX = cookie("flow", "abcdefgh1", "; SameSite=Lax")
STRICT = cookie("flow", "abcdefgh1", "; SameSite=Strict")
NONE = cookie("flow", "abcdefgh1", "; SameSite=None")
BODY = f"code={CODE}&state={STATE}"


def posted(headers: dict[str, str] | None = None, status: int = 500, url: str = "https://app.example/cb") -> Entry:
    """Write a callback that the server's page posted."""
    sent = {"Content-Type": FORM, "Origin": "https://login.example", **(headers or {})}
    return entry("POST", url, status=status, headers=sent, body=BODY, answer_headers=PAGE, content="<p>x</p>", second=9)


HTTP = ASKED.replace("redirect_uri=https", "redirect_uri=http")
COOKIES = [
    ("a Lax cookie and a POST of another site", "likely", begun(LAX), asked(), posted()),
    ("it came along", "", begun(LAX), asked(), posted({"Cookie": "flow=abcdefgh1"})),
    ("the application took it", "", begun(LAX), asked(), posted(status=200)),
    ("a cookie for all sites", "", begun(NONE), asked(), posted()),
    ("a POST of the same site", "", begun(LAX), asked(), posted({"Sec-Fetch-Site": "same-site"})),
    ("a POST of its own", "", begun(LAX), asked(), posted({"Sec-Fetch-Site": "same-origin"})),
    ("a Lax cookie and a GET", "", begun(LAX), asked(), came(status=500, headers={"Accept": "text/html"})),
    ("a Strict cookie and a GET", "likely", begun(STRICT), asked(), came(status=500, headers={"Accept": "text/html"})),
    (
        "a Strict cookie within the site",
        "",
        begun(STRICT),
        asked(),
        came(status=500, headers={"Sec-Fetch-Site": "same-site"}),
    ),
    (
        "a cookie for all sites that is not Secure",
        "likely",
        begun("flow=abcdefgh1; Path=/; SameSite=None"),
        asked(),
        posted(),
    ),
    (
        "a cookie of another path",
        "likely",
        begun("flow=abcdefgh1; Path=/login; Secure"),
        asked(),
        came(status=500, headers={"Accept": "text/html"}),
    ),
    ("a callback that was redeemed", "", begun(LAX), asked(), posted(), redeemed(REFUSED)),
    ("nobody recorded cookies, and it was posted", "likely", begun(), asked(), posted()),
    (
        "nobody recorded cookies, and it was a GET",
        "",
        begun(),
        asked(),
        came(status=500, headers={"Accept": "text/html"}),
    ),
    (
        "nobody recorded cookies, posted by its own page",
        "",
        begun(),
        asked(),
        posted({"Origin": "https://app.example"}),
    ),
    (
        "a Secure cookie and a plain callback, which is another origin",
        "",
        begun(NONE, url=HTTP),
        asked(url=HTTP),
        entry(
            "GET",
            CALLBACK.replace("https://app", "http://app"),
            status=500,
            headers={"Accept": "text/html"},
            answer_headers=PAGE,
            content="<p>x</p>",
            second=9,
        ),
    ),
]


@rows(COOKIES)
def test_a_cookie_that_stayed_away(certainty: str, entries: tuple[Entry, ...]) -> None:
    """It is the fault where the browser had a reason to keep it, and the application refused the callback."""
    assert sure("callback-cookie-not-sent", *entries) == certainty


def named(issuer: str, **more: Any) -> Entry:
    """Write a callback that names an issuer."""
    return came(f"code={CODE}&state={STATE}&iss={quote(issuer, safe='')}", **more)


def metadata(issuer: str, promise: bool = False) -> Entry:
    """Write the metadata document of the server."""
    more = ', "authorization_response_iss_parameter_supported": true' if promise else ""
    text = f'{{"issuer": "{issuer}", "authorization_endpoint": "https://login.example/oauth/authorize"{more}}}'
    url = "https://login.example/.well-known/openid-configuration"
    return entry("GET", url, answer_headers={"Content-Type": "application/json"}, content=text, second=0.1)


REALM = ASKED.replace("login.example/oauth/authorize", "login.example/realms/one/auth")
ISSUERS = [
    ("another host", "likely", asked(), named("https://evil.example")),
    ("the host that was asked", "", asked(), named("https://login.example")),
    ("another scheme", "likely", asked(), named("http://login.example")),
    ("no URL", "likely", asked(), named("login")),
    ("another realm", "likely", asked(url=REALM), named("https://login.example/realms/two")),
    ("the same realm", "", asked(url=REALM), named("https://login.example/realms/one")),
    ("as the metadata has it", "", metadata("https://id.example"), asked(), named("https://id.example")),
    (
        "otherwise than the metadata has it",
        "likely",
        metadata("https://login.example/"),
        asked(),
        named("https://login.example"),
    ),
    (
        "a template that fits",
        "",
        metadata("https://login.example/{tenantid}/v2.0"),
        asked(),
        named("https://login.example/t1/v2.0"),
    ),
    ("none, and none is promised", "", metadata("https://login.example"), asked(), came()),
    ("none, and one is promised", "likely", metadata("https://login.example", True), asked(), came()),
    ("none, and the application wants it", "likely", asked(), came(status=400, page="<p>issuer is missing</p>")),
    ("none, and the application says something else", "", asked(), came(status=400, page=MISMATCH)),
    ("another host, and the code was redeemed", "", asked(), named("https://evil.example"), redeemed(REFUSED)),
    (
        "the same host, and the application objects",
        "likely",
        asked(),
        named("https://login.example/x", status=400, page="<p>iss mismatch</p>"),
    ),
]


@rows(ISSUERS)
def test_an_issuer(certainty: str, entries: tuple[Entry, ...]) -> None:
    """It is compared with the metadata, else with the place that was asked."""
    assert sure("issuer-mismatch", *entries) == certainty


COOP = {**PAGE, "Cross-Origin-Opener-Policy": "same-origin"}
OPENERS = [
    ("a page that severs", "possible", asked(), came(answer_headers=COOP)),
    (
        "one that hands over to its opener",
        "likely",
        asked(),
        came(answer_headers=COOP, page="<script>window.opener.x()</script>"),
    ),
    (
        "one that allows popups",
        "",
        asked(),
        came(answer_headers={**PAGE, "Cross-Origin-Opener-Policy": "same-origin-allow-popups"}),
    ),
    ("it refused", "", asked(), came(answer_headers=COOP, status=400)),
    ("it led on", "", asked(), came(answer_headers={**COOP, "Location": "/home"}, status=302)),
    ("it was redeemed", "", asked(), came(answer_headers=COOP), redeemed(REFUSED)),
    (
        "asked for a popup, and the server's page severs",
        "likely",
        asked(url=ASKED + "&display=popup"),
        entry("GET", "https://login.example/signin", answer_headers=COOP, content="<p>x</p>", second=2),
        came(),
    ),
    (
        "no popup to be seen, and the server's page severs",
        "",
        asked(),
        entry("GET", "https://login.example/signin", answer_headers=COOP, content="<p>x</p>", second=2),
        came(),
    ),
]


@rows(OPENERS)
def test_an_opener(certainty: str, entries: tuple[Entry, ...]) -> None:
    """A severing page is only possible as a cause until something says that the login ran in a popup."""
    assert sure("popup-opener-severed", *entries) == certainty


NATIVE = ASKED.replace("https%3A%2F%2Fapp.example%2Fcb", "com.example.app%3A%2Fcb")


def sent_to(url: str) -> Entry:
    """Write the redirect to an application of the device."""
    sent = {"Content-Type": FORM}
    return entry(
        "POST",
        "https://login.example/signin",
        status=302,
        headers=sent,
        body="user=a",
        answer_headers={"Location": url},
        second=8,
    )


BACK = f"com.example.app:/cb?code={CODE}&state={STATE}"
NATIVE_USE = entry(
    "POST",
    "https://login.example/oauth/token",
    status=400,
    headers={"Content-Type": FORM},
    body=f"grant_type=authorization_code&code={CODE}&redirect_uri=com.example.app%3A%2Fcb&client_id=app&code_verifier={VERIFIER}",
    content=REFUSED,
    second=10,
)
SCHEMES = [
    ("the last event", "likely", asked(url=NATIVE), sent_to(BACK)),
    ("it was redeemed", "", asked(url=NATIVE), sent_to(BACK), NATIVE_USE),
    ("an error came", "", asked(url=NATIVE), sent_to(f"com.example.app:/cb?error=access_denied&state={STATE}")),
    ("a web address", "", asked(), signed_in()),
    (
        "an extension's own page",
        "",
        asked(url=NATIVE.replace("com.example.app", "chrome-extension")),
        sent_to(BACK.replace("com.example.app", "chrome-extension")),
    ),
]


@rows(SCHEMES)
def test_a_scheme_of_an_application(certainty: str, entries: tuple[Entry, ...]) -> None:
    """A code that went to an application shows up again in its token request."""
    assert sure("custom-scheme-callback-lost", *entries) == certainty


FORWARDED = {"Content-Type": FORM, "Origin": "https://login.example"}


def forwarded(body: str) -> Entry:
    """Write a callback that got the sign-in form."""
    return entry(
        "POST", CALLBACK, status=405, headers=FORWARDED, body=body, answer_headers=PAGE, content="<p>x</p>", second=9
    )


FORMS = [
    ("a 307 and the password", "proven", asked(), signed_in(status=307), forwarded("username=a&password=b")),
    ("a 302", "", asked(), signed_in(), came()),
    ("a 307, and the callback does not show", "proven", asked(), signed_in(status=307)),
    ("the password, and the redirect does not show", "proven", asked(), forwarded("username=a&password=b")),
    ("a POST with nothing of the kind", "", asked(), signed_in(), forwarded("x=1")),
    ("a 307, and the login works", "", asked(), signed_in(status=307), forwarded("x=1"), redeemed()),
    (
        "a 307 and the password, and the login works",
        "proven",
        asked(),
        signed_in(status=307),
        forwarded("password=b"),
        redeemed(),
    ),
]


@rows(FORMS)
def test_a_form_that_went_on(certainty: str, entries: tuple[Entry, ...]) -> None:
    """The status of the redirect tells it, or the credentials in the callback."""
    assert sure("callback-reposted", *entries) == certainty
