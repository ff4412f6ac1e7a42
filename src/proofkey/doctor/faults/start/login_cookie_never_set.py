"""The response that starts the login sets no cookie (RFC 6265 5.3), so the callback has no session."""

from __future__ import annotations

from proofkey.doctor.address import split
from proofkey.doctor.cookies import are_recorded, sent_in, set_before_callback
from proofkey.doctor.ending import refusal, said, stopped, visit
from proofkey.doctor.evidence import Evidence
from proofkey.doctor.fault import LIKELY, Fault, Finding
from proofkey.doctor.login import Login
from proofkey.doctor.message import Message
from proofkey.doctor.transcript import CODE, STATE, login, request, response


def check(login: Login) -> Finding | None:
    """Look at the application's redirect to the server, and at the cookies of the callback that was refused."""
    start, arrived = login.start, visit(login)
    first = next(iter(login.authorize_hops), None)
    if start is None or arrived is None or first is None or start.redirect_target != first.message.url:
        return None
    host, refused = arrived.address.host, refusal(login)
    if refused is None or not stopped(login) or start.response_headers is None or split(start.url).host != host:
        return None
    if set_before_callback(login, host) or sent_in(arrived.message) or sent_in(start):
        return None
    if sent_in(arrived.message) is None and not said(login, "state-lost"):
        return None
    behind = _behind_proxy(start)
    if not are_recorded(login.capture) and not (behind and said(login, "state-lost")):
        return None  # the tool leaves cookies out
    through = " It runs behind a proxy that ends TLS." if behind else ""
    return Finding(
        LIKELY,
        f"The application redirected to the server without setting a cookie, the callback came without one, and the"
        f" application refused it.{through} Verifier and state cannot be found again.",
        (
            Evidence(f"{start.where}, answer", "a redirect to the server without Set-Cookie"),
            *((Evidence(start.where, f"X-Forwarded-Proto: {behind}"),) if behind else ()),
            arrived.shows("no Cookie header"),
            refused,
        ),
    )


def _behind_proxy(start: Message) -> str | None:
    return start.request_header("x-forwarded-proto") or start.response_header("x-forwarded-proto")


_ASKED = (
    "https://login.example/oauth/authorize?response_type=code&client_id=app&scope=openid&state=" + STATE + "&"
    "redirect_uri=https%3A%2F%2Fapp.example%2Fcb&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
    "&code_challenge_method=S256"
)

FAULT = Fault(
    title="The response that starts the login sets no cookie",
    meaning=(
        "A program on a server keeps verifier and state in a session and finds the session again by a cookie. Its"
        " redirect to the authorization server carries no cookie. Mostly it stands behind a proxy that ends TLS: the"
        " program believes it is called by http and holds the Secure cookie back."
    ),
    fix="Let the proxy send X-Forwarded-Proto, let the program trust that proxy, and save the session before the"
    " redirect is sent.",
    example_js="app.set('trust proxy', 1);\n"
    "app.use(session({ secret, cookie: { secure: true, sameSite: 'lax' }, saveUninitialized: true }));",
    example_py="from werkzeug.middleware.proxy_fix import ProxyFix\n\n"
    "app.wsgi_app = ProxyFix(app.wsgi_app, x_proto=1, x_host=1)",
    wrong_fix="Turning the state check off: the verifier is in the same session and is missing too.",
    spec=("RFC 6265 5.3",),
    blame="network",
    explains=("code-not-redeemed", "login-cookie-unreadable"),
    needs=("authorize", "callback.code"),
    check=check,
    bad=request("GET", "https://app.example/login")
    + response(302, {"Location": _ASKED, "X-Forwarded-Proto": "https"})
    + "\n"
    + request("GET", _ASKED)
    + response(302, {"Location": "https://login.example/signin", "Set-Cookie": "SID=1; Path=/; Secure"})
    + "\n"
    + request("GET", f"https://app.example/cb?code={CODE}&state={STATE}", {"Accept": "text/html"})
    + response(500, {"Content-Type": "text/html"}, "<p>Unable to verify authorization request state.</p>"),
    good=login(answer={}),
)
