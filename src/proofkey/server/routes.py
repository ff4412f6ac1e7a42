"""Which endpoints there are, which methods they serve, and which of them a page of another origin may read.

CORS is open (`*`, never with credentials) on what a single-page app calls, on every status and on preflights; it is
absent where a person is asked something (RFC 9700 2.6).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from importlib import import_module

from proofkey.server.http import Answer, Request
from proofkey.server.running import Server

Endpoint = Callable[[Server, Request], Awaitable[Answer]]


@dataclass(frozen=True, slots=True, eq=False)  # each is itself: its hash is asked for at every request
class Route:
    """Where a path leads: `proofkey.server.endpoints.<module>:<function>`, imported at its first request."""

    module: str
    function: str
    methods: tuple[str, ...]
    cors: bool = False
    only_in_development: bool = False

    def endpoint(self) -> Endpoint:
        """Import the endpoint."""
        found: Endpoint = getattr(import_module(f"proofkey.server.endpoints.{self.module}"), self.function)
        return found


GET = ("GET", "HEAD")
FORM = ("GET", "HEAD", "POST")
POST = ("POST",)

ASTRAY = Route("api_missing", "missing", (*GET, "POST", "PUT", "PATCH", "DELETE"), cors=True)
ADMIN = Route("admin.entrance", "admin", FORM)

EXACT: dict[str, Route] = {
    "/oauth/authorize": Route("authorize", "authorize", FORM),
    "/login": Route("login", "login", FORM),
    "/consent": Route("consent", "consent", FORM),
    "/oauth/token": Route("token", "token", POST, cors=True),
    "/oauth/revoke": Route("revoke", "revoke", POST, cors=True),
    "/oauth/introspect": Route("introspect", "introspect", POST, cors=True),
    "/oauth/par": Route("par", "par", POST, cors=True),
    "/oauth/userinfo": Route("userinfo", "userinfo", FORM, cors=True),
    "/oauth/jwks": Route("jwks", "jwks", GET, cors=True),
    "/.well-known/oauth-authorization-server": Route("metadata", "metadata", GET, cors=True),
    "/.well-known/openid-configuration": Route("metadata", "metadata", GET, cors=True),
    "/api/v2/users/me": Route("api_users", "users_me", GET, cors=True),
    "/api/v2/tokens/me": Route("api_tokens", "tokens_me", (*GET, "DELETE"), cors=True),
    "/api/v2/oauth/clients": Route("api_clients", "clients", (*GET, "POST"), cors=True),
    "/api/v2/oauth/scopes": Route("api_scopes", "scopes", GET, cors=True),
    "/logout": Route("logout", "logout", FORM),
    "/admin": ADMIN,
    "/healthz": Route("health", "health", GET),
    "/livez": Route("health", "alive", GET),
    "/faults": Route("faults", "index", GET),
    "/faults/": Route("faults", "index", GET),
    "/": Route("home", "home", GET),
}

PREFIXES: dict[str, Route] = {
    "/admin/": ADMIN,
    "/assets/": Route("assets", "asset", GET),
    "/faults/": Route("faults", "fault", GET),
    "/development/journal/": Route("development", "journal_entry", GET, cors=True, only_in_development=True),
    "/api/v2/oauth/clients/": Route("api_clients", "clients", (*GET, "POST", "PUT", "DELETE"), cors=True),
    "/api/v2/users/": Route("api_presence", "presence", (*GET, "PATCH"), cors=True),
    "/api/v2/": ASTRAY,
}


def find(path: str, *, development: bool) -> Route | None:
    """Give the route of a path below the issuer, or None."""
    route = EXACT.get(path)
    if route is None:
        route = next((route for prefix, route in PREFIXES.items() if path.startswith(prefix)), None)
    if route is not None and route.only_in_development and not development:
        return None
    return route
