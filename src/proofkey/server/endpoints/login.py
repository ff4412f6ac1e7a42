"""The login form: checks name and password, begins a session, and goes on with the waiting request."""

from __future__ import annotations

from proofkey.core.params import MalformedForm, Params
from proofkey.core.secret import Password
from proofkey.core.server_side.verdicts import Asked
from proofkey.server import consents, interaction, sessions
from proofkey.server.accounts import TooManyLogins
from proofkey.server.answers import expired
from proofkey.server.endpoints.authorize import cannot_ask, give_code, is_who_was_hinted, judge, login_page, refuse
from proofkey.server.http import Answer, Request, see_other
from proofkey.server.running import Server

MAX_USERNAME = 256


async def login(server: Server, request: Request) -> Answer:
    """Serve the form's POST; a GET is a bookmark or the Back button."""
    try:
        form = request.form()
    except MalformedForm:
        return expired(server)
    pending = interaction.resume(server, request, form.get("request"))
    if pending is None:
        return expired(server)
    params = Params.parse(pending.query)
    verdict = await judge(server, params)
    if not isinstance(verdict, Asked):
        return refuse(server, request, verdict, params)
    username = (form.get("username") or "")[:MAX_USERNAME]
    password = Password(form.get("password") or "")
    sealed = interaction.again(server, request, pending)
    wait = server.throttle.wait(username, request.address, request.arrived_at)
    if wait:
        return login_page(server, request, verdict, sealed, [], username=username, retry_after=wait)
    try:
        with server.throttle.attempt(username, request.address):
            user = await server.accounts.verify(username, password)
    except TooManyLogins:
        return login_page(server, request, verdict, sealed, [], username=username, retry_after=2)
    if user is None:
        server.throttle.failed(username, request.address, request.arrived_at)
        return login_page(server, request, verdict, sealed, [], username=username, failed=True)
    server.throttle.succeeded(username, request.address)
    logged_in, cookie = await sessions.begin(server, request, user)
    if not is_who_was_hinted(server, params, logged_in):
        answer = cannot_ask(server, request, verdict, params, "login_required", "Somebody else logged in.")
    elif await consents.is_needed(server, verdict, logged_in):
        sealed = interaction.again(server, request, pending, logged_in.session.session_id)
        answer = see_other(server.url("/consent") + "?" + Params([("request", sealed)]).encode())
    else:
        answer = await give_code(server, request, verdict, logged_in)
    answer.add(*cookie)
    return answer
