"""One login as it goes, step by step; a mistake changes a step, the writers record it."""

# ruff: noqa: E501 (what servers say stays in one piece)

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass, field
from random import Random
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from tests.doctor.generated.vendors import ALPHABET, VENDORS, Refusal, Vendor, company, token

FORM = "application/x-www-form-urlencoded"
CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/144.0.0.0 Safari/537.36"
)
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:147.0) Gecko/20100101 Firefox/147.0"


def s256(verifier: str) -> str:
    """Make a challenge (RFC 7636 4.2)."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")


@dataclass
class Exchange:
    """One request with its answer. `role` tells the text writers what it is."""

    role: str
    method: str
    url: str
    at: float
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: str | None = None
    status: int = 200
    answer_headers: list[tuple[str, str]] = field(default_factory=list)
    answer: str | None = None
    error: str | None = None
    resource: str = "document"


@dataclass
class Story:
    """What a login sends and gets. Values are decoded; None leaves a parameter out."""

    rng: Random
    vendor: Vendor
    app: str  # origin of the client
    verifier: str
    authorize: dict[str, Any]
    callback: dict[str, Any]
    token: dict[str, Any]
    redirect_uri: str
    token_url: str
    refusal: Refusal | None = None  # None: tokens
    in_browser: bool = True
    token_headers: dict[str, str | None] = field(default_factory=dict)
    token_body: str | None = None  # in place of the form
    token_method: str = "POST"
    answer: dict[str, Any] | str | None = None  # in place of what the refusal says
    answer_type: str = "application/json"
    answer_headers: list[tuple[str, str]] = field(default_factory=list)
    page_headers: list[tuple[str, str]] = field(default_factory=list)  # of the callback page
    callback_page: tuple[int, str] | None = None
    start_page: str = ""
    authorize_answer: tuple[int, str] | None = None  # an error page
    no_token: bool = False
    no_callback: bool = False
    start_at: float = 0
    think: float = 8.0  # seconds at the login page
    dawdle: float = 0.6  # seconds between callback and token request
    raw_authorize: str | None = None  # the whole query as it is written
    registration: dict[str, Any] | None = None
    before: list[Exchange] = field(default_factory=list)
    after: list[Exchange] = field(default_factory=list)
    changes: list[Any] = field(default_factory=list)  # functions over the list of exchanges
    secrets: list[str] = field(default_factory=list)
    texts: bool = True  # whether a text can tell it
    misleading: bool = True  # whether the server's words may be others

    def answer_body(self) -> tuple[int, str]:
        """Give status and body of the token answer."""
        if self.refusal is None and self.answer is None:
            return 200, json.dumps(self.tokens())
        status, error, text = self.refusal or (200, "", "")
        if isinstance(self.answer, str):
            return status, self.answer
        if isinstance(self.answer, dict):
            return status, json.dumps(self.answer)
        body: dict[str, Any] = {"error": error}
        if text:
            body["error_description"] = text
            if self.vendor.name == "genesys":
                body = {"error": error, "description": text, "error_description": text}
        return status, json.dumps(body)

    def tokens(self) -> dict[str, Any]:
        """Make a token answer."""
        access, refresh = token(self.rng, 64), token(self.rng, 48)
        self.secrets += [access, refresh]
        return {"access_token": access, "token_type": "Bearer", "expires_in": 3600, "refresh_token": refresh}

    def authorize_url(self) -> str:
        """Write the authorization request."""
        query = self.raw_authorize or urlencode(
            {k: v for k, v in self.authorize.items() if v is not None}, quote_via=quote
        )
        return f"{self.vendor.authorize}?{query}"

    def callback_url(self) -> str:
        """Write the authorization response."""
        glue = "&" if "?" in self.redirect_uri else "?"
        return self.redirect_uri + glue + urlencode({k: v for k, v in self.callback.items() if v is not None})

    def form(self) -> str:
        """Write the body of the token request."""
        if self.token_body is not None:
            return self.token_body
        return urlencode({k: v for k, v in self.token.items() if v is not None})

    def exchanges(self) -> list[Exchange]:
        """Lay the login out in time."""
        now = self.start_at
        app = self.start_page or f"{self.app}/"
        cors = {
            "Origin": self.app,
            "Referer": f"{self.app}/",
            "Sec-Fetch-Mode": "cors",
            "Sec-Fetch-Dest": "empty",
            "Sec-Fetch-Site": "cross-site",
        }
        page = [("User-Agent", CHROME), ("Sec-Fetch-Mode", "navigate"), ("Sec-Fetch-Dest", "document")]
        html = [("content-type", "text/html; charset=utf-8")]
        made = [
            Exchange(
                "page",
                "GET",
                app,
                now,
                page,
                answer_headers=html,
                answer="<!doctype html><title>App</title><div id=app></div>",
            )
        ]
        url = self.authorize_url()
        origin = "{0.scheme}://{0.netloc}".format(urlsplit(app))
        begin = Exchange("authorize", "GET", url, now + 1.4, [*page, ("Referer", f"{origin}/")])
        made.append(begin)
        if self.authorize_answer:
            begin.status, begin.answer = self.authorize_answer
            begin.answer_headers = html
            return self._finish(made)
        if self.callback.get("error") and self.rng.random() < 0.7:
            begin.status, begin.answer_headers = 302, [("location", self.callback_url())]
            now += 1.5
        else:
            sign_in = f"{self.vendor.sign_in}/signin?session={token(self.rng, 16, '0123456789abcdef')}"
            begin.status, begin.answer_headers = (
                302,
                [("location", sign_in), ("set-cookie", f"AUTH={token(self.rng, 20)}; Secure; HttpOnly")],
            )
            made.append(
                Exchange(
                    "page",
                    "GET",
                    sign_in,
                    now + 1.7,
                    page,
                    answer_headers=[*html, ("x-frame-options", "DENY")],
                    answer="<title>Sign in</title><form method=post><input name=username><input name=password type=password></form>",
                )
            )
            now += 1.7 + self.think
            password = "Pelican-" + token(self.rng, 12, ALPHABET)
            self.secrets.append(password)
            made.append(
                Exchange(
                    "page", "POST", sign_in.replace("/signin", "/login"), now,
                    [*page, ("Origin", "{0.scheme}://{0.netloc}".format(urlsplit(self.vendor.sign_in))), ("Content-Type", FORM)],
                    urlencode({"username": "someone@" + company(self.rng) + ".example", "password": password}),
                    302, [("location", self.callback_url())],
                )
            )  # fmt: skip
        if not self.no_callback:
            status, text = self.callback_page or (200, "<!doctype html><title>Signing in</title><div id=app></div>")
            made.append(
                Exchange(
                    "callback",
                    "GET",
                    self.callback_url(),
                    now + 0.25,
                    list(page),
                    None,
                    status,
                    [*html, *self.page_headers],
                    text,
                )
            )
        if not self.no_token and not self.no_callback:
            made.append(self.token_exchange(now + 0.25 + self.dawdle, cors))
        return self._finish(made)

    def token_exchange(self, at: float, cors: dict[str, str]) -> Exchange:
        """Write the token request."""
        status, text = self.answer_body()
        headers: dict[str, str | None] = {
            "User-Agent": CHROME if self.in_browser else "python-httpx/0.28.1",
            "Accept": "application/json",
            "Content-Type": FORM,
        }
        if self.in_browser:
            headers.update(cors)
        for name, value in self.token_headers.items():
            headers[name] = value
        answer_headers = [("content-type", self.answer_type), ("cache-control", "no-store"), *self.answer_headers]
        if self.in_browser and not any(name == "access-control-allow-origin" for name, _ in self.answer_headers):
            answer_headers.append(("access-control-allow-origin", "*" if self.rng.random() < 0.5 else self.app))
        answer_headers = [(name, value) for name, value in answer_headers if value]
        return Exchange(
            "token", self.token_method, self.token_url, at, [(n, v) for n, v in headers.items() if v is not None],
            self.form() if self.token_method == "POST" else None, status, answer_headers, text, resource="fetch",
        )  # fmt: skip

    def _finish(self, made: list[Exchange]) -> list[Exchange]:
        made = [*self.before, *made, *self.after]
        for change in self.changes:
            made = change(made)
        made.sort(key=lambda each: each.at)
        return made


def begin(rng: Random, vendor: str | None = None) -> Story:
    """Make a healthy login."""
    makers = {make.__name__: make for make in VENDORS}
    server = (makers[vendor] if vendor else rng.choice(VENDORS))(rng)
    local = rng.random() < 0.15
    app = (
        f"http://localhost:{rng.choice((3000, 4200, 5173, 8080))}"
        if local
        else f"https://{rng.choice(('app', 'www', 'portal', 'm'))}.{company(rng)}.example"
    )
    path = rng.choice(
        ("/callback", "/auth/callback", "/oidc-cb", "/login/oauth2/code/main", "/signin-oidc", "/oauth/redirect")
    )
    redirect_uri = app + path
    alphabet, length = rng.choice(
        (
            (URL64, 43),
            (URL64, 43),
            (ALPHABET, 64),
            (ALPHABET + "-._~", 64),
            (URL64, 86),
            (ALPHABET + "-._~", 128),
            ("0123456789abcdef", 64),
            (URL64, 96),
        )
    )
    verifier = token(rng, length, alphabet)
    state = rng.choice((token(rng, 22), token(rng, 32, "0123456789abcdef"), token(rng, 10, ALPHABET)))
    authorize = {
        "client_id": server.client_id, "response_type": "code", "redirect_uri": redirect_uri, "scope": server.scope,
        "state": state, "nonce": token(rng, 20) if server.scope and "openid" in server.scope and rng.random() < 0.5 else None,
        "code_challenge": s256(verifier), "code_challenge_method": "S256",
    }  # fmt: skip
    if rng.random() < 0.3:
        authorize |= rng.choice(
            (
                {"ui_locales": "de"},
                {"login_hint": "someone@mail.example"},
                {"audience": "https://api.example"} if server.name == "auth0" else {"prompt": "login"},
                {"response_mode": "query"},
            )
        )
    code = server.code
    callback = {"code": code, "state": state, **(server.extra if rng.random() < 0.7 else {})}
    if rng.random() < 0.25:
        callback["iss"] = server.issuer
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": redirect_uri,
        "client_id": server.client_id,
        "code_verifier": verifier,
    }
    items = list(form.items())
    rng.shuffle(items)
    story = Story(rng, server, app, verifier, authorize, callback, dict(items), redirect_uri, server.token)
    story.secrets += [verifier, code]
    return story


URL64 = ALPHABET + "-_"
