"""What a cookie of two, a preflight's redirect and a repeated refresh must not be taken for."""

from __future__ import annotations

from proofkey.doctor.transcript import CODE, ISSUED, ROTATED, STATE, VERIFIER, Changes, login, refresh
from tests.doctor.captures import entry
from tests.doctor.faults.judged import STRANGE_VERIFIER
from tests.doctor.faults.test_callbacks import ASKED, PAGE, asked, came, redeemed
from tests.doctor.faults.test_neighbours_at_start import Entry, rows, sure
from tests.doctor.faults.test_neighbours_at_token import CLIENT, GOT, texts_of
from tests.doctor.faults.test_neighbours_of_clients import failed, preflight

SERVER, CLIENT_AT = "http://localhost:8080", "http://localhost:8081"
LOCAL = ASKED.replace("https://login.example", SERVER).replace(
    "https%3A%2F%2Fapp.example", "http%3A%2F%2Flocalhost%3A8081"
)
MINE, THEIRS = "SID=client00; Path=/", "SID=server00; Path=/"
LOST = "<p>Correlation failed</p>"


def begins(cookie: str = MINE) -> Entry:
    """Write the application's redirect to the server."""
    headers = {"Location": LOCAL, **({"Set-Cookie": cookie} if cookie else {})}
    return entry("GET", f"{CLIENT_AT}/login", status=302, answer_headers=headers, second=0.5)


def asks(cookie: str = THEIRS) -> Entry:
    """Write the authorization request and the server's cookie."""
    headers = {"Location": f"{SERVER}/signin", **({"Set-Cookie": cookie} if cookie else {})}
    return entry("GET", LOCAL, status=302, answer_headers=headers, second=1)


def returns(cookie: str = "SID=server00", status: int = 400, state: str = STATE) -> Entry:
    """Write the visit of the callback."""
    sent = {"Cookie": cookie} if cookie else {"Accept": "text/html"}
    url = f"{CLIENT_AT}/cb?code={CODE}&state={state}"
    return entry("GET", url, status=status, headers=sent, answer_headers=PAGE, content=LOST, second=9)


COLLISIONS = [
    ("one name from both", "likely", begins(), asks(), returns()),
    ("two names", "", begins(), asks("JSESSIONID=server00; Path=/"), returns("SID=client00")),
    ("the client's own came back", "", begins(), asks(), returns("SID=client00")),
    ("the application took it", "", begins(), asks(), returns(status=200)),
    ("the server's is for another path", "", begins(), asks("SID=server00; Path=/realms"), returns("SID=client00")),
    ("the server's came first", "", {**asks(), "startedDateTime": "2026-03-01T10:00:00.100Z"}, begins(), returns()),
    ("no cookie is recorded", "likely", begins(""), asks(""), returns("")),
    ("no cookie is recorded, and another state", "", begins(""), asks(""), returns("", state="another-state-0")),
]


@rows(COLLISIONS)
def test_a_cookie_of_two(certainty: str, entries: tuple[Entry, ...]) -> None:
    """The later cookie of the same name took the place of the client's."""
    assert sure("cookie-name-collision", *entries) == certainty


MOVED = preflight(301, Location="https://login.example/token")
PREFLIGHTS = [
    ("it was redirected", "proven", asked(), came(), MOVED, failed()),
    ("it was redirected, and the POST got through", "", asked(), came(), MOVED, redeemed('{"error": "invalid_grant"}')),
    ("it was refused", "", asked(), came(), preflight(404), failed()),
]


@rows(PREFLIGHTS)
def test_a_preflight_that_moved(certainty: str, entries: tuple[Entry, ...]) -> None:
    """No redirect of a preflight is followed."""
    assert sure("preflight-redirected", *entries) == certainty


NO_PKCE: Changes = {"code_challenge": None, "code_challenge_method": None}
TEXTS: list[tuple[str, str, str]] = [
    ("refresh-token-reused", "proven", GOT + refresh(status=200, answer=ROTATED) + refresh()),
    ("refresh-token-reused", "", GOT + refresh(status=200, answer=ISSUED) + refresh()),
    ("refresh-token-reused", "", GOT + refresh(status=200, answer=ROTATED)),
    ("refresh-token-reused", "", GOT + refresh(status=200, answer=ROTATED) + refresh(status=401, answer=CLIENT)),
    (
        "refresh-token-reused",
        "",
        GOT + refresh(status=200, answer=ROTATED) + refresh({"refresh_token": "8xLOxBtZp8Yq1mWc3RfJdA"}),
    ),
    ("verifier-without-challenge", "proven", login(authorize=NO_PKCE)),
    ("verifier-without-challenge", "", login(authorize=NO_PKCE, token={"code_verifier": None})),
    ("verifier-without-challenge", "", login(authorize=NO_PKCE, token={"code_verifier": "null"})),
    ("verifier-without-challenge", "", login(authorize=NO_PKCE, answer={})),
    ("verifier-quoted", "proven", login(token={"code_verifier": f'"{VERIFIER}"'})),
    ("verifier-quoted", "proven", login(token={"code_verifier": f'"{STRANGE_VERIFIER}"'})),
    ("verifier-quoted", "proven", login(token={"code_verifier": f'"{VERIFIER}'})),
    ("verifier-quoted", "", login(token={"code_verifier": '""'})),
    ("answer-malformed", "likely", login(status=200, answer={"access_token": 7})),
    ("answer-malformed", "", login(status=200, answer={"error": "invalid_grant"})),
    ("answer-malformed", "", login(status=200, answer="hello")),
    ("answer-malformed", "", login(status=400, answer={"x": 1})),
    ("token-answer-html", "likely", login(status=200, answer="<!doctype html><html></html>")),
    ("token-answer-html", "", login(status=200, answer={"html": "x"})),
]


def test_texts() -> None:
    """Each is found as surely as the capture allows, and not where one thing makes it another."""
    assert texts_of(TEXTS) == [(slug, certainty) for slug, certainty, _ in TEXTS]
