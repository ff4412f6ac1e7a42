"""When a person is asked, and what is remembered of the answer (RFC 6749 10.2, RFC 8252 8.6).

Consent is remembered per user, client and scope where the redirect URI is https, because there the name behind the
URI is assured; on loopback any program may listen, so it is asked each time, save in development.
"""

from __future__ import annotations

from proofkey.core.server_side.verdicts import Asked
from proofkey.server.answers import page_answer
from proofkey.server.http import Answer
from proofkey.server.pages import render
from proofkey.server.pages.views import ConsentView
from proofkey.server.running import Server
from proofkey.server.sessions import LoggedIn


async def is_needed(server: Server, asked: Asked, logged_in: LoggedIn) -> bool:
    """Tell whether the person must be asked now."""
    if "consent" in asked.prompt:
        return True
    if asked.client.trusted:
        return False
    if not _may_be_remembered(server, asked):
        return True
    given = await server.store.consented(logged_in.user.subject, asked.client.client_id)
    return not given.issuperset(asked.scopes)


async def remember(server: Server, asked: Asked, logged_in: LoggedIn, now: float) -> None:
    """Keep a yes, where it may be kept."""
    if _may_be_remembered(server, asked):
        await server.store.remember_consent(logged_in.user.subject, asked.client.client_id, asked.scopes, now=now)


def page(server: Server, asked: Asked, logged_in: LoggedIn, sealed: str, cookies: list[tuple[str, str]]) -> Answer:
    """Ask; the waiting request is in the form."""
    view = ConsentView(
        action=server.url("/consent"),
        hidden=(("request", sealed),),
        client_name=asked.client.name,
        client_id=asked.client.client_id,
        redirect_uri=asked.redirect_uri,
        scopes=asked.scopes,
        username=logged_in.user.username,
        public=asked.client.is_public,
    )
    return page_answer(render.consent_page(view, server.site), cookies)


def _may_be_remembered(server: Server, asked: Asked) -> bool:
    return asked.redirect_uri.startswith("https://") or server.settings.development
