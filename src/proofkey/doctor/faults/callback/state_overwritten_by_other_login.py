"""A second login replaced the stored state of the first (RFC 6749 10.12): one slot, two logins."""

from __future__ import annotations

from proofkey.doctor.address import split
from proofkey.doctor.cookies import SetCookie, sent_in, set_by
from proofkey.doctor.ending import refusal, said, stopped, visit
from proofkey.doctor.evidence import Evidence
from proofkey.doctor.fault import LIKELY, POSSIBLE, Fault, Finding
from proofkey.doctor.login import Login
from proofkey.doctor.steps import Callback
from proofkey.doctor.transcript import CODE, STATE, login, request, response


def check(login: Login) -> Finding | None:
    """Look for a login that began between this one's start and its callback, and for what the browser kept."""
    arrived, authorize = visit(login), login.authorize
    if arrived is None or authorize is None or not stopped(login):
        return None
    state = arrived.value("state")
    if not state or state != authorize.value("state"):
        return None
    later = _begun_between(login, authorize.number, arrived.number)
    if later is None or later.authorize is None:
        return None
    other = later.authorize.value("state") or ""
    kept = _kept(login, arrived, state, other)
    refused = said(login, "state-lost") or refusal(login)
    if not kept and said(login, "cookie-unreadable"):
        return None
    if not refused and not kept and any(each.token_requests for each in login.others):
        return None
    return Finding(
        LIKELY if refused or kept else POSSIBLE,
        "The callback belongs to the earlier of two logins. Before it came, the second one had begun"
        + (", and the browser sent the cookie of the second" if kept else "")
        + (". The application refused the answer although it is genuine." if refused else "."),
        (
            authorize.shows("the first login sends its state"),
            later.authorize.shows("the second login sends another state"),
            arrived.shows("the callback of the first login"),
            *((kept,) if kept else ()),
            *((refused,) if refused else ()),
        ),
    )


def _begun_between(login: Login, start: int, end: int) -> Login | None:
    own = login.authorize
    place = split((own.value("redirect_uri") or "") if own else "").origin
    for other in login.others:
        step = next(iter(other.authorize_hops), None)
        if step is None or not start < step.number < end or step.value("state") in (None, own and own.value("state")):
            continue
        if split(step.value("redirect_uri") or "").origin == place and other.client_id == login.client_id:
            return other
    return None


def _kept(login: Login, arrived: Callback, state: str, other: str) -> Evidence | None:
    """Find the cookie of the second login in the callback, or the two answers that set one cookie."""
    cookies = sent_in(arrived.message) or {}
    for name, value in cookies.items():
        if other and other in value and state not in value:
            return Evidence(f"{arrived.message.where}, cookie header", f"{name} holds the second login's state")
    sets: dict[str, list[SetCookie]] = {}
    for message in login.capture.messages:
        if message.number < arrived.number and split(message.url).host == arrived.address.host:
            for cookie in set_by(message):
                if message.redirect_target and not cookie.is_removed:
                    sets.setdefault(cookie.name, []).append(cookie)
    for name, each in sets.items():
        if len(each) > 1 and each[0].value != each[-1].value and cookies.get(name) == each[-1].value:
            return Evidence(f"{each[-1].message.where}, answer", f"the second login sets {name} again")
    return None


def _begin(state: str, cookie: bool = True) -> str:
    asked = (
        f"https://login.example/oauth/authorize?response_type=code&client_id=app&scope=openid&state={state}"
        "&redirect_uri=https%3A%2F%2Fapp.example%2Fcb&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
        "&code_challenge_method=S256"
    )
    return "\n".join(
        (
            request("GET", "https://app.example/login")
            + response(302, {"Location": asked, "Set-Cookie": f"login_state={state}; Path=/; HttpOnly; Secure"}),
            request("GET", asked) + response(302, {"Location": "https://login.example/signin"}),
        )
    )


FAULT = Fault(
    title="A second login replaced the stored state of the first",
    meaning=(
        "Two logins were under way in one browser, from two tabs or a double click, and the client keeps a single state"
        " (and verifier). The second login overwrote it, so the answer to the first one fits nothing, although it is"
        " genuine."
    ),
    fix="Keep one entry per login: name the cookie or the storage key after the state.",
    example_js="sessionStorage.setItem(`login:${state}`, JSON.stringify({ verifier })); // never one fixed key",
    example_py='response.set_cookie(f"login-{state}", sealed, max_age=600, httponly=True, secure=True, samesite="Lax")',
    wrong_fix="Ignoring the state: the verifier of the other login does not fit either.",
    spec=("RFC 6749 10.12",),
    blame="client",
    explains=("state-mismatch", "code-not-redeemed", "login-cookie-unreadable", "challenge-reused"),
    needs=("authorize.state", "callback.state"),
    check=check,
    bad=_begin(STATE)
    + "\n"
    + _begin("Zw81mPq0sLrT3uXy")
    + "\n"
    + request(
        "GET",
        f"https://app.example/cb?code={CODE}&state={STATE}",
        {"Cookie": "login_state=Zw81mPq0sLrT3uXy"},
    )
    + response(400, {"Content-Type": "text/html"}, "<p>mismatching_state</p>"),
    good=login(answer={}),
)
