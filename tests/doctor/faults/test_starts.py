"""Faults of the start of a login: pages, frames, scripts, origins and first cookies."""

from __future__ import annotations

from typing import Any

import pytest

from proofkey.doctor.transcript import CHALLENGE, CODE, STATE, VERIFIER
from tests.doctor.captures import authorize_url, capture_of, entry
from tests.doctor.faults.judged import faults, findings, findings_in
from tests.doctor.faults.test_callbacks import PAGE, REFUSED, asked, begun, came, redeemed

Entry = dict[str, Any]
SILENT = authorize_url(STATE, CHALLENGE) + "&prompt=none"
FRAME = {"Sec-Fetch-Dest": "iframe", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Site": "cross-site"}
TOP = {"Sec-Fetch-Dest": "document", "Sec-Fetch-Mode": "navigate"}
ERROR = {"Location": f"https://app.example/cb?error=login_required&state={STATE}"}


def found(*entries: Entry) -> list[tuple[str, str]]:
    """Judge HAR entries."""
    return findings_in(capture_of(*entries))


def at(origin: str, method: str = "plain", challenge: str = VERIFIER) -> str:
    """Write an authorization request whose redirect URI is at an origin."""
    url = authorize_url(STATE, challenge).replace("https%3A%2F%2Fapp.example", origin.replace("/", "%2F"))
    return url.replace("method=S256", f"method={method}")


def page(url: str, second: float = 0.1, **more: Any) -> Entry:
    """Write the load of a page."""
    return entry("GET", url, answer_headers=PAGE, content="<!doctype html>", second=second, **more)


def refused_at(origin: str, text: str = "code_challenge_method+plain+is+not+allowed") -> Entry:
    """Write an authorization request for plain that is refused in the callback."""
    target = f"{origin}/cb?error=invalid_request&error_description={text}&state={STATE}"
    return entry("GET", at(origin), status=302, answer_headers={"Location": target}, second=1)


# Pages without https


def test_plain_on_an_insecure_page() -> None:
    """The page could not hash."""
    origin = "http://intranet.example"
    assert found(page(f"{origin}/"), refused_at(origin))[0] == ("insecure-page-no-webcrypto", "likely")


@pytest.mark.parametrize("origin", ["http://localhost:5173", "http://127.0.0.1:8080", "https://intranet.example"])
def test_plain_on_a_page_that_can_hash(origin: str) -> None:
    """Loopback addresses and https pages have crypto.subtle."""
    judged = found(page(f"{origin}/"), refused_at(origin))
    assert judged[0] == ("challenge-method-plain-refused", "likely")
    assert "insecure-page-no-webcrypto" not in dict(judged)


def test_s256_on_an_insecure_page() -> None:
    """Some library hashed without the browser's help; what failed is something else."""
    origin = "http://intranet.example"
    url = at(origin, "S256", CHALLENGE)
    sent = entry("GET", url, status=302, answer_headers={"Location": f"{origin}/cb?error=server_error"}, second=1)
    assert "insecure-page-no-webcrypto" not in dict(found(page(f"{origin}/"), sent))


def test_an_insecure_page_of_which_no_login_left() -> None:
    """A page alone is a possibility; with a sign of a login it is likely."""
    assert found(page("http://10.0.0.7/")) == [("insecure-page-no-webcrypto", "possible")]
    discovery = entry("GET", "https://login.example/.well-known/openid-configuration", content="{}", second=1)
    assert found(page("http://10.0.0.7/"), discovery) == [("insecure-page-no-webcrypto", "likely")]
    assert found(page("https://app.example/"), page("http://localhost:3000/login")) == []


def test_the_console_of_an_insecure_page() -> None:
    """The browser's complaint alone is enough to say what is likely."""
    text = "Uncaught TypeError: Cannot read properties of undefined (reading 'digest')"
    assert findings(text) == [("insecure-page-no-webcrypto", "likely")]


# Scripts


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Mode": "cors", "Sec-Fetch-Dest": "empty"},
        {"X-Requested-With": "XMLHttpRequest"},
        {"Origin": "https://app.example"},
    ],
)
def test_signs_of_a_script(headers: dict[str, str]) -> None:
    """Fetch metadata, the header of old libraries, or an Origin on a GET."""
    assert found(asked(headers=headers))[0] == ("authorize-by-fetch", "proven")


def test_the_type_that_the_browser_lists() -> None:
    """Without headers the type of the resource tells it."""
    assert found(asked(_resourceType="xhr"))[0] == ("authorize-by-fetch", "proven")
    assert found(asked(_resourceType="document")) == []


def test_a_prefetch_is_no_login() -> None:
    """The browser fetched a link ahead of time."""
    assert found(asked(headers={"Sec-Fetch-Mode": "cors", "Sec-Purpose": "prefetch"})) == []


def test_a_script_that_got_its_tokens_is_no_fault() -> None:
    """It worked."""
    assert found(asked(headers={"Sec-Fetch-Mode": "cors"}), came(), redeemed()) == []


def test_the_console_of_a_script() -> None:
    """The browser names the endpoint that the script called."""
    text = (
        "Access to fetch at 'https://login.example/oauth/authorize?response_type=code&client_id=app' from origin"
        " 'https://app.example' has been blocked by CORS policy: No 'Access-Control-Allow-Origin' header is present."
    )
    assert "authorize-by-fetch" in faults(text)


# Frames


def test_a_silent_attempt_that_finds_nobody_is_normal() -> None:
    """At top level, with a cookie, or on the same site the answer login_required is simply true."""
    for headers in (TOP, {**FRAME, "Cookie": "sid=1"}, {**FRAME, "Sec-Fetch-Site": "same-site"}, {}):
        answer = entry("GET", SILENT, status=302, headers=headers, answer_headers=ERROR, second=1)
        assert "third-party-cookies-blocked" not in dict(found(answer, came(f"error=login_required&state={STATE}")))


def test_a_silent_attempt_before_a_login_that_worked_is_normal() -> None:
    """Nobody was logged in yet."""
    silent = SILENT.replace(STATE, "silent1")
    target = {"Location": "https://app.example/cb?error=login_required&state=silent1"}
    first = entry("GET", silent, status=302, headers=FRAME, answer_headers=target, second=0.2)
    assert found(first, came("error=login_required&state=silent1", second=0.4), asked(), came(), redeemed()) == []


def test_a_silent_attempt_without_its_cookie() -> None:
    """A frame of another site and no cookie."""
    answer = entry("GET", SILENT, status=302, headers=FRAME, answer_headers=ERROR, second=1)
    judged = found(answer, came(f"error=login_required&state={STATE}"))
    assert judged[0] == ("third-party-cookies-blocked", "likely")


@pytest.mark.parametrize("status", [200, 400, 403])
def test_a_page_in_a_hidden_frame(status: int) -> None:
    """The answer to prompt=none is a redirect; a page that may not be framed shows nothing."""
    for headers in ({"X-Frame-Options": "SAMEORIGIN"}, {"Content-Security-Policy": "frame-ancestors 'none'"}):
        answer = entry(
            "GET", SILENT, status=status, headers=FRAME, answer_headers={**PAGE, **headers}, content="<p>", second=1
        )
        assert ("silent-renew-frame-refused", "likely") in found(answer)


def test_a_sign_in_page_at_top_level_may_forbid_framing() -> None:
    """Every sign-in page does."""
    answer = entry("GET", authorize_url(STATE), headers=TOP, answer_headers={**PAGE, "X-Frame-Options": "DENY"})
    assert found(answer) == []


def test_a_login_that_left_its_frame() -> None:
    """Begun in a frame, finished in a window: no verifier, or no token request at all."""
    framed = asked(headers=FRAME)
    assert found(framed, came(headers=TOP)) == [("login-started-in-iframe", "likely")]
    judged = found(framed, came(headers=TOP), redeemed(REFUSED, verifier="undefined"))
    assert judged[:2] == [("login-started-in-iframe", "likely"), ("verifier-is-null-text", "proven")]


def test_a_login_that_stayed_in_its_frame() -> None:
    """The callback was loaded in the frame too, or the verifier was there."""
    assert "login-started-in-iframe" not in dict(found(asked(headers=FRAME), came(headers=FRAME)))
    assert "login-started-in-iframe" not in dict(found(asked(headers=FRAME), came(headers=TOP), redeemed(REFUSED)))


# Origins


@pytest.mark.parametrize(
    "start", ["https://www.app.example/", "http://app.example/", "https://app.example:8443/", "http://localhost:3000/"]
)
def test_a_start_at_another_origin(start: str) -> None:
    """Another host, scheme or port: the verifier stays behind."""
    judged = found(page(start), asked(headers={"Referer": start}), came(), redeemed(REFUSED, verifier="null"))
    assert judged[:2] == [("start-and-callback-origins-differ", "likely"), ("verifier-is-null-text", "proven")]


def test_a_verifier_made_anew_at_another_origin() -> None:
    """An unrelated verifier is what a program makes when it finds none."""
    start = "https://www.app.example/"
    other = "kLr4vD0aWn2uYt7mQe9sXc3bHf6gJz1pVo5iTq8yRwA"
    judged = found(page(start), asked(headers={"Referer": start}), came(), redeemed(REFUSED, verifier=other))
    assert judged == [("start-and-callback-origins-differ", "likely")]


def test_a_right_verifier_crossed_the_origins() -> None:
    """What failed is something else."""
    start = "https://www.app.example/"
    judged = found(page(start), asked(headers={"Referer": start}), came(), redeemed(REFUSED))
    assert "start-and-callback-origins-differ" not in dict(judged)


def test_the_page_that_linked_to_the_login_is_not_where_it_began() -> None:
    """The application's own redirect is; a portal may link there."""
    portal = {"Referer": "https://portal.example/"}
    judged = found(page("https://portal.example/"), begun("sid=1; Path=/"), asked(headers=portal), came())
    assert judged == [("code-not-redeemed", "possible")]


def test_the_server_s_own_page_is_not_where_it_began() -> None:
    """A reload of the sign-in page has the server as its referrer."""
    judged = found(asked(headers={"Referer": "https://login.example/"}), came())
    assert judged == [("code-not-redeemed", "possible")]


# First cookies


def test_no_cookie_at_the_start() -> None:
    """The server's cookies are in the capture, so the application's would be too."""
    served = asked()
    served["response"]["headers"].append({"name": "Set-Cookie", "value": "SID=1; Path=/"})
    judged = found(begun(), served, came(status=500, headers={"Accept": "text/html"}))
    assert judged == [("login-cookie-never-set", "likely")]


def test_a_session_from_before_needs_no_new_cookie() -> None:
    """The browser has a cookie of this application already."""
    start = begun()
    start["request"]["headers"] = [{"name": "Cookie", "value": "sid=1"}]
    judged = found(start, asked(), came(status=500, headers={"Cookie": "sid=1"}))
    assert judged == [("code-not-redeemed", "possible")]


def test_a_login_on_a_server_that_was_not_refused() -> None:
    """The application took the callback; where it keeps the verifier is its own affair."""
    served = asked()
    served["response"]["headers"].append({"name": "Set-Cookie", "value": "SID=1; Path=/"})
    judged = found(begun(), served, came(f"code={CODE}&state={STATE}", 302, answer_headers={"Location": "/"}))
    assert judged == [("code-not-redeemed", "possible")]


def test_a_listener_on_this_machine_is_another_origin_by_design() -> None:
    """A program opens the browser and waits for the code on a loopback port."""
    start = "https://shop.example/"
    url = at("http%3A%2F%2F127.0.0.1%3A49152", "S256", CHALLENGE)
    target = f"http://127.0.0.1:49152/cb?code={CODE}&state={STATE}"
    judged = found(
        page(start), asked(url=url, headers={"Referer": start}), entry("GET", target, answer_headers=PAGE, second=9)
    )
    assert judged == [("code-not-redeemed", "possible")]
