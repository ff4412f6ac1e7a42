"""The login started inside a frame of another site and finished at top level (RFC 9700 4.16)."""

from __future__ import annotations

from proofkey.doctor.ending import came_without_verifier, redeems_out_of_sight, refusal, visit
from proofkey.doctor.evidence import Evidence
from proofkey.doctor.fault import LIKELY, Fault, Finding
from proofkey.doctor.frames import is_framed
from proofkey.doctor.login import Login
from proofkey.doctor.transcript import CODE, STATE, login, request, response, token_request


def check(login: Login) -> Finding | None:
    """Compare where the login began with where it ended; the verifier must be missing."""
    arrived = visit(login)
    if arrived is None or is_framed(arrived.message) is not False or not came_without_verifier(login):
        return None
    begun = _framed_start(login)
    if begun is None or (redeems_out_of_sight(login) and refusal(login) is None):
        return None
    return Finding(
        LIKELY,
        "The login was prepared in a frame on another site's page, and the callback was opened as a page of its own."
        " The two do not share storage, so the callback found no verifier.",
        (begun, arrived.shows("the callback is a top-level page")),
    )


def _framed_start(login: Login) -> Evidence | None:
    for first in login.authorize_hops[:1]:
        if is_framed(first.message):
            return first.shows("the authorization request was sent from a frame")
    start = login.start
    if start is not None and is_framed(start) and start.request_header("sec-fetch-site") != "same-origin":
        return Evidence(start.where, "the page that began the login was loaded in a frame")
    return None


_AUTHORIZE = (
    "https://login.example/oauth/authorize?response_type=code&client_id=app&scope=openid&state=" + STATE + "&"
    "redirect_uri=https%3A%2F%2Fapp.example%2Fcb&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
    "&code_challenge_method=S256"
)

FAULT = Fault(
    title="Started inside an iframe, finished at top level",
    meaning=(
        "Browsers give a page inside a frame of another site (a tab in Teams, a widget) a storage of its own, apart"
        " from the storage that the same page has in a tab. A verifier stored in the frame is not there when the code"
        " arrives in a tab or window."
    ),
    fix="Open a window from the frame, begin and finish the login inside that window, and hand the result back to the"
    " frame by a message.",
    example_js="const popup = window.open('/login-start'); // this page stores the verifier and leaves for the server\n"
    "window.addEventListener('message', (event) => {\n"
    "  if (event.source === popup && event.origin === location.origin) signedIn(event.data);\n});",
    wrong_fix="Loosening the sandbox of the frame: the storage stays apart.",
    spec=("RFC 9700 4.16",),
    blame="client",
    explains=("verifier-is-null-text", "verifier-missing", "code-not-redeemed", "callback-cookie-not-sent"),
    needs=("authorize", "callback.code"),
    check=check,
    bad=request(
        "GET", _AUTHORIZE, {"Sec-Fetch-Dest": "iframe", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Site": "cross-site"}
    )
    + response(302, {"Location": "https://login.example/signin"})
    + "\n"
    + request("GET", f"https://app.example/cb?code={CODE}&state={STATE}", {"Sec-Fetch-Dest": "document"})
    + response(200, {"Content-Type": "text/html"}, "<!doctype html><title>app</title>")
    + "\n"
    + token_request({"code_verifier": "null"}),
    good=login(answer={}),
)
