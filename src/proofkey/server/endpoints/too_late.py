"""A login or consent form that came too late, or from another browser: the way back to the application, if it is known.

The seal still tells whose request it was. The request is judged anew, so the way leads to a registered redirect URI's
own origin, as a link and never as a redirect.
"""

from __future__ import annotations

from proofkey.core.params import Params
from proofkey.core.server_side.verdicts import ShowError
from proofkey.server import interaction
from proofkey.server.answers import expired, page_answer
from proofkey.server.endpoints.authorize import judge
from proofkey.server.http import Answer
from proofkey.server.pages import render
from proofkey.server.pages.display import front_door
from proofkey.server.pages.views import ExpiredView
from proofkey.server.running import Server


async def too_late(server: Server, sealed: str | None) -> Answer:
    """Say that the form has expired, and where the sign-in can be started again."""
    query = interaction.overdue(server, sealed)
    if query is None:
        return expired(server)
    verdict = await judge(server, Params.parse(query))
    if isinstance(verdict, ShowError):
        return expired(server)
    view = ExpiredView(verdict.client.name, front_door(verdict.redirect_uri))
    return page_answer(render.expired_page(view, server.site))
