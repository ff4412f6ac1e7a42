"""The login form: checks name and password, begins a session, and goes on with the waiting request."""

from __future__ import annotations

from proofkey.core.params import MalformedForm, Params
from proofkey.core.server_side.verdicts import Asked
from proofkey.server import consents, interaction, sessions
from proofkey.server.answers import expired
from proofkey.server.endpoints.authorize import cannot_ask, give_code, is_who_was_hinted, judge, login_page, refuse
from proofkey.server.endpoints.too_late import too_late
from proofkey.server.http import Answer, Request, see_other
from proofkey.server.running import Server
from proofkey.server.sign_in import MAX_USERNAME, attempt


async def login(server: Server, request: Request) -> Answer:
    """Serve the form's POST; a GET is a bookmark or the Back button."""
    try:
        form = request.form()
    except MalformedForm:
        return expired(server)
    pending = interaction.resume(server, request, form.get("request"))
    if pending is None:
        return await too_late(server, form.get("request"))
    params = Params.parse(pending.query)
    verdict = await judge(server, params)
    if not isinstance(verdict, Asked):
        return refuse(server, request, verdict, params)
    username = (form.get("username") or "")[:MAX_USERNAME]
    tried = await attempt(server, request, username, form.get("password") or "")
    begun = await sessions.begin(server, request, tried.user) if tried.user is not None else None
    if begun is None:
        sealed, wait = interaction.again(server, request, pending), tried.retry_after
        return login_page(
            server, request, verdict, sealed, [], username=username, failed=wait is None, retry_after=wait
        )
    logged_in, cookie = begun
    if not is_who_was_hinted(server, params, logged_in):
        answer = cannot_ask(server, request, verdict, params, "login_required", "Somebody else logged in.")
    elif await consents.is_needed(server, verdict, logged_in):
        sealed = interaction.again(server, request, pending, logged_in.session.session_id)
        answer = see_other(server.url("/consent") + "?" + Params([("request", sealed)]).encode())
    else:
        answer = await give_code(server, request, verdict, logged_in)
    answer.add(*cookie)
    return answer
