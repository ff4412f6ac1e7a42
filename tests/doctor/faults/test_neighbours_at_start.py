"""What a fault of start and callback must not be taken for: the same capture with one thing otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from proofkey.doctor.transcript import CHALLENGE, CODE, STATE, VERIFIER
from tests.doctor.captures import authorize_url, capture_of, entry
from tests.doctor.faults.judged import OTHER_CHALLENGE, STRANGE_VERIFIER, findings_in
from tests.doctor.faults.test_callbacks import ASKED, PAGE, REFUSED, asked, begun, came, redeemed

Entry = dict[str, Any]
FRAME = {"Sec-Fetch-Dest": "iframe", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Site": "cross-site"}
TOP = {"Sec-Fetch-Dest": "document", "Sec-Fetch-Mode": "navigate"}
SCRIPT = {"Sec-Fetch-Mode": "cors", "Sec-Fetch-Dest": "empty"}
SILENT = ASKED + "&prompt=none"
SECOND = authorize_url("Zw81mPq0sLrT3uXy", OTHER_CHALLENGE)
MISMATCH = "<p>State mismatch</p>"
CALLBACK = f"https://app.example/cb?code={CODE}&state={STATE}"


def sure(slug: str, *entries: Entry) -> str:
    """Say how sure a fault is found, "" where it is not."""
    return dict(findings_in(capture_of(*entries))).get(slug, "")


def rows(table: Sequence[tuple[Any, ...]]) -> pytest.MarkDecorator:
    """Run a test for each row: a name, the certainty, the entries."""
    return pytest.mark.parametrize(
        ("certainty", "entries"), [(row[1], row[2:]) for row in table], ids=[row[0] for row in table]
    )


def to_callback(url: str = ASKED, **more: Any) -> Entry:
    """Write an authorization request that is answered with a code at once."""
    return entry("GET", url, status=302, answer_headers={"Location": CALLBACK}, second=1, **more)


def cookie(name: str, value: str, more: str = "") -> str:
    """Write a Set-Cookie header."""
    return f"{name}={value}; Path=/; HttpOnly; Secure{more}"


FETCHED = asked(headers=SCRIPT)
POSTED = entry(
    "POST",
    "https://login.example/oauth/authorize",
    headers={"Origin": "https://app.example", "Content-Type": "application/x-www-form-urlencoded"},
    body=ASKED.partition("?")[2],
    second=1,
)
BY_FETCH = [
    ("a script's call", "proven", FETCHED),
    ("one that followed the redirects to a code", "", to_callback(headers=SCRIPT), came()),
    ("a form that posts the request", "", POSTED),
    ("a GET with an Origin", "proven", asked(headers={"Origin": "https://app.example"})),
    ("fetched ahead", "", asked(headers={**SCRIPT, "Purpose": "prefetch"})),
    ("fetched ahead, as it is called now", "", asked(headers={**SCRIPT, "Sec-Purpose": "prefetch;prerender"})),
    ("asked by a script of its own origin", "proven", asked(headers={"Sec-Fetch-Mode": "same-origin"})),
    ("a navigation", "", asked(headers=TOP)),
]


@rows(BY_FETCH)
def test_a_call_by_script(certainty: str, entries: tuple[Entry, ...]) -> None:
    """Only a script's call that cannot end well is the fault."""
    assert sure("authorize-by-fetch", *entries) == certainty


FRAMED = asked(headers=FRAME)
LOST = came(headers=TOP, page="<p>No matching state found in storage</p>")
IN_FRAME = [
    ("begun in a frame, ended at top", "likely", FRAMED, LOST),
    ("ended in the frame", "", FRAMED, came(headers=FRAME)),
    ("the capture does not say where it ended", "", FRAMED, came()),
    ("the verifier was there", "", FRAMED, came(headers=TOP), redeemed(REFUSED)),
    (
        "a back end redeems it out of sight",
        "",
        FRAMED,
        came(headers=TOP, status=302, answer_headers={"Location": "/home"}),
    ),
    (
        "a back end that refuses it",
        "likely",
        FRAMED,
        came(headers=TOP, status=302, answer_headers={"Location": "/login?error=state"}),
    ),
    (
        "the page before was in a frame of another site",
        "likely",
        entry("GET", "https://app.example/", headers=FRAME, answer_headers=PAGE, content="<p>x</p>", second=0.2),
        asked(headers={"Referer": "https://app.example/"}),
        LOST,
    ),
    (
        "the page before was in a frame of its own site",
        "",
        entry(
            "GET",
            "https://app.example/",
            headers={**FRAME, "Sec-Fetch-Site": "same-origin"},
            answer_headers=PAGE,
            content="<p>x</p>",
            second=0.2,
        ),
        asked(headers={"Referer": "https://app.example/"}),
        LOST,
    ),
]


@rows(IN_FRAME)
def test_a_login_in_a_frame(certainty: str, entries: tuple[Entry, ...]) -> None:
    """It counts where the login ended outside of the frame and had no verifier there."""
    assert sure("login-started-in-iframe", *entries) == certainty


def silent(status: int = 200, answer: dict[str, str] | None = None, headers: dict[str, str] = FRAME) -> Entry:
    """Write a silent request that is answered with a page."""
    return entry(
        "GET",
        SILENT,
        status=status,
        headers=headers,
        answer_headers={**PAGE, **(answer or {})},
        content="<p>Error</p>",
        second=1,
    )


DENY = {"X-Frame-Options": "DENY"}
NOT_FRAMED = [
    ("a page that forbids frames", "likely", silent(answer=DENY)),
    ("a page that allows frames", "", silent()),
    ("not in a frame", "", silent(answer=DENY, headers=TOP)),
    ("nobody says whether it was a frame", "likely", silent(answer=DENY, headers={})),
    (
        "in a frame, and not silent",
        "likely",
        entry("GET", ASKED, headers=FRAME, answer_headers={**PAGE, **DENY}, content="<p>x</p>", second=1),
    ),
    (
        "neither silent nor in a frame",
        "",
        entry("GET", ASKED, answer_headers={**PAGE, **DENY}, content="<p>x</p>", second=1),
    ),
    ("it was answered", "", silent(answer=DENY), came(headers=FRAME)),
    ("only ancestors of this site", "likely", silent(answer={"Content-Security-Policy": "frame-ancestors 'self'"})),
    (
        "ancestors that the client is one of",
        "",
        silent(answer={"Content-Security-Policy": "frame-ancestors https://app.example"}),
    ),
    (
        "the browser says so",
        "likely",
        {**silent(0), "response": {"status": 0, "headers": [], "_error": "net::ERR_BLOCKED_BY_RESPONSE"}},
    ),
    (
        "a redirect to a page that forbids frames",
        "likely",
        entry(
            "GET",
            SILENT,
            status=302,
            headers=FRAME,
            answer_headers={**DENY, "Location": "https://login.example/oops"},
            second=1,
        ),
        entry(
            "GET",
            "https://login.example/oops",
            headers=FRAME,
            answer_headers={**PAGE, **DENY},
            content="<p>x</p>",
            second=2,
        ),
    ),
    (
        "a redirect that forbids frames to a page that does not",
        "",
        entry(
            "GET",
            SILENT,
            status=302,
            headers=FRAME,
            answer_headers={**DENY, "Location": "https://login.example/oops"},
            second=1,
        ),
        entry("GET", "https://login.example/oops", headers=FRAME, answer_headers=PAGE, content="<p>x</p>", second=2),
    ),
]


@rows(NOT_FRAMED)
def test_a_page_that_must_not_be_framed(certainty: str, entries: tuple[Entry, ...]) -> None:
    """It is the page that the frame got at last which counts, and nothing must have come back."""
    assert sure("silent-renew-frame-refused", *entries) == certainty


def silently(headers: dict[str, str], error: str = "login_required", url: str = SILENT, **more: str) -> Entry:
    """Write a silent request that is answered with an error."""
    target = {"Location": f"https://app.example/cb?error={error}&state={STATE}"}
    return entry("GET", url, status=302, headers={**headers, **more}, answer_headers=target, second=1)


SESSION = entry(
    "GET",
    "https://login.example/",
    answer_headers={**PAGE, "Set-Cookie": cookie("sso", "1")},
    content="<p>x</p>",
    second=0.1,
)
RENEW = SILENT.replace("%2Fcb", "%2Fsilent-renew")
NO_COOKIE = [
    ("a frame of another site without a cookie", "likely", silently(FRAME)),
    ("with a cookie", "", silently(FRAME, Cookie="sso=1")),
    ("a frame of the same site", "", silently({**FRAME, "Sec-Fetch-Site": "same-site"})),
    ("the browser lets the frame have cookies", "", silently({**FRAME, "Sec-Fetch-Storage-Access": "active"})),
    ("at top level", "", silently(TOP)),
    ("not silent", "", silently(FRAME, url=ASKED)),
    ("another error", "", silently(FRAME, error="invalid_scope")),
    ("interaction is wanted", "likely", silently(FRAME, error="interaction_required")),
    ("it looks hidden, beside a session", "likely", SESSION, silently({"Accept": "*/*"}, url=RENEW)),
    ("it looks hidden, and no session is to be seen", "", silently({"Accept": "*/*"}, url=RENEW)),
    ("nothing looks hidden, beside a session", "", SESSION, silently({"Accept": "*/*"})),
]


@rows(NO_COOKIE)
def test_a_silent_login_without_a_cookie(certainty: str, entries: tuple[Entry, ...]) -> None:
    """Nobody logged in is the normal answer, where the browser had no reason to keep the cookie back."""
    assert sure("third-party-cookies-blocked", *entries) == certainty


OWN = cookie("login_state", STATE)
OTHERS = cookie("login_state", "Zw81mPq0sLrT3uXy")
FIRST, LATER = begun(OWN), begun(OTHERS, SECOND, 3)
ASKED_LATER = asked(3.2, SECOND)
KEPT = {"Cookie": "login_state=Zw81mPq0sLrT3uXy"}
TWO_TABS = [
    (
        "the second's cookie came",
        "likely",
        FIRST,
        asked(),
        LATER,
        ASKED_LATER,
        came(status=400, page=MISMATCH, headers=KEPT),
    ),
    ("no cookie shows, and it was refused", "likely", asked(), ASKED_LATER, came(status=400, page=MISMATCH)),
    ("no cookie shows, and nothing was said", "possible", asked(), ASKED_LATER, came()),
    (
        "the second was redeemed, and nothing was said",
        "",
        asked(),
        ASKED_LATER,
        came(),
        redeemed(REFUSED, code="other"),
    ),
    ("the second came after the callback", "", asked(), came(status=400, page=MISMATCH), asked(12, SECOND)),
    ("it is the second's callback", "", asked(1, SECOND), asked(3), came(status=400, page=MISMATCH)),
    (
        "the second is of another client",
        "",
        asked(),
        asked(3, SECOND.replace("client_id=app", "client_id=web")),
        came(status=400, page=MISMATCH),
    ),
    (
        "the second returns elsewhere",
        "",
        asked(),
        asked(3, SECOND.replace("app.example", "web.example")),
        came(status=400, page=MISMATCH),
    ),
    (
        "the second has no state",
        "",
        asked(),
        asked(3, SECOND.replace("&state=Zw81mPq0sLrT3uXy", "")),
        came(status=400, page=MISMATCH),
    ),
    (
        "one session cookie, set anew by the second",
        "likely",
        begun(cookie("sid", "one")),
        asked(),
        begun(cookie("sid", "two"), SECOND, 3),
        ASKED_LATER,
        came(headers={"Cookie": "sid=two"}),
    ),
    (
        "one session cookie that stayed",
        "possible",
        begun(cookie("sid", "one")),
        asked(),
        begun(cookie("sid", "one"), SECOND, 3),
        ASKED_LATER,
        came(headers={"Cookie": "sid=one"}),
    ),
    (
        "it cannot read its cookie",
        "",
        begun(cookie("flow", "x" * 40)),
        asked(),
        ASKED_LATER,
        came(status=500, page="<p>bad decrypt</p>", headers={"Cookie": "flow=" + "x" * 40}),
    ),
    ("it was redeemed", "", asked(), ASKED_LATER, came(status=400, page=MISMATCH), redeemed(REFUSED)),
]


@rows(TWO_TABS)
def test_a_second_login(certainty: str, entries: tuple[Entry, ...]) -> None:
    """It took the slot of the first only if it began in between, for the same client and place."""
    assert sure("state-overwritten-by-other-login", *entries) == certainty


REFERER = {"Referer": "https://www.app.example/"}
ELSEWHERE = {"Referer": "https://portal.other.example/"}
NULL = redeemed(REFUSED, verifier="null")
ORIGINS = [
    ("with www and without", "likely", asked(headers=REFERER), came(), NULL),
    ("the same origin", "", asked(headers={"Referer": "https://app.example/x"}), came(), NULL),
    ("the verifier was there", "", asked(headers=REFERER), came(), redeemed(REFUSED)),
    ("a verifier made anew", "likely", asked(headers=REFERER), came(), redeemed(REFUSED, verifier=STRANGE_VERIFIER)),
    (
        "a verifier made anew, begun at a stranger's",
        "",
        asked(headers=ELSEWHERE),
        came(),
        redeemed(REFUSED, verifier=STRANGE_VERIFIER),
    ),
    ("no verifier, begun at a stranger's", "likely", asked(headers=ELSEWHERE), came(), NULL),
    (
        "the verifier of another login",
        "",
        asked(headers=REFERER),
        asked(3, authorize_url("s2", OTHER_CHALLENGE)),
        came(),
        redeemed(REFUSED, verifier=VERIFIER),
    ),
    ("nothing followed, begun at a stranger's", "possible", asked(headers=ELSEWHERE), came()),
    (
        "nothing followed, refused, begun at a stranger's",
        "likely",
        asked(headers=ELSEWHERE),
        came(status=400, page=MISMATCH),
    ),
    (
        "a back end took it, begun at a stranger's",
        "",
        asked(headers=ELSEWHERE),
        came(status=302, answer_headers={"Location": "/home"}),
    ),
    ("a sister host", "likely", asked(headers={"Referer": "https://preview.app.example/"}), came(), NULL),
    (
        "a neighbour under one name",
        "likely",
        asked(headers={"Referer": "https://a.hosting.example/"}, url=ASKED.replace("app.example", "b.hosting.example")),
        entry(
            "GET",
            CALLBACK.replace("app.example", "b.hosting.example"),
            answer_headers=PAGE,
            content="<p>x</p>",
            second=9,
        ),
        redeemed(REFUSED, verifier="null"),
    ),
    (
        "its cookie came along",
        "",
        entry(
            "GET",
            "https://www.app.example/login",
            status=302,
            answer_headers={"Location": ASKED, "Set-Cookie": cookie("flow", "abcdefgh1", "; Domain=app.example")},
            second=0.5,
        ),
        asked(),
        came(status=500, page="<p>x</p>", headers={"Cookie": "flow=abcdefgh1"}),
    ),
    (
        "its cookie did not come along",
        "likely",
        entry(
            "GET",
            "https://www.app.example/login",
            status=302,
            answer_headers={"Location": ASKED, "Set-Cookie": cookie("flow", "abcdefgh1")},
            second=0.5,
        ),
        asked(),
        came(status=500, page="<p>x</p>", headers={"Accept": "text/html"}),
    ),
]


@rows(ORIGINS)
def test_two_origins(certainty: str, entries: tuple[Entry, ...]) -> None:
    """They matter where the verifier is missing, and strangers only where nothing else tells of it."""
    assert sure("start-and-callback-origins-differ", *entries) == certainty


def test_the_challenge_of_these_captures_is_right() -> None:
    """What the rows above leave alone is a healthy login."""
    assert CHALLENGE in ASKED
    assert findings_in(capture_of(asked(), came(), redeemed())) == []
