"""A running authorization server as a test sees it: clients and people in one line, time, keys, failures by name.

It speaks to the server's control address (`server/development/control.py`), in-process as over the network.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Self

import httpx

from proofkey.core.errors import Misuse, ProofkeyError
from proofkey.testing.person import Decision, Person

FailureName = Literal[
    "expire-code",
    "expire-access-token",
    "refuse-refresh",
    "drop-cors",
    "rate-limit",
    "genesys-rate-limit",
    "unavailable",
    "html-answer",
    "redirect-token",
    "slow-answer",
    "lose-request",
    "lose-answer",
    "wrong-issuer",
    "wrong-state",
]
Endpoint = Literal["authorize", "token", "revoke", "introspect", "par", "userinfo", "api", "jwks", "metadata"]


@dataclass(frozen=True, slots=True)
class RegisteredClient:
    """A client; the secret is None for a public one."""

    client_id: str
    secret: str | None = field(repr=False)
    redirect_uris: tuple[str, ...]

    @property
    def redirect_uri(self) -> str:
        """The first redirect URI."""
        return self.redirect_uris[0]


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who can log in."""

    username: str
    password: str = field(repr=False)
    subject: str


@dataclass(frozen=True, slots=True)
class Refused:
    """What the server's journal says of a failure; `fault` is the doctor's name for it."""

    request_id: str
    endpoint: str
    client_id: str | None
    status: int
    error: str | None
    fault: str | None
    explanation: str
    fix: str


class Failing:
    """A failure that was asked for; as a context manager it is undone at the end of the block."""

    def __init__(self, server: LoginServer, name: str, key: str) -> None:
        self.name = name
        self._server = server
        self._key = key

    @property
    def hits(self) -> int:
        """Count the requests that it happened to."""
        return int(self._server._call("GET", f"failures/{self._key}")["hits"])

    def undo(self) -> None:
        """End it now; what waits for it goes on."""
        self._server._call("DELETE", f"failures/{self._key}")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.undo()


class LoginServer:
    """One test's view of a server: what it adds and asks for is apart from that of others, and undone by `reset`.

    `transport` reaches the server without a network where it runs in this process; None where it does not.
    """

    def __init__(self, issuer: str, transport: httpx.BaseTransport | None = None, *, name: str | None = None) -> None:
        self.issuer = issuer
        self.transport = transport
        holder = name or f"tests-{secrets.token_hex(8)}"
        self.http = self._connect()
        self._control = self._connect({"proofkey-control": holder})
        self._browsers: list[httpx.Client] = []

    def _connect(self, headers: Mapping[str, str] | None = None) -> httpx.Client:
        # Without the environment's proxies, which know nothing of this machine's loopback.
        return httpx.Client(
            base_url=self.issuer,
            transport=self.transport,
            headers=headers,
            timeout=30,
            trust_env=False,
            verify=self.issuer.startswith("https:"),  # setting TLS up is most of what a client costs
        )

    def _call(self, method: str, path: str, order: Mapping[str, object] | None = None) -> Any:
        try:
            answer = self._control.request(method, f"/development/control/{path}", json=order)
        except httpx.TransportError as error:
            raise ProofkeyError(f"the authorization server at {self.issuer} does not answer: {error}") from error
        told = answer.json()
        if answer.status_code != 200:
            raise Misuse(told.get("error_description", f"the control address answered {answer.status_code}"))
        return told

    def add_client(
        self,
        client_id: str | None = None,
        *,
        redirect_uri: str | Iterable[str] = (),
        confidential: bool = False,
        secret: str | None = None,
        **more: object,
    ) -> RegisteredClient:
        """Register a client; without an id it gets one of its own. Raises Misuse for what cannot be registered.

        `more`: name, auth_method, post_logout_redirect_uris, scopes, grant_types, trusted, require_pkce, access_token
        ("opaque" or "jwt"), access_token_lifetime.
        """
        uris = [redirect_uri] if isinstance(redirect_uri, str) else list(redirect_uri)
        order = {"redirect_uris": uris, "client_id": client_id, "confidential": confidential, "client_secret": secret}
        made = self._call("POST", "clients", order | more)
        return RegisteredClient(made["client_id"], made["client_secret"], tuple(made["redirect_uris"]))

    def add_user(
        self,
        username: str | None = None,
        *,
        password: str | None = None,
        email: str | None = None,
        claims: Mapping[str, str] | None = None,
        admin: bool = False,
    ) -> Account:
        """Add somebody; a name and a password are made up where none is given."""
        order = {"username": username, "password": password, "email": email, "claims": claims or {}, "admin": admin}
        made = self._call("POST", "users", order)
        return Account(made["username"], made["password"], made["subject"])

    def person(self, account: Account) -> Person:
        """Give somebody with a browser of his own, whose cookies stay."""
        self._browsers.append(self._connect())
        return Person(self.issuer, account.username, account.password, self._browsers[-1])

    def log_in(self, url: str, account: Account, *, decision: Decision = "allow") -> str:
        """Log somebody in at an authorization URL, in a new browser; give the callback URL.

        Raises LoginNotFinished.
        """
        with self._connect() as browser:
            return Person(self.issuer, account.username, account.password, browser).log_in(url, decision=decision)

    def fail(
        self,
        name: FailureName,
        *,
        times: int | None = None,
        client: RegisteredClient | str | None = None,
        endpoint: Endpoint | None = None,
        **options: str | float | None,
    ) -> Failing:
        """Ask for a failure: for the next `times` requests, else until it is undone; for one client, else for all.

        Options by failure: code; retry_after, seconds (numbers of seconds); status, to. Raises Misuse.
        """
        client_id = client.client_id if isinstance(client, RegisteredClient) else client
        order = {"name": name, "times": times, "client_id": client_id, "endpoint": endpoint, "options": options}
        return Failing(self, name, self._call("POST", "failures", order)["id"])

    def move_time(self, seconds: float) -> None:
        """Move the server's clock, forward or back, for everybody; `reset` puts it back."""
        self._call("POST", "time", {"seconds": seconds})

    @property
    def now(self) -> float:
        """The server's time, seconds since the epoch."""
        return float(self._call("GET", "time")["now"])

    def rotate_keys(self, *, end_logins: bool = False) -> None:
        """Sign and seal with new keys at once. `end_logins`: what the old ones made is not accepted any more."""
        self._call("POST", "keys", {"end_logins": end_logins})

    def refusals(self, client: RegisteredClient | str | None = None) -> list[Refused]:
        """Give the failures of your clients, or of this one, newest first, as the server's journal explains them."""
        client_id = client.client_id if isinstance(client, RegisteredClient) else client
        query = f"?{httpx.QueryParams({'client_id': client_id})}" if client_id else ""
        names = ("request_id", "endpoint", "client_id", "status", "error", "fault", "explanation", "fix")
        return [Refused(*(entry[name] for name in names)) for entry in self._call("GET", f"journal{query}")]

    def reset(self) -> None:
        """Undo every failure, put the time back, and remove the clients and people that were added."""
        self._call("POST", "reset", {})

    def close(self) -> None:
        """Reset, and close the connections."""
        try:
            self.reset()
        finally:
            for each in (self.http, self._control, *self._browsers):
                each.close()
