"""The login cookie came back, but the application cannot use it (RFC 6265 4)."""

from __future__ import annotations

from proofkey.doctor.cookies import SetCookie, are_recorded, sent_in, set_at_start, set_before_callback
from proofkey.doctor.ending import names_a_check, refusal, said, stopped, visit
from proofkey.doctor.evidence import Evidence
from proofkey.doctor.fault import LIKELY, Fault, Finding
from proofkey.doctor.login import Login
from proofkey.doctor.transcript import CODE, STATE, login, request, response

_TOO_LARGE = 431  # Request Header Fields Too Large (RFC 6585 5)
_TOKEN_STEP = ("token-step-failed", "pkce-mismatch", "code-invalid", "code-expired", "client-authentication")


def check(login: Login) -> Finding | None:
    """The callback carries the cookie of the start, state and all are right, and the application refuses it."""
    arrived = visit(login)
    if arrived is None or login.authorize is None or not stopped(login):
        return None
    refused = refusal(login)
    if refused is None or arrived.value("state") != login.authorize.value("state"):
        return None
    told = said(login, "cookie-unreadable")
    if told is None and not said(login, "state-lost") and said(login, *_TOKEN_STEP):
        return None  # its token request failed, out of sight
    if arrived.answer.status == _TOO_LARGE:
        return Finding(LIKELY, "The application refused the callback because its headers are too large.", (refused,))
    cookies = sent_in(arrived.message)
    kept = [*set_at_start(login), *set_before_callback(login, arrived.address.host)]
    back = next((each for each in kept if cookies and _came_back(each, cookies)), None)
    if back is not None and cookies is not None:
        whole = cookies.get(back.name) == back.value
        what = "as it was set" if whole or back.name not in cookies else "cut short"
        return Finding(
            LIKELY,
            f"The application set the cookie {back.name} before the login; it came back {what} with the callback, and"
            " the application answered with an error. No token request is to be seen.",
            (
                Evidence(f"{back.message.where}, set-cookie", f"{back.name} is set"),
                arrived.shows(f"the cookie {back.name} comes back {what}"),
                told or refused,
            ),
        )
    if told is not None and not are_recorded(login.capture) and names_a_check(login):
        return Finding(LIKELY, "The application says that it cannot read what it kept for this login.", (told,))
    return None


def _came_back(cookie: SetCookie, cookies: dict[str, str]) -> bool:
    value = cookies.get(cookie.name)
    if value is not None:
        return value == cookie.value or (len(value) >= 8 and cookie.value.startswith(value))
    return any(name.startswith(f"{cookie.name}.") for name in cookies)  # in pieces: name.0, name.1


_ASKED = (
    "https://login.example/oauth/authorize?response_type=code&client_id=app&scope=openid&state=" + STATE + "&"
    "redirect_uri=https%3A%2F%2Fapp.example%2Fcb&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
    "&code_challenge_method=S256"
)

FAULT = Fault(
    title="The login cookie came back but the application cannot use it",
    meaning=(
        "The application keeps the verifier in an encrypted or signed cookie. The browser brought that cookie back, and"
        " the application could not open it: the key changed at a restart or differs between its instances, or the"
        " cookie was cut because it is too large."
    ),
    fix="Give all instances one fixed secret that outlives a restart, and keep each cookie below 4 KB and all headers"
    " below 8 KB.",
    example_js="session({ secret: process.env.SESSION_SECRET }) // the same in every instance; never made at start-up",
    example_py='app.secret_key = os.environ["SESSION_SECRET"]  # not os.urandom() at every start',
    wrong_fix="Trying again: every login that another instance answers fails again.",
    spec=("RFC 6265 4",),
    blame="client",
    explains=("code-not-redeemed",),
    needs=("authorize", "callback.code"),
    check=check,
    bad=request("GET", "https://app.example/login")
    + response(302, {"Location": _ASKED, "Set-Cookie": "pkce=c2VhbGVkLXZlcmlmaWVy; Path=/; HttpOnly; Secure"})
    + "\n"
    + request("GET", _ASKED)
    + response(302, {"Location": "https://login.example/signin"})
    + "\n"
    + request("GET", f"https://app.example/cb?code={CODE}&state={STATE}", {"Cookie": "pkce=c2VhbGVkLXZlcmlmaWVy"})
    + response(500, {"Content-Type": "text/html"}, "<p>pkceCodeVerifier value could not be parsed</p>"),
    good=login(answer={}),
)
