"""The root: in development a map of the server, else nothing to see."""

from __future__ import annotations

from proofkey.server import sessions
from proofkey.server.admin.visitor import welcome
from proofkey.server.answers import page_answer
from proofkey.server.http import Answer, Request
from proofkey.server.pages import render
from proofkey.server.pages.views import Endpoint, ErrorView, HomeView
from proofkey.server.running import Server

ENDPOINTS = (
    Endpoint("GET", "/.well-known/oauth-authorization-server", "Metadata (RFC 8414)", link=True),
    Endpoint("GET", "/oauth/authorize", "Authorization endpoint"),
    Endpoint("POST", "/oauth/token", "Token endpoint"),
    Endpoint("GET", "/oauth/jwks", "Public keys", link=True),
    Endpoint("GET", "/api/v2/users/me", "Who is logged in"),
    Endpoint("GET", "/api/v2/tokens/me", "What the token is"),
    Endpoint("GET", "/logout", "Logout", link=True),
    Endpoint("GET", "/faults/", "Every fault, explained", link=True),
)


async def home(server: Server, request: Request) -> Answer:
    """Show the map, in development only."""
    if not server.settings.development:
        view = ErrorView(404, "not_found", "There is nothing at this address.", request.id)
        return page_answer(render.error_page(view, server.site))
    logged_in = await sessions.current(server, request)
    may = logged_in is not None and await welcome(server, logged_in) is not None
    home_view = HomeView(server.settings.issuer, server.settings.personality, ENDPOINTS, server.demo_url, may)
    return page_answer(render.home_page(home_view, server.site))
