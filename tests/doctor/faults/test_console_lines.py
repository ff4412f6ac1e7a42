"""What the browser's console says beside a login: it is heard where nothing else shows, and only for its own matter."""

from __future__ import annotations

import pytest

from proofkey.doctor.transcript import login, token_request
from tests.doctor.faults.test_neighbours_at_token import certainty_of

BEGUN = login(steps=("authorize",)) + "\n"
BACK = login(steps=("authorize", "callback")) + "\n"
REFUSED = login() + "\n"
TOKEN = "https://login.example/oauth/token"
CORS = f"Access to fetch at '{TOKEN}' from origin 'https://app.example' has been blocked by CORS policy: "
PREFLIGHT = CORS + "Response to preflight request doesn't pass access control check\n"
MOVED = CORS + "Response to preflight request doesn't pass: Redirect is not allowed for a preflight request.\n"
AUTHORIZE = CORS.replace("/token", "/authorize") + "No 'Access-Control-Allow-Origin' header is present\n"
POLICY = (
    f"Refused to connect to '{TOKEN}' because it violates the Content Security Policy directive: connect-src 'self'\n"
)
FRAME = "Refused to display 'https://login.example/' in a frame because it set 'X-Frame-Options' to 'deny'.\n"
EARLY = "Error: the ID token is not yet valid: iat is in the future, check your clock\n"

LINES = [
    ("cors-preflight-refused", "likely", BACK + PREFLIGHT),
    ("cors-preflight-refused", "", BACK + MOVED),
    ("cors-preflight-refused", "", REFUSED + PREFLIGHT),
    ("cors-preflight-refused", "", BACK + POLICY),
    ("preflight-redirected", "likely", BACK + MOVED),
    ("preflight-redirected", "", BACK + PREFLIGHT),
    ("preflight-redirected", "", REFUSED + MOVED),
    ("authorize-by-fetch", "likely", BEGUN + AUTHORIZE),
    ("authorize-by-fetch", "", BEGUN + PREFLIGHT),
    ("authorize-by-fetch", "", BEGUN + "GET https://login.example/oauth/authorize 500\n"),
    ("csp-blocked", "likely", BACK + POLICY),
    ("csp-blocked", "", REFUSED + POLICY),
    ("csp-blocked", "", BACK + PREFLIGHT),
    ("clock-skew", "", BACK + EARLY),
    (
        "silent-renew-frame-refused",
        "likely",
        BEGUN.replace("&code_challenge_method", "&prompt=none&code_challenge_method") + FRAME,
    ),
    (
        "popup-opener-severed",
        "likely",
        BACK + "Cross-Origin-Opener-Policy policy would block the window.closed call.\n",
    ),
    (
        "popup-opener-severed",
        "",
        BACK + token_request() + "\nCross-Origin-Opener-Policy policy would block the call.\n",
    ),
]


@pytest.mark.parametrize("row", LINES, ids=lambda row: row[0])
def test_a_line_of_the_console(row: tuple[str, str, str]) -> None:
    """A line about one matter is no word about another, and an answer that shows is more than a line."""
    slug, certainty, text = row
    assert certainty_of(slug, text) == certainty
