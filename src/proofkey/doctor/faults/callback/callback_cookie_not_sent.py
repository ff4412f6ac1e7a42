"""The callback arrived without the login cookie (RFC 6265bis 5.2): a cross-site POST, or a too narrow cookie."""

from __future__ import annotations

from proofkey.doctor.address import split
from proofkey.doctor.cookies import SetCookie, are_recorded, sent_in, set_at_start, set_before_callback
from proofkey.doctor.ending import refusal, said, stopped, visit
from proofkey.doctor.evidence import Evidence
from proofkey.doctor.fault import LIKELY, Fault, Finding
from proofkey.doctor.login import Login
from proofkey.doctor.steps import Callback
from proofkey.doctor.transcript import CODE, STATE, login, request, response


def check(login: Login) -> Finding | None:
    """Find the cookie that was set before the login, is not in the callback, and the reason for it."""
    arrived = visit(login)
    if arrived is None or login.authorize is None or not stopped(login):
        return None
    cookies = sent_in(arrived.message)
    if cookies is None:
        return None
    refused = refusal(login)
    kept = set_at_start(login) or set_before_callback(login, arrived.address.host)
    for cookie in kept:
        reason = _reason(cookie, arrived)
        if cookie.name not in cookies and reason and (refused or said(login, "state-lost")):
            return Finding(
                LIKELY,
                f"The application set the cookie {cookie.name} before the login, and the callback came without it:"
                f" {reason}.",
                (
                    Evidence(f"{cookie.message.where}, set-cookie", _shown(cookie)),
                    arrived.shows(f"{arrived.message.method} without the cookie {cookie.name}"),
                    *((refused,) if refused else ()),
                ),
            )
    posted = _is_cross_site_post(login, arrived)
    if posted and not kept and not cookies and refused and not are_recorded(login.capture):
        return Finding(
            LIKELY,
            "The server had the browser post the callback from its own site. Browsers attach no SameSite=Lax cookies"
            " to such a request, and the application refused it.",
            (arrived.shows("a cross-site POST"), refused),
        )
    return None


def _is_cross_site_post(login: Login, arrived: Callback) -> bool:
    if arrived.message.method != "POST" or arrived.place != "body":
        return False
    origin = split(arrived.message.request_header("origin") or "").host
    site = arrived.message.request_header("sec-fetch-site")
    return site == "cross-site" or (site is None and origin != arrived.address.host)


def _reason(cookie: SetCookie, arrived: Callback) -> str | None:
    """Say why a browser does not attach a cookie to the callback; None where it should have."""
    method, address = arrived.message.method, arrived.address
    if not cookie.covers(address.host, address.path or "/"):
        return f"it belongs to {cookie.attributes.get('domain') or split(cookie.message.url).host}" + (
            f" and the path {cookie.attributes['path']}" if "path" in cookie.attributes else ""
        )
    if "secure" in cookie.attributes and address.scheme == "http" and not address.is_loopback:
        return "it is Secure and the callback is plain http"
    if cookie.same_site == "none" and "secure" not in cookie.attributes:
        return "browsers refuse SameSite=None without Secure"
    site = arrived.message.request_header("sec-fetch-site")
    if site in ("same-origin", "none"):
        return None
    if method == "POST" and cookie.same_site in ("lax", "strict") and site != "same-site":
        return f"SameSite={cookie.same_site.title()} keeps it away from a POST that comes from another site"
    if cookie.same_site == "strict" and site != "same-site":
        return "SameSite=Strict keeps it away from a navigation that comes from another site"
    return None


def _shown(cookie: SetCookie) -> str:
    attributes = "; ".join(f"{name}={value}" if value else name for name, value in cookie.attributes.items())
    return f"{cookie.name} ({attributes[:120]})"


_ASKED = (
    "https://login.example/oauth/authorize?response_type=code&client_id=app&scope=openid&state=" + STATE + "&"
    "response_mode=form_post&redirect_uri=https%3A%2F%2Fapp.test%2Fcb"
    "&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256"
)

FAULT = Fault(
    title="A cross-site POST callback arrived without the login cookie",
    meaning=(
        "With response_mode=form_post the server's page posts the code to the client. To a POST from another site"
        " browsers attach only cookies with SameSite=None; Lax, which they also take where nothing is said, is not"
        " enough, and Strict cookies do not even come with a redirect. State and verifier, kept under that cookie, are"
        " not to be found in this request."
    ),
    fix="Set the login cookie with SameSite=None; Secure and the callback's path, or use response_mode=query with"
    " SameSite=Lax.",
    example_js="res.cookie('login', sealed, { sameSite: 'none', secure: true, httpOnly: true, path: '/' });",
    example_py='response.set_cookie("login", sealed, samesite="None", secure=True, httponly=True, path="/")',
    wrong_fix="SameSite=None without Secure: browsers refuse that cookie.",
    spec=("RFC 6265bis 5.2",),
    blame="client",
    explains=("login-cookie-unreadable", "code-not-redeemed", "login-cookie-never-set"),
    needs=("authorize", "callback.code"),
    check=check,
    bad=request("GET", "https://app.test/login")
    + response(302, {"Location": _ASKED, "Set-Cookie": "session=abc; Path=/; Secure; HttpOnly; SameSite=Lax"})
    + "\n"
    + request("GET", _ASKED)
    + response(302, {"Location": "https://login.example/signin"})
    + "\n"
    + request(
        "POST",
        "https://app.test/cb",
        {
            "Origin": "https://login.example",
            "Sec-Fetch-Site": "cross-site",
            "Content-Type": "application/x-www-form-urlencoded",
        },
        f"code={CODE}&state={STATE}",
    )
    + response(500, {"Content-Type": "text/html"}, "<p>checks.state argument is missing</p>"),
    good=login(answer={}),
)
