"""The authorization endpoint was called by a script instead of a navigation (RFC 6749 3.1)."""

from __future__ import annotations

import re

from proofkey.doctor.evidence import Evidence
from proofkey.doctor.fault import LIKELY, PROVEN, Fault, Finding
from proofkey.doctor.login import Login
from proofkey.doctor.pattern import Pattern
from proofkey.doctor.steps import AuthorizeRequest
from proofkey.doctor.transcript import login, request, response

_AUTHORIZE = Pattern(r"https?://[^\s'\"]*(?:authori[sz]e|/auth)\b[^\s'\"]*", re.IGNORECASE)


def check(login: Login) -> Finding | None:
    """Look at how the browser sent the last hop."""
    hop = next(reversed(login.authorize_hops), None)
    if hop is not None and (evidence := _by_script(hop)):
        if any(each.value("code") for each in (*login.responses, *login.callbacks)):
            return None  # it worked: a program that is allowed to follow redirects
        end = " It got no answer that it may read." if _unreadable(login, hop) else ""
        return Finding(
            PROVEN,
            f"The authorization request was sent by a script, not by a navigation of the browser.{end} Nobody can type"
            " a password into what a script gets.",
            (evidence,),
        )
    return _reported(login)


def _by_script(hop: AuthorizeRequest) -> Evidence | None:
    message = hop.message
    if "prefetch" in (message.request_header("sec-purpose") or message.request_header("purpose") or "").lower():
        return None
    mode = message.request_header("sec-fetch-mode")
    if mode is not None:
        return hop.shows(f"Sec-Fetch-Mode: {mode}") if mode.lower() in ("cors", "same-origin") else None
    if (message.request_header("x-requested-with") or "").lower() == "xmlhttprequest":
        return hop.shows("X-Requested-With: XMLHttpRequest")
    if message.resource_type in ("fetch", "xhr"):
        return hop.shows(f"the browser lists it as {message.resource_type}")
    if message.method == "GET" and message.request_header("origin") is not None:
        return hop.shows("a GET with an Origin header, as only scripts send it")
    return None


def _unreadable(login: Login, hop: AuthorizeRequest) -> bool:
    return hop.answer.lost or any(page.status == 0 for page in login.pages)


def _reported(login: Login) -> Finding | None:
    """Find the browser's complaint about a scripted call of the endpoint."""
    from proofkey.doctor.dialects import topics_of

    for part in login.fragments:
        found = _AUTHORIZE.search(part.text)
        if found and "token" not in found[0].lower() and "blocked-by-cors" in topics_of(None, part.text):
            text = "The browser reports that a script called the authorization endpoint and may not read the answer."
            return Finding(LIKELY, text, (Evidence(part.where, "blocked by CORS at the authorization endpoint"),))
    return None


FAULT = Fault(
    title="The authorize endpoint was called with fetch or XHR",
    meaning=(
        "The authorization endpoint shows pages to a person: sign-in, consent. A script that calls it follows the"
        " redirects to such a page, and the browser does not even let it read the answer. Often it is a call to one's"
        " own API that was answered with a redirect to the login."
    ),
    fix="Send the whole browser there, and answer scripted calls without a session with 401 instead of a redirect.",
    example_js="if (response.status === 401) window.location.assign('/login'); // a navigation, not fetch",
    example_py='if request.headers.get("Sec-Fetch-Mode") != "navigate":\n    return Response(status=401)\n'
    "return redirect(authorization_url)",
    wrong_fix="Asking for CORS headers on the authorization endpoint: a script cannot show its sign-in page.",
    spec=("RFC 6749 3.1",),
    blame="client",
    explains=("third-party-cookies-blocked", "silent-renew-frame-refused"),
    needs=(),
    check=check,
    bad=request(
        "GET",
        "https://login.example/oauth/authorize?response_type=code&client_id=app&state=s1&scope=openid"
        "&redirect_uri=https%3A%2F%2Fapp.example%2Fcb&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
        "&code_challenge_method=S256",
        {"Origin": "https://app.example", "Sec-Fetch-Mode": "cors", "Sec-Fetch-Dest": "empty"},
    )
    + response(302, {"Location": "https://login.example/signin"}),
    good=login(answer={}),
)
