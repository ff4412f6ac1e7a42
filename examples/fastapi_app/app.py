"""A FastAPI app that logs people in with proofkey.AsyncClient, and says what to do when that fails (README.md)."""

import logging
import os
import secrets
from dataclasses import dataclass, field
from html import escape
from typing import Annotated

from fastapi import Cookie, FastAPI, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from proofkey import AsyncClient
from proofkey.client.errors import AnswerLost, NotReached
from proofkey.core.client_side import Tokens, Transaction
from proofkey.core.errors import AuthorizationDenied, PeerViolation, ProofkeyError, TokenRefused

log = logging.getLogger("app")
SCOPES = ["openid", "profile", "offline_access"]
MOST = 10_000  # browsers with a login under way
Browser = Annotated[str | None, Cookie()]


@dataclass
class Logins:
    """What the server keeps; the browser has a random cookie. A real app keeps this where all its processes see it."""

    under_way: dict[str, Transaction] = field(default_factory=dict)
    sessions: dict[str, Tokens] = field(default_factory=dict)


def advice(error: ProofkeyError) -> tuple[int, str]:
    """Say to the person what happened: a status and a sentence. The log says the rest."""
    if isinstance(error, AuthorizationDenied):
        return 403, "You did not allow the login."
    if isinstance(error, NotReached) or "rate limit" in str(error).lower() or getattr(error, "status", 0) == 429:
        return 503, "The login server is busy. Please try again in a minute."
    if error.fault == "server-unavailable" and isinstance(error, PeerViolation):
        return 503, "The login server is busy. Please try again in a minute."
    if isinstance(error, AnswerLost):  # the code may be spent: it must not be sent again
        return 502, "The login server's answer got lost. Please log in again."
    if error.fault in ("state-mismatch", "state-missing", "issuer-mismatch"):
        return 400, "This login did not start here. Please log in again."
    if isinstance(error, TokenRefused):
        return 400, "The login took too long, or was used before. Please log in again."
    return 502, "The login server gave an answer that makes no sense. Please log in again later."


def make_app(issuer: str, client_id: str, redirect_uri: str) -> FastAPI:
    """Make the app; the login server is asked for its addresses at the first login."""
    app = FastAPI(openapi_url=None)
    logins = Logins()
    clients: list[AsyncClient] = []
    secure = redirect_uri.startswith("https:")

    async def client() -> AsyncClient:
        if not clients:
            clients.append(await AsyncClient.discover(issuer, client_id=client_id, redirect_uri=redirect_uri))
        return clients[0]

    @app.exception_handler(ProofkeyError)
    async def failed(request: Request, error: ProofkeyError) -> Response:
        status, sentence = advice(error)
        log.warning("a login failed: %s", error)
        return HTMLResponse(f"<p role=alert>{sentence}</p><a href=/login>Log in</a>", status)

    @app.get("/login")
    async def login() -> Response:
        url, transaction = (await client()).begin(scopes=SCOPES)
        browser = secrets.token_urlsafe(32)
        logins.under_way[browser] = transaction
        if len(logins.under_way) > MOST:
            logins.under_way.pop(next(iter(logins.under_way)))
        answer = RedirectResponse(url, 303)
        answer.set_cookie("browser", browser, max_age=600, httponly=True, samesite="lax", secure=secure)
        return answer

    @app.get("/callback")
    async def callback(request: Request, browser: Browser = None) -> Response:
        transaction = logins.under_way.pop(browser or "", None)
        if transaction is None:
            raise PeerViolation("no login is under way in this browser", fault="state-mismatch")
        tokens = await (await client()).finish(str(request.url), transaction)
        session = secrets.token_urlsafe(32)  # never the value from before the login
        logins.sessions[session] = tokens
        answer = RedirectResponse("/", 303)
        answer.set_cookie("browser", session, httponly=True, samesite="lax", secure=secure)
        return answer

    @app.get("/")
    async def profile(browser: Browser = None) -> Response:
        tokens = logins.sessions.get(browser or "")
        if tokens is None:
            return HTMLResponse("<p>Nobody is logged in.</p><a href=/login>Log in</a>")
        try:
            try:
                who = await (await client()).userinfo(tokens)
            except TokenRefused:  # the access token is over: renew it once
                tokens = logins.sessions[browser or ""] = await (await client()).refresh(tokens)
                who = await (await client()).userinfo(tokens)
        except TokenRefused as error:
            if error.error != "invalid_grant":
                raise  # busy, not over: the session stays
            del logins.sessions[browser or ""]
            return RedirectResponse("/login", 303)
        return HTMLResponse(f"<p>Logged in as {escape(who.get('name') or who['sub'])}.</p>")

    return app


def setting(name: str) -> str:
    """Read a setting from the environment, or end with a sentence that names it."""
    if value := os.environ.get(name):
        return value
    raise SystemExit(f"Set the environment variable {name}: README.md says how to start this example.")


def __getattr__(name: str) -> FastAPI:
    if name != "app":
        raise AttributeError(name)
    redirect_uri = os.environ.get("REDIRECT_URI", "http://127.0.0.1:8000/callback")
    return make_app(setting("ISSUER"), setting("CLIENT_ID"), redirect_uri)
