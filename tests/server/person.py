"""Somebody with a browser: follows redirects, keeps cookies, fills in forms; and an app that sends token requests."""

from __future__ import annotations

import asyncio
import functools
import secrets
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

import httpx

from proofkey.core.pkce import make_verifier, s256
from proofkey.core.records import ClientRecord, User
from proofkey.core.secret import Password
from proofkey.server.accounts import hash_password
from proofkey.server.app import App
from proofkey.server.observing import Observing
from proofkey.server.opening import open_server
from proofkey.server.running import Server
from proofkey.server.scopes import EVERYBODY
from proofkey.server.settings import Settings
from proofkey.server.tracing.tracing import Tracing
from proofkey.testing.person import Form
from proofkey.testing.person import first_form as find_first_form

ISSUER = "http://127.0.0.1:9999"
CALLBACK = "https://app.example/callback"
PASSWORD = "correct horse"


class Clock:
    """Time that a test moves."""

    def __init__(self, now: float = 1_900_000_000.0) -> None:
        self.now = now

    def __call__(self) -> float:
        """Give the time in seconds since the epoch."""
        return self.now


@functools.cache
def hash_once(password: str) -> str:
    """Hash a password as the server does, once in this process: it is half of the work of opening a server."""
    return hash_password(Password(password))


async def open_test_server(
    folder,
    *,
    clock: Clock | None = None,
    tracing: Tracing | None = None,
    observing: Observing | None = None,
    **settings: object,
) -> Server:
    """Open a server on a fresh database in a folder, with a user `ada` and a public client `spa`."""
    values: dict[str, object] = {"issuer": ISSUER, "development": True} | settings
    server = await open_server(
        Settings(**values), f"sqlite:///{folder}/proofkey.db", asyncio.Event(), tracing=tracing, observing=observing
    )  # type: ignore[arg-type]
    if clock is not None:
        server.clock = clock
    await server.store.put_user(User("subject-ada", "ada", hash_once(PASSWORD), email="ada@example.org"))
    await server.store.put_client(client())
    if not server.keys.can_sign:  # a test compares what is stored before and after
        await server.keys.until_it_can_sign()
    return server


def client(**changes: object) -> ClientRecord:
    """Give a client record."""
    values: dict[str, object] = {
        "client_id": "spa",
        "name": "The app",
        "redirect_uris": (CALLBACK,),
        "scopes": EVERYBODY,
        "trusted": False,
    } | changes
    return ClientRecord(**values)  # type: ignore[arg-type]


def first_form(page: str) -> Form:
    """Read the first form of a page."""
    form = find_first_form(page)
    assert form is not None, page[:400]
    return form


class Person:
    """Ada at her browser."""

    def __init__(self, server: Server, *, username: str = "ada", password: str = PASSWORD) -> None:
        self.server = server
        self.username, self.password = username, password
        self.http = httpx.AsyncClient(
            transport=httpx.ASGITransport(App(server)), base_url=server.settings.issuer, follow_redirects=False
        )

    async def __aenter__(self) -> Person:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.http.aclose()

    async def visit(self, url: str, *, decision: str = "allow") -> httpx.Response:
        """Open an authorization URL, log in and answer the consent page; stop at a redirect to elsewhere."""
        response = await self.http.get(url)
        for _ in range(6):
            if response.is_redirect:
                target = urljoin(str(response.request.url), response.headers["location"])
                if not target.startswith(self.server.settings.issuer):
                    return response
                response = await self.http.get(target)
            elif response.status_code == 200 and "<form" in response.text:
                form = first_form(response.text)
                if "password" in form.fields:
                    form.fields |= {"username": self.username, "password": self.password}
                if "decision" in form.buttons:
                    form.fields["decision"] = decision
                response = await self.http.post(form.action, data=form.fields)
                if "password" in form.fields and response.status_code == 200 and "Sign in" in response.text:
                    return response  # refused
            else:
                return response
        return response

    async def token(self, **form: str) -> httpx.Response:
        """Send a token request as the app would."""
        return await self.http.post("/oauth/token", data=form, headers={"origin": "https://app.example"})


@dataclass
class Attempt:
    """One login of the app, with all that it sends; change what is to be wrong."""

    verifier: str = field(default_factory=lambda: make_verifier(secrets.token_bytes).reveal())
    authorize: dict[str, str] = field(default_factory=dict)
    token: dict[str, str] = field(default_factory=dict)
    without: frozenset[str] = frozenset()

    def url(self) -> str:
        """Give the authorization URL."""
        from proofkey.core.secret import Verifier

        query = {
            "response_type": "code",
            "client_id": "spa",
            "redirect_uri": CALLBACK,
            "state": "a-state-of-this-login",
            "code_challenge": s256(Verifier(self.verifier)),
            "code_challenge_method": "S256",
        } | self.authorize
        return "/oauth/authorize?" + urlencode({k: v for k, v in query.items() if k not in self.without})

    def form(self, code: str) -> dict[str, str]:
        """Give the token request's form."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": CALLBACK,
            "client_id": "spa",
            "code_verifier": self.verifier,
        } | self.token
        return {k: v for k, v in form.items() if f"token.{k}" not in self.without}


def answer_of(response: httpx.Response) -> dict[str, str]:
    """Read the authorization response's parameters from a redirect."""
    assert response.is_redirect, (response.status_code, response.text[:600])
    return dict(parse_qsl(urlsplit(response.headers["location"]).query))


async def code_for(person: Person, attempt: Attempt) -> str:
    """Log in and give the code."""
    answer = answer_of(await person.visit(attempt.url()))
    assert "code" in answer, answer
    return answer["code"]
