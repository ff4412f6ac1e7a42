"""A silent login in a frame arrives without the server's cookie (OpenID Connect Core 3.1.2.6)."""

from __future__ import annotations

import re

from proofkey.doctor.address import split
from proofkey.doctor.cookies import sent_in, set_by
from proofkey.doctor.evidence import Absent
from proofkey.doctor.fault import LIKELY, Fault, Finding
from proofkey.doctor.frames import is_framed
from proofkey.doctor.login import Login
from proofkey.doctor.pattern import Pattern
from proofkey.doctor.transcript import login, request, response

_SILENT_PATH = Pattern(r"silent|renew|iframe", re.IGNORECASE)
_ERRORS = ("login_required", "interaction_required", "session_not_active")


def check(login: Login) -> Finding | None:
    """A silent request from a frame of another site, without a cookie, and nobody logged in.

    Without these signs the answer is the normal one for somebody who is not logged in.
    """
    authorize = next(reversed(login.authorize_hops), None)
    answered = [each for each in (*login.callbacks, *login.responses) if each.value("error") in _ERRORS]
    if authorize is None or not answered or authorize.value("prompt") != "none":
        return None
    message = authorize.message
    if not isinstance(authorize.header("cookie"), Absent):
        return None
    if message.request_header("sec-fetch-site") in ("same-origin", "same-site"):
        return None
    if message.request_header("sec-fetch-storage-access") == "active":
        return None
    framed = is_framed(message)
    looks_hidden = bool(_SILENT_PATH.search(split(authorize.value("redirect_uri") or "").path))
    if not framed and (framed is False or not looks_hidden or not _has_a_session(login)):
        return None
    before = " although the capture shows a session at the server" if _has_a_session(login) else ""
    error = answered[0].value("error") or ""
    return Finding(
        LIKELY,
        f"The silent request came from a frame of another site and carried no cookie{before}; the server could only"
        f" answer {error}. Browsers keep cookies of other sites away from frames.",
        (authorize.shows("prompt=none in a frame, no Cookie header"), answered[0].shows(f"error={error}")),
    )


def _has_a_session(login: Login) -> bool:
    return any(
        split(message.url).host in login.server_hosts and bool(set_by(message) or sent_in(message))
        for message in login.capture.messages
    )


FAULT = Fault(
    title="Silent login in a frame arrives without the server's cookie",
    meaning=(
        "A hidden frame asks the server whether somebody is logged in. The server knows that by its cookie, and for a"
        " frame on another site's page that is a third-party cookie, which browsers no longer send. So the server must"
        " say login_required although the person is logged in."
    ),
    fix="Renew with refresh tokens, or put the authorization server under the same site as the application"
    " (login.example.com for app.example.com).",
    example_js="body: new URLSearchParams({ grant_type: 'refresh_token', refresh_token, client_id })",
    wrong_fix="Telling people to allow all cookies in their browser.",
    spec=("OpenID Connect Core 3.1.2.6",),
    blame="network",
    needs=("authorize", "callback.error"),
    check=check,
    bad=request(
        "GET",
        "https://login.example/oauth/authorize?response_type=code&client_id=app&state=s1&scope=openid&prompt=none"
        "&redirect_uri=https%3A%2F%2Fapp.test%2Fcb&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
        "&code_challenge_method=S256",
        {"Sec-Fetch-Dest": "iframe", "Sec-Fetch-Site": "cross-site"},
    )
    + response(302, {"Location": "https://app.test/cb?error=login_required&state=s1"}),
    good=login(answer={}),
)
