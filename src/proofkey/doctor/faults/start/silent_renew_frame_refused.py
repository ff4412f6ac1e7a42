"""A hidden renewal frame got a page that must not be framed (OpenID Connect Core 3.1.2.1)."""

from __future__ import annotations

from collections.abc import Iterator

from proofkey.doctor.answer import Answer
from proofkey.doctor.content_policy import refusing
from proofkey.doctor.ending import said
from proofkey.doctor.evidence import Evidence
from proofkey.doctor.fault import LIKELY, Fault, Finding
from proofkey.doctor.frames import is_framed
from proofkey.doctor.login import Login
from proofkey.doctor.message import Message
from proofkey.doctor.transcript import login, request, response


def check(login: Login) -> Finding | None:
    """Look for a page where a silent request should have been redirected at once."""
    if login.callbacks or login.responses or login.token_requests:
        return None
    authorize = next(reversed(login.authorize_hops), None)
    if authorize is None:
        reported = said(login, "frame-refused")
        return Finding(LIKELY, "The browser reports that a page may not be framed.", (reported,)) if reported else None
    silent = "none" in (authorize.value("prompt") or "").split()
    framed = is_framed(authorize.message)
    if framed is False or not (silent or framed):
        return None
    if reported := said(login, "frame-refused"):
        text = "The browser reports that the page which answered the silent request may not be framed."
        return Finding(LIKELY, text, (authorize.shows("asked for in a frame"), reported))
    for page in _answers(login, authorize.message):
        what = _forbids_framing(page, login)
        if what is None:
            continue
        error = Answer(page)
        status = f" with status {page.status}" if page.status else ""
        asked = "prompt=none" if silent else "a request from a frame"
        return Finding(
            LIKELY,
            f"The server answered {asked} with a page{status} that forbids framing ({what}) instead of a redirect to"
            " the client, so the frame stays empty. The page itself mostly says what is wrong with the request.",
            (
                authorize.shows(asked),
                Evidence(f"{page.where}, answer", what),
                *((error.shows(),) if error.error or error.description else ()),
            ),
        )
    return None


def _answers(login: Login, authorize: Message) -> Iterator[Message]:
    for page in (authorize, *login.pages):
        if not page.redirect_target:
            yield page


def _forbids_framing(page: Message, login: Login) -> str | None:
    if "BLOCKED_BY_RESPONSE" in (page.network_error or "").upper():
        return page.network_error
    options = (page.response_header("x-frame-options") or "").strip()
    if options.upper().startswith(("DENY", "SAMEORIGIN")):
        return f"X-Frame-Options: {options[:40]}"
    client = login.observe("authorize.redirect_uri")
    target = getattr(client, "value", "")
    refused = refusing(page, ("frame-ancestors",), target) if target else None
    return f"frame-ancestors {refused[1][:80]}" if refused else None


FAULT = Fault(
    title="A hidden renewal frame got a page that must not be framed",
    meaning=(
        "A silent request (prompt=none) in a hidden frame is answered by a redirect, with a code or with an error."
        " Here the server showed a page instead, usually an error page about this very request or its sign-in page,"
        " and such pages may not be put into frames. The browser shows nothing, and the program waits until it gives"
        " up."
    ),
    fix="Open the same URL in a tab to read what the page says, and mend that; renew with refresh tokens instead of"
    " hidden frames.",
    example_js="body: new URLSearchParams({ grant_type: 'refresh_token', refresh_token, client_id })",
    wrong_fix="Removing the frame protection of the server: it keeps others from framing its sign-in page.",
    spec=("OpenID Connect Core 3.1.2.1",),
    blame="server",
    explains=("third-party-cookies-blocked", "login-started-in-iframe"),
    needs=(),
    check=check,
    bad=request(
        "GET",
        "https://login.example/oauth/authorize?response_type=code&client_id=app&state=s1&scope=openid&prompt=none"
        "&redirect_uri=https%3A%2F%2Fapp.example%2Fcb&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
        "&code_challenge_method=S256",
        {"Sec-Fetch-Dest": "iframe", "Sec-Fetch-Mode": "navigate"},
    )
    + response(200, {"Content-Type": "text/html", "X-Frame-Options": "DENY"}, "<!doctype html><p>Error</p>"),
    good=login(answer={}),
)
