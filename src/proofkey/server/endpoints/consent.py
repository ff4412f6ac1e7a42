"""The consent page: shows what an application asks for, and takes the answer."""

from __future__ import annotations

from proofkey.core.errors import OAuthError
from proofkey.core.params import MalformedForm, Params
from proofkey.core.server_side.verdicts import Asked, SendBack
from proofkey.server import consents, interaction, sessions
from proofkey.server.answers import authorization_error, expired
from proofkey.server.endpoints.authorize import give_code, judge, proceed, refuse
from proofkey.server.endpoints.too_late import too_late
from proofkey.server.http import Answer, Request
from proofkey.server.running import Server


async def consent(server: Server, request: Request) -> Answer:
    """Serve the page (GET) and its form (POST); both need the waiting request, this browser and its session."""
    try:
        params = request.form() if request.method == "POST" else request.query()
    except MalformedForm:
        return expired(server)
    pending = interaction.resume(server, request, params.get("request"))
    logged_in = await sessions.current(server, request)
    if pending is None or logged_in is None:
        return await too_late(server, params.get("request"))
    asked_for = Params.parse(pending.query)
    verdict = await judge(server, asked_for)
    if not isinstance(verdict, Asked):
        return refuse(server, request, verdict, asked_for)
    if pending.session != logged_in.session.session_id:
        # Not the login that this page was made for: a form cannot be used to step over a login that was asked for.
        return await proceed(server, request, verdict, asked_for)
    if request.method != "POST":
        sealed = interaction.again(server, request, pending, pending.session)
        return consents.page(server, verdict, logged_in, sealed, [])
    allowed = params.get("decision") == "allow"
    server.observing.counts.consents["allow" if allowed else "deny"] += 1
    if not allowed:
        denied = SendBack(
            verdict.client,
            verdict.redirect_uri,
            verdict.state,
            verdict.response_mode,
            OAuthError("access_denied", "The person did not allow it."),
            "user-denied-access",
        )
        return authorization_error(server, request, denied, asked_for)
    await consents.remember(server, verdict, logged_in, request.arrived_at)
    return await give_code(server, request, verdict, logged_in)
