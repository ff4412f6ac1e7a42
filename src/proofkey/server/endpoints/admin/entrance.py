"""/admin/: lets in who may be there, refuses forms from elsewhere, and hands over to the page.

Signed in by the normal login; administrators see all, owners their clients; everybody else gets a plain 403. No page
here is for other origins: no CORS, no frames, nothing cached.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from proofkey.core.params import MalformedForm, Params
from proofkey.server import sessions
from proofkey.server.admin import forms
from proofkey.server.admin.return_path import HOME
from proofkey.server.admin.visitor import Visitor, welcome
from proofkey.server.answers import page_answer
from proofkey.server.endpoints.admin import client_actions, client_editing, clients, journal, keys, signing_in, users
from proofkey.server.endpoints.admin.visit import Visit, forbidden, missing
from proofkey.server.http import Answer, Request, json_answer, method_not_allowed, see_other
from proofkey.server.pages import render
from proofkey.server.pages.views import ErrorView
from proofkey.server.running import Server

Desk = Callable[[Visit], Awaitable[Answer]]
GET, FORM, POST = ("GET", "HEAD"), ("GET", "HEAD", "POST"), ("POST",)


@dataclass(frozen=True, slots=True)
class Door:
    """Where a path below /admin/ leads."""

    desk: Desk
    methods: tuple[str, ...] = GET
    admins_only: bool = False


DOORS: dict[str, Door] = {
    "": Door(journal.index),
    "journal/news": Door(journal.news),
    "journal/exchange": Door(journal.exchange),
    "clients/": Door(clients.index),
    "clients/new": Door(client_editing.new, FORM, admins_only=True),
    "clients/edit": Door(client_editing.edit, FORM),
    "clients/secret": Door(client_actions.new_secret, FORM),
    "clients/switch": Door(client_actions.switch, POST),
    "clients/remove": Door(client_actions.remove, FORM),
    "users/": Door(users.index, admins_only=True),
    "users/user": Door(users.user, admins_only=True),
    "users/end-session": Door(users.end_session, POST, admins_only=True),
    "users/end-all": Door(users.end_all, FORM, admins_only=True),
    "keys/": Door(keys.index, admins_only=True),
    "keys/rotate": Door(keys.rotate, FORM, admins_only=True),
}


async def admin(server: Server, request: Request) -> Answer:
    """Serve everything below /admin/."""
    if request.path == "/admin":
        return see_other(server.url(HOME))
    if request.path == signing_in.PATH:
        return await signing_in.sign_in(server, request)
    door = DOORS.get(request.path.removeprefix(HOME))
    logged_in = await sessions.current(server, request)
    if logged_in is None:
        return _sign_in(server, request, door)
    visitor = await welcome(server, logged_in)
    if visitor is None or (door is not None and door.admins_only and not visitor.is_admin):
        return forbidden(server, logged_in.user)
    if door is None:
        return missing(server, request)
    if request.method not in door.methods:
        return method_not_allowed(*door.methods)
    return await _enter(server, request, visitor, door)


async def _enter(server: Server, request: Request, visitor: Visitor, door: Door) -> Answer:
    try:
        params = request.form() if request.method == "POST" else request.query()
    except MalformedForm:
        params = Params()
    if request.method == "POST" and not forms.is_own(server, request, visitor, params):
        view = ErrorView(403, "forbidden", "The form did not come from a page of this session.", request.id)
        return page_answer(render.error_page(view, server.site))
    return await door.desk(Visit(server, request, visitor, params))


def _sign_in(server: Server, request: Request, door: Door | None) -> Answer:
    if door is not None and door.desk is journal.news:
        return json_answer({"error": "access_denied", "error_description": "Sign in first."}, 401)
    if door is None or request.method == "POST":
        # A form is not sent again after the login: what it said may no longer be meant.
        return signing_in.ask(server, request, HOME)
    query = f"?{request.raw_query.decode('ascii', 'replace')}" if request.raw_query else ""
    return signing_in.ask(server, request, request.path + query)
