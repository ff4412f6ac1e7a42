"""Mistakes of the browser's way: start, callback, CORS, ID token and refresh."""

# ruff: noqa: E501 (what servers say stays in one piece)

from __future__ import annotations

import base64
import dataclasses
import json
from urllib.parse import quote, urlencode

from tests.doctor.generated.mistakes import way
from tests.doctor.generated.pair_mistakes import refuse
from tests.doctor.generated.story import FIREFOX, FORM, Exchange, Story, begin
from tests.doctor.generated.vendors import token


def login_route(s: Story, cookie: str | None) -> None:
    """Let a back end start the login at /login."""
    s.in_browser = False

    def route(made: list[Exchange]) -> list[Exchange]:
        start = next(each for each in made if each.role == "authorize")
        headers = [("location", start.url)] + ([("set-cookie", cookie)] if cookie else [])
        step = Exchange(
            "page",
            "GET",
            s.app + "/login",
            start.at - 0.4,
            [("Sec-Fetch-Dest", "document"), ("Sec-Fetch-Mode", "navigate")],
            None,
            302,
            headers,
        )
        return [*made, step]

    s.changes.append(route)


def callback_headers(s: Story, *headers: tuple[str, str]) -> None:
    """Add request headers to the visit of the callback."""

    def add(made: list[Exchange]) -> list[Exchange]:
        visit = next(each for each in made if each.role == "callback")
        names = [name.lower() for name, _ in headers]
        visit.headers = [*[pair for pair in visit.headers if pair[0].lower() not in names], *headers]
        return made

    s.changes.append(add)


def begin_headers(s: Story, drop: tuple[str, ...] = (), **headers: str) -> None:
    """Change request headers of the authorization request."""

    def change(made: list[Exchange]) -> list[Exchange]:
        ask = next(each for each in made if each.role == "authorize")
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        gone = {name.lower() for name in (*drop, *named)}
        ask.headers = [pair for pair in ask.headers if pair[0].lower() not in gone] + list(named.items())
        return made

    s.changes.append(change)


def stop(s: Story, status: int, text: str) -> None:
    """Let the application stop at the callback."""
    s.no_token = True
    s.misleading = s.texts = False
    s.callback_page = (status, f"<html><body>{text}</body></html>")


@way(
    "start-and-callback-origins-differ",
    "verifier-is-null-text",
    "verifier-missing",
    certainty="likely",
    topic="mismatch",
)
def origins(s: Story) -> None:
    one, two = s.rng.choice(
        (
            ("http://localhost:3000", "http://127.0.0.1:3000"),
            (s.app, s.app.replace("://", "://www.") if "localhost" not in s.app else "http://127.0.0.1:8080"),
            ("https://myapp-git-fix-team.vercel.app", "https://myapp.vercel.app"),
        )
    )
    s.start_page, s.app = one + "/", two
    s.redirect_uri = s.authorize["redirect_uri"] = s.token["redirect_uri"] = two + "/callback"
    s.token["code_verifier"] = s.rng.choice(("null", "undefined", ""))
    s.texts = False


@way("login-started-in-iframe", "verifier-is-null-text", "verifier-missing", certainty="likely", topic="mismatch")
def iframe(s: Story) -> None:
    begin_headers(s, Sec_Fetch_Dest="iframe")
    s.token["code_verifier"] = s.rng.choice(("null", "undefined", ""))
    s.texts = False


@way("login-cookie-never-set", certainty="likely")
def no_cookie(s: Story) -> None:
    login_route(s, None)
    stop(
        s,
        500,
        s.rng.choice(
            ("mismatching_state: CSRF Warning!", "Unable to verify authorization request state.", "Correlation failed.")
        ),
    )

    def forwarded(made: list[Exchange]) -> list[Exchange]:
        made[-1].answer_headers.append(("x-forwarded-proto", "https"))
        return made

    s.changes.append(forwarded)


@way("insecure-page-no-webcrypto", "challenge-method-plain-refused", certainty="likely")
def insecure(s: Story) -> None:
    s.app = s.rng.choice(("http://10.0.4.17:8080", "http://portal.intranet.example", "http://192.168.1.20:5173"))
    s.redirect_uri = s.authorize["redirect_uri"] = s.token["redirect_uri"] = s.app + "/callback"
    s.authorize["code_challenge_method"], s.authorize["code_challenge"] = "plain", s.verifier
    refuse(s, "plain")
    s.authorize_answer = None
    s.callback = {
        "error": "invalid_request",
        "error_description": "plain is not allowed, use S256",
        "state": s.authorize["state"],
    }
    s.texts = False


@way("authorize-by-fetch")
def by_fetch(s: Story) -> None:
    s.no_callback = True
    s.misleading = s.texts = False
    begin_headers(s, Sec_Fetch_Mode="cors", Sec_Fetch_Dest="empty", Origin=s.app)

    def stopped(made: list[Exchange]) -> list[Exchange]:
        ask = next(each for each in made if each.role == "authorize")
        ask.resource = "fetch"
        return [each for each in made if each.at <= ask.at]

    s.changes.append(stopped)


@way("silent-renew-frame-refused", certainty="likely")
def frame(s: Story) -> None:
    s.authorize["prompt"] = "none"
    begin_headers(s, Sec_Fetch_Dest="iframe")
    s.authorize_answer = (200, "<html><title>Sign in</title><p>Something went wrong</p></html>")
    s.misleading = s.texts = False

    def framed(made: list[Exchange]) -> list[Exchange]:
        ask = next(each for each in made if each.role == "authorize")
        ask.answer_headers = [
            *ask.answer_headers,
            s.rng.choice((("x-frame-options", "SAMEORIGIN"), ("content-security-policy", "frame-ancestors 'none'"))),
        ]
        return made

    s.changes.append(framed)


@way("third-party-cookies-blocked", certainty="likely")
def blocked_cookies(s: Story) -> None:
    s.authorize["prompt"] = "none"
    s.callback = {"error": "login_required", "error_description": "Login required", "state": s.authorize["state"]}
    s.no_token = True
    s.misleading = s.texts = False

    def framed(made: list[Exchange]) -> list[Exchange]:
        kept = [each for each in made if each.role in ("authorize", "callback") or each is made[0]]
        ask = next(each for each in made if each.role == "authorize")
        ask.status, ask.answer_headers = 302, [("location", s.callback_url())]
        for each in kept[1:]:
            each.headers = [pair for pair in each.headers if pair[0] not in ("Sec-Fetch-Dest", "Sec-Fetch-Site")] + [
                ("Sec-Fetch-Dest", "iframe"),
                ("Sec-Fetch-Site", "cross-site"),
            ]
        return kept

    s.changes.append(framed)


@way("user-denied-access")
def denied(s: Story) -> None:
    s.callback = {
        "error": "access_denied",
        "error_description": s.rng.choice(
            (
                "User denied access",
                "The resource owner or authorization server denied the request.",
                "AADSTS65004: User declined to consent",
            )
        ),
        "state": s.authorize["state"],
    }
    s.no_token = True


@way("error-callback-ignored", "user-denied-access", "scope-refused")
def error_ignored(s: Story) -> None:
    s.callback = {
        "error": s.rng.choice(("access_denied", "invalid_scope", "server_error")),
        "state": s.authorize["state"],
    }
    s.token["code"] = s.rng.choice(("undefined", "null", None, ""))
    s.refusal = s.vendor.refusal("code")


@way("scope-refused", certainty="likely")
def scope(s: Story) -> None:
    s.authorize["scope"] = s.rng.choice(
        ("openid,profile", "openid offline_access superpowers", "openid+profile", "api:everything")
    )
    _status, _error, text = s.vendor.refusal("scope")
    s.callback = {"error": "invalid_scope", "error_description": text, "state": s.authorize["state"]}
    s.no_token, s.misleading = True, False


@way("grant-not-enabled", certainty="likely")
def not_enabled(s: Story) -> None:
    s.callback = {
        "error": s.rng.choice(("unauthorized_client", "unsupported_response_type")),
        "error_description": s.rng.choice(
            (
                "Client is not allowed to initiate browser login with given response_type. Standard flow is disabled for the client.",
                "response_type 'code' is not allowed for this client",
                "",
            )
        ),
        "state": s.authorize["state"],
    }
    s.no_token, s.misleading = True, False


@way("par-request-uri-unusable", certainty="likely", vendors=("keycloak", "generic"))
def par(s: Story) -> None:
    reference = "urn:ietf:params:oauth:request_uri:" + token(s.rng, 24)
    pushed = {k: v for k, v in s.authorize.items() if v}
    late = s.rng.choice((75, 130, 400))
    s.before = [
        Exchange(
            "par",
            "POST",
            s.vendor.par,
            1.4 - late,
            [("Content-Type", FORM)],
            urlencode(pushed),
            201,
            [("content-type", "application/json")],
            json.dumps({"request_uri": reference, "expires_in": 60}),
            resource="fetch",
        )
    ]
    s.raw_authorize = urlencode({"client_id": s.vendor.client_id, "request_uri": reference})
    s.authorize_answer = (400, "<html><body>invalid_request_uri: request_uri not found or expired</body></html>")
    s.misleading = s.texts = False


@way("state-missing", certainty="likely")
def no_state(s: Story) -> None:
    s.authorize["state"] = s.callback["state"] = None
    stop(
        s,
        400,
        s.rng.choice(
            ("state missing from the response", "Missing state parameter", "OAuth callback was invoked without state")
        ),
    )


@way("state-mismatch", certainty="likely")
def mismatch(s: Story) -> None:
    s.callback["state"] = token(s.rng, 22)
    stop(s, 400, s.rng.choice(("State does not match", "No matching state found in storage", "Invalid state")))


@way("state-altered", "state-mismatch")
def altered(s: Story) -> None:
    state = base64.b64encode(s.rng.randbytes(23)).decode()
    s.authorize["state"] = state
    s.callback["state"] = s.rng.choice((quote(state, safe=""), state[:16], state.replace("=", "")))
    if s.callback["state"] == state:
        s.callback["state"] = state[:20]
    stop(s, 400, "state does not match")


@way("state-overwritten-by-other-login", certainty="likely")
def overwritten(s: Story) -> None:
    name = s.rng.choice(("oauth_state", "auth.state", "login_state"))
    login_route(s, f"{name}={s.authorize['state']}; Path=/; HttpOnly; Secure; SameSite=Lax")
    stop(s, 400, "State mismatch")
    other = begin(s.rng, s.vendor.name)
    other.vendor, other.app, other.redirect_uri = s.vendor, s.app, s.redirect_uri
    other.authorize = dict(s.authorize, state=token(s.rng, 22), code_challenge=token(s.rng, 43))
    other.callback = dict(other.callback, state=other.authorize["state"])
    other.no_callback, other.start_at = True, 3
    login_route(other, f"{name}={other.authorize['state']}; Path=/; HttpOnly; Secure; SameSite=Lax")
    s.before = [each for each in other.exchanges() if each.method == "GET"]
    for each in s.before:
        each.role = "page" if each.role == "authorize" else each.role
    s.secrets += other.secrets
    callback_headers(s, ("Cookie", f"{name}={other.authorize['state']}"))


@way("issuer-mismatch", certainty="likely")
def issuer(s: Story) -> None:
    s.callback["iss"] = s.rng.choice(
        (
            "https://evil.attacker.example",
            "https://other.tenant.example/oauth2",
            s.vendor.issuer.replace("https://", "https://proxy-"),
        )
    )
    stop(s, 400, s.rng.choice(("iss mismatch", "unexpected issuer in the authorization response", "issuer mismatch")))


@way("callback-replayed", "code-redeemed-twice", topic="code")
def reload_only(s: Story) -> None:
    """The first redemption was out of sight (a back end's); the reload shows."""
    s.texts = False

    def again(made: list[Exchange]) -> list[Exchange]:
        visit = next(each for each in made if each.role == "callback")
        post = next(each for each in made if each.role == "token")
        early = dataclasses.replace(
            post, answer_headers=list(post.answer_headers), status=200, answer=json.dumps(s.tokens())
        )
        post.at += 60
        return [*made, early, dataclasses.replace(visit, at=post.at - 0.4)]

    s.changes.append(again)


@way("callback-in-other-browser", certainty="likely")
def other_browser(s: Story) -> None:
    login_route(s, f"sid={token(s.rng, 24)}; Path=/; HttpOnly; Secure; SameSite=Lax")
    stop(s, 400, "State not found")
    callback_headers(
        s,
        (
            "User-Agent",
            s.rng.choice(
                (
                    FIREFOX,
                    "Mozilla/5.0 (iPhone; CPU iPhone OS 19_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.1 Mobile/15E148 Safari/604.1",
                )
            ),
        ),
    )


@way("callback-cookie-not-sent", certainty="likely")
def cookie_not_sent(s: Story) -> None:
    s.authorize["response_mode"] = "form_post"
    login_route(
        s,
        f"{s.rng.choice(('auth_session', 'nonce', 'oidc.state'))}={token(s.rng, 30)}; Path=/; HttpOnly; Secure; SameSite=Lax",
    )
    stop(s, 500, s.rng.choice(("state cookie was missing", "checks.state argument is missing", "Correlation failed")))
    posted(s)


def posted(s: Story, cookie: str | None = None) -> None:
    """Let the answer come as a form that posts itself."""

    def change(made: list[Exchange]) -> list[Exchange]:
        visit = next(each for each in made if each.role == "callback")
        pairs = {k: v for k, v in s.callback.items() if v}
        visit.method, visit.url, visit.body = "POST", s.redirect_uri, urlencode(pairs)
        origin = "/".join(s.vendor.authorize.split("/")[:3])
        visit.headers = [("User-Agent", visit.headers[0][1]), ("Origin", origin), ("Content-Type", FORM)]
        if cookie:
            visit.headers.append(("Cookie", cookie))
        before = max((each for each in made if each.at < visit.at and each.method == "POST"), key=lambda each: each.at)
        fields = "".join(f"<input type=hidden name={k} value='{v}'>" for k, v in pairs.items())
        before.status, before.answer_headers = 200, [("content-type", "text/html")]
        before.answer = f"<html><body onload='document.forms[0].submit()'><form method=post action='{s.redirect_uri}'>{fields}</form></body></html>"
        return made

    s.changes.append(change)


@way("login-cookie-unreadable", certainty="likely")
def unreadable(s: Story) -> None:
    cookie = "__session=eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2R0NNIn0.." + token(s.rng, 80)
    login_route(s, cookie + "; Path=/; HttpOnly; Secure; SameSite=Lax")
    stop(
        s,
        500,
        s.rng.choice(
            (
                "JWEDecryptionFailed: decryption operation failed",
                "pkceCodeVerifier value could not be parsed",
                "Unable to unprotect the message.State",
            )
        ),
    )
    callback_headers(s, ("Cookie", cookie))
    s.secrets.append(cookie.partition("=")[2])


@way("callback-reposted")
def reposted(s: Story) -> None:
    stop(s, 405, "Method Not Allowed")

    def change(made: list[Exchange]) -> list[Exchange]:
        visit = next(each for each in made if each.role == "callback")
        sign_in = max((each for each in made if each.at < visit.at and each.method == "POST"), key=lambda each: each.at)
        sign_in.status = s.rng.choice((307, 308))
        visit.method, visit.body = "POST", sign_in.body
        visit.headers = [*visit.headers, ("Content-Type", FORM)]
        return made

    s.changes.append(change)


@way("custom-scheme-callback-lost", certainty="likely")
def custom_scheme(s: Story) -> None:
    s.redirect_uri = s.authorize["redirect_uri"] = s.rng.choice(
        ("com.example.app:/oauth", "myapp://callback", "msauth.com.acme.app://auth")
    )
    s.no_callback = True
    s.misleading = s.texts = False


@way("csp-blocked", certainty="likely")
def csp(s: Story) -> None:
    s.no_token, s.texts, s.misleading = True, False, False
    s.page_headers = [
        (
            "content-security-policy",
            s.rng.choice(("default-src 'self'", "connect-src 'self' https://api.example; script-src 'self'")),
        )
    ]


@way("popup-opener-severed", "code-not-redeemed", certainty="possible", verdicts=("fault", "undecided"))
def popup(s: Story) -> None:
    s.no_token, s.texts, s.misleading = True, False, False
    s.page_headers = [("cross-origin-opener-policy", "same-origin")]


@way("code-not-redeemed", certainty="possible", verdicts=("fault", "undecided"))
def not_redeemed(s: Story) -> None:
    s.no_token, s.misleading = True, False


@way("two-authorization-responses", "code-redeemed-twice", topic="code")
def two_answers(s: Story) -> None:
    s.texts = False

    def change(made: list[Exchange]) -> list[Exchange]:
        visit = next(each for each in made if each.role == "callback")
        sign_in = max((each for each in made if each.at < visit.at and each.method == "POST"), key=lambda each: each.at)
        code = token(s.rng, 40)
        s.secrets.append(code)
        url = (
            s.redirect_uri
            + ("&" if "?" in s.redirect_uri else "?")
            + urlencode({"code": code, "state": s.callback["state"]})
        )
        return [
            *made,
            dataclasses.replace(sign_in, at=sign_in.at + 0.1, answer_headers=[("location", url)]),
            dataclasses.replace(visit, at=visit.at + 0.15, url=url),
        ]

    s.changes.append(change)
