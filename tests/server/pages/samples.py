"""Every page with ordinary data and with hostile data; for tests and for `scripts/screenshots.py`."""

from __future__ import annotations

from proofkey.server.pages import render
from proofkey.server.pages.site import Site
from proofkey.server.pages.views import (
    CodeSample,
    ConsentView,
    EndedView,
    Endpoint,
    ErrorDetail,
    ErrorView,
    ExpiredView,
    FaultLink,
    FaultView,
    HomeView,
    LoginView,
    LogoutView,
)

SITE = Site(name="proofkey", host="127.0.0.1:9000")
HIDDEN = (("request", "sealed-request"), ("csrf", "sealed-token"))
CALLBACK = "http://localhost:5173/callback"
SHOP = "https://app.example.com/callback"

MARKUP = "{{7*7}}<script>alert(1)</script>\"><img src=x onerror=alert(2)>'${7*7}"
TURNED = "Bank\u202efdp.exe\u2066 \u200b\u0000\x1b[31mSign\u0300\u0301\u0302\u0303\u0304\u0305\u0306\u0307 in"
ENDLESS = "W" * 5000
HOSTILE = MARKUP + TURNED + ENDLESS
HOSTILE_URI = "http://localhost:5173/callback\u202e/<script>alert(3)</script>" + "a" * 3000
HOSTILE_FIELDS = (("state", MARKUP), (MARKUP, TURNED))

_EXCHANGE = """\
GET https://login.example/oauth/authorize?response_type=code&client_id=app&code_challenge={challenge}&state=x HTTP/1.1

HTTP/1.1 302
Location: https://app.example/cb?code=SplxlOBeZQQYbYS6WxSbIA&state=x

POST https://login.example/oauth/token HTTP/1.1
Content-Type: application/x-www-form-urlencoded

grant_type=authorization_code&code=SplxlOBeZQQYbYS6WxSbIA&code_verifier=dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk

HTTP/1.1 {status}
Content-Type: application/json

{{"{answer}": "..."}}
"""

_FAULT = FaultView(
    slug="challenge-not-hashed",
    title="Challenge and verifier are the same text although the method says S256",
    stage="authorize",
    blame="client",
    happened="The authorization request said code_challenge_method=S256 and carried the verifier itself as its "
    "code_challenge.\n\nAt the token request the server hashed the verifier and compared it with the challenge. A text "
    "and its own hash are never equal.",
    refused_because="The challenge travels through the browser, where others may read it. Were it the verifier, a "
    "reader could redeem the code. Hashing is what makes it safe to show.",
    fix="Hash the verifier with SHA-256 and write the digest in base64url without padding.",
    samples=(
        CodeSample(
            "JavaScript",
            "async function challengeOf(verifier) {\n"
            '  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier));\n'
            "  return btoa(String.fromCharCode(...new Uint8Array(digest)))\n"
            '    .replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");\n'
            "}\n",
        ),
        CodeSample(
            "Python",
            "import base64, hashlib\n\n"
            "digest = hashlib.sha256(verifier.encode()).digest()\n"
            'challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")\n',
        ),
    ),
    tempting_wrong_fix="Switching to code_challenge_method=plain so that it passes. It then passes for a thief too.",
    causes=("The hashing step is missing", "The variable names of challenge and verifier were mixed up"),
    references=("RFC 7636 4.2", "RFC 9700 2.1.1", "OpenID Connect Core 3.1.2.1", "an internal note"),
    bad=_EXCHANGE.format(challenge="dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk", status=400, answer="error"),
    good=_EXCHANGE.format(challenge="E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", status=200, answer="access_token"),
    related=(FaultLink("challenge-and-verifier-swapped", "Challenge and verifier changed places"),),
)

_FAULTS = (
    FaultLink("insecure-page-no-webcrypto", "The page is plain http, so the browser offers no crypto.subtle", "start"),
    FaultLink("challenge-not-hashed", _FAULT.title, "authorize"),
    FaultLink("challenge-padded", "The challenge still carries base64 padding", "authorize"),
    FaultLink("redirect-uri-trailing-slash", "A trailing slash differs", "authorize"),
    FaultLink("state-missing", "The login has no state, or more than one", "callback"),
    FaultLink("code-redeemed-twice", "One code is redeemed twice", "token"),
    FaultLink("token-body-json", "The token request is JSON instead of a form", "token"),
)

_MISMATCH = ErrorDetail(
    fault="redirect-uri-trailing-slash",
    title="A trailing slash differs",
    explanation="The redirect_uri of the request ends with a slash; the registered one does not. Redirect URIs are "
    "compared character by character, because a server that guesses can be made to send a code elsewhere.",
    fix="Send exactly the registered text, or register this one as well.",
    fault_url="/faults/redirect-uri-trailing-slash",
    evidence=(("authorize, redirect_uri", "31 characters, ends with /"),),
    received_redirect_uri=CALLBACK + "/",
    registered_redirect_uris=(CALLBACK, "https://app.example.com/callback"),
)

_ENDPOINTS = (
    Endpoint("GET", "/oauth/authorize", "Where a login starts; a browser goes here"),
    Endpoint("POST", "/oauth/token", "Codes and refresh tokens become tokens"),
    Endpoint("GET", "/.well-known/openid-configuration", "What this server can do, for programs", link=True),
    Endpoint("GET", "/api/v2/users/me", "Whose token this is"),
    Endpoint("GET", "/healthz", "Whether the server is ready", link=True),
)

SAMPLES: dict[str, render.Page] = {
    "login": render.login_page(LoginView("/login", HIDDEN, "Contact Centre Dashboard", CALLBACK), SITE),
    "login-failed": render.login_page(
        LoginView(
            "/login",
            HIDDEN,
            "Contact Centre Dashboard",
            CALLBACK,
            username="ada",
            failed=True,
            note="This demo knows one user: ada, with the password lovelace.",
        ),
        SITE,
    ),
    "login-throttled": render.login_page(
        LoginView("/login", HIDDEN, "Contact Centre Dashboard", CALLBACK, username="ada", retry_after=30), SITE
    ),
    "consent": render.consent_page(
        ConsentView(
            "/consent",
            HIDDEN,
            "Contact Centre Dashboard",
            "6f1c2a58-3f0e-4a54-9d0e-1f6d0f7b8f11",
            CALLBACK,
            ("openid", "users:readonly", "conversations", "payroll:approve"),
            "ada",
            public=True,
            switch_account_url="/logout",
        ),
        SITE,
    ),
    "consent-site": render.consent_page(
        ConsentView("/consent", HIDDEN, "Wallboard", "wallboard", SHOP, ("users:readonly",), "ada", public=False), SITE
    ),
    "error": render.error_page(
        ErrorView(400, "invalid_request", "redirect_uri is not registered for this client", "01JD7Y6T3Q"), SITE
    ),
    "error-development": render.error_page(
        ErrorView(400, "invalid_request", "redirect_uri is not registered for this client", "01JD7Y6T3Q", _MISMATCH),
        SITE,
    ),
    "error-server": render.error_page(ErrorView(500, "server_error", "unexpected condition", "01JD7Y6T3Q"), SITE),
    "ended": render.ended_page(EndedView("https://app.example.com/", "Wallboard"), SITE),
    "logout": render.logout_page(LogoutView("/logout", HIDDEN, "Wallboard", "ada"), SITE),
    "expired": render.expired_page(ExpiredView("Wallboard", "https://wallboard.example/"), SITE),
    "expired-device": render.expired_page(ExpiredView("Wallboard"), SITE),
    "expired-lost": render.expired_page(ExpiredView(), SITE),
    "fault": render.fault_page(_FAULT, SITE),
    "fault-index": render.fault_index(_FAULTS, SITE),
    "form-post": render.form_post_page(SHOP, (("code", "abc"), ("state", "xyz")), SITE),
    "home": render.home_page(HomeView("http://127.0.0.1:9000", "genesys", _ENDPOINTS, "http://localhost:5173/"), SITE),
}

HOSTILE_SAMPLES: dict[str, render.Page] = {
    "login": render.login_page(
        LoginView("/login", HOSTILE_FIELDS, HOSTILE, CALLBACK, username=HOSTILE, failed=True, note=HOSTILE), SITE
    ),
    "consent": render.consent_page(
        ConsentView(
            "/consent",
            HOSTILE_FIELDS,
            HOSTILE,
            HOSTILE,
            f"https://{'a' * 60}.{'b' * 60}.evil.example/<script>",
            (*("users:readonly", MARKUP, "x" * 900), *(f"scope{n}" for n in range(180))),
            HOSTILE,
            public=True,
            switch_account_url="javascript:alert(4)",
        ),
        SITE,
    ),
    "error": render.error_page(
        ErrorView(
            400,
            HOSTILE,
            HOSTILE,
            HOSTILE,
            ErrorDetail(
                HOSTILE,
                HOSTILE,
                HOSTILE,
                HOSTILE,
                "javascript:alert(5)",
                ((HOSTILE, HOSTILE),),
                HOSTILE_URI,
                (CALLBACK, HOSTILE_URI + "x"),
            ),
        ),
        SITE,
    ),
    "ended": render.ended_page(EndedView("javascript:alert(6)", HOSTILE), SITE),
    "logout": render.logout_page(LogoutView("/logout", HOSTILE_FIELDS, HOSTILE, HOSTILE), SITE),
    "expired": render.expired_page(ExpiredView(HOSTILE, "javascript:alert(7)"), SITE),
    "form-post": render.form_post_page("https://app.example.com/cb?x=%22%3E", HOSTILE_FIELDS, SITE),
    "home": render.home_page(HomeView(HOSTILE_URI, HOSTILE, _ENDPOINTS, "javascript:alert(8)"), SITE),
}
