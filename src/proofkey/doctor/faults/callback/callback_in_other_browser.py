"""The callback ran in another browser than the one that started the login (RFC 8252 8.12)."""

from __future__ import annotations

from proofkey.doctor.cookies import sent_in, set_before_callback
from proofkey.doctor.ending import came_without_verifier, refusal, visit
from proofkey.doctor.fault import LIKELY, Fault, Finding
from proofkey.doctor.login import Login
from proofkey.doctor.message import Message
from proofkey.doctor.transcript import CODE, STATE, login, request, response

_SIGNS = ("user-agent", "sec-ch-ua-platform", "sec-ch-ua-mobile")


def check(login: Login) -> Finding | None:
    """Compare what the browser says of itself in the authorization request and in the callback."""
    arrived, authorize = visit(login), next(reversed(login.authorize_hops), None)
    if arrived is None or authorize is None or not came_without_verifier(login):
        return None
    sign = _difference(authorize.message, arrived.message)
    if sign is None:
        return None
    cookies = sent_in(arrived.message) or {}
    if any(cookies.get(each.name) == each.value for each in set_before_callback(login, arrived.address.host)):
        return None  # the same cookies: the same browser, under another name
    refused = refusal(login)
    return Finding(
        LIKELY,
        f"Authorization request and callback come from two browsers: their {sign} differ, and no cookie from before"
        " the login came back. The second browser knows nothing of what the first one stored.",
        (
            authorize.shows(f"{sign}: {_short(authorize.message, sign)}"),
            arrived.shows(f"{sign}: {_short(arrived.message, sign)}"),
            *((refused,) if refused else ()),
        ),
    )


def _difference(one: Message, other: Message) -> str | None:
    for name in _SIGNS:
        first, second = one.request_header(name), other.request_header(name)
        if first and second and first != second:
            return name
    return None


def _short(message: Message, name: str) -> str:
    return (message.request_header(name) or "")[:160]


_ASKED = (
    "https://login.example/oauth/authorize?response_type=code&client_id=app&scope=openid&state=" + STATE + "&"
    "redirect_uri=https%3A%2F%2Fapp.example%2Fcb&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
    "&code_challenge_method=S256"
)

FAULT = Fault(
    title="The callback ran in another browser than the one that started",
    meaning=(
        "The login began in one browser and ended in another: an installed web app or the window inside another app on"
        " one side, the phone's usual browser on the other, or a link from a mail. They share neither storage nor"
        " cookies, so verifier and state are missing at the callback."
    ),
    fix="Begin and end the login in one browser: open the system's browser for the whole login, and ask people to open"
    " mailed links where they began.",
    example_js="if (!sessionStorage.getItem(`login:${state}`)) {\n"
    "  show('Please go on in the window where you began, or sign in here again.');\n}",
    wrong_fix="Putting the verifier into the link: whoever gets the link can then redeem the code.",
    spec=("RFC 8252 8.12",),
    blame="user",
    explains=(
        *("callback-cookie-not-sent", "login-cookie-unreadable", "login-cookie-never-set", "code-not-redeemed"),
        *("verifier-is-null-text", "verifier-missing", "state-overwritten-by-other-login"),
    ),
    needs=("authorize", "callback.code"),
    check=check,
    bad=request("GET", _ASKED, {"User-Agent": "Mozilla/5.0 (iPhone) FBAN/FBIOS"})
    + response(302, {"Location": "https://login.example/signin"})
    + "\n"
    + request("GET", f"https://app.example/cb?code={CODE}&state={STATE}", {"User-Agent": "Mozilla/5.0 (iPhone) Safari"})
    + response(400, {"Content-Type": "text/html"}, "<p>No stored state</p>"),
    good=login(answer={}),
)
