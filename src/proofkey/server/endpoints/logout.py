"""/logout: ends the session with its grants, then goes where the client may send the person.

Genesys Cloud's form is `client_id` and `redirect_uri` (one of the client's redirect URIs); the other is RP-Initiated
Logout 1.0 with `post_logout_redirect_uri`. Nobody is sent to an address that is not registered (attack A13). A link
from elsewhere does not log anybody out unasked: that takes an ID token of this session; in Genesys Cloud's form it is
enough that the session is that client's.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass

import msgspec

from proofkey.core.params import MalformedForm, Params
from proofkey.core.records import ClientRecord
from proofkey.core.redirect_uri import matches, with_query
from proofkey.server import sessions
from proofkey.server.answers import expired, page_answer
from proofkey.server.foreign_forms import as_navigation
from proofkey.server.http import Answer, Request, see_other
from proofkey.server.id_tokens import Hint, read_hint, session_name
from proofkey.server.interaction import LONGEST_WAITING
from proofkey.server.pages import render
from proofkey.server.pages.display import front_door
from proofkey.server.pages.views import EndedView, LogoutView
from proofkey.server.running import Server
from proofkey.server.sealing.not_opened import NotOpened
from proofkey.server.sealing.purpose import Purpose
from proofkey.server.sessions import LoggedIn

_CONFIRMATION = 600  # seconds the question may stay open


@dataclass(frozen=True, slots=True)
class Destination:
    """Where to go afterwards; `url` None is our own page."""

    client: ClientRecord | None
    url: str | None


NOWHERE = Destination(None, None)


class _Question(msgspec.Struct, array_like=True, frozen=True):
    session: bytes
    client_id: str | None
    url: str | None


async def logout(server: Server, request: Request) -> Answer:
    """Serve GET and POST (RP-Initiated Logout 2), and the form of our own question."""
    try:
        params = request.form() if request.method == "POST" else request.query()
    except MalformedForm:
        params = Params()
    if (sent_on := as_navigation(server, request, "/logout", params)) is not None:
        return sent_on
    logged_in = await sessions.current(server, request)
    if params.get("confirmation") is not None:
        return await _confirmed(server, request, params, logged_in)
    hint = read_hint(server, params.get("id_token_hint"))
    to = await _destination(server, params, hint)
    if logged_in is None:
        return _leave(server, to, [])
    if _is_of_this_session(hint, to, logged_in) or await _is_session_of(server, logged_in, to.client):
        return _leave(server, to, [await sessions.end(server, logged_in)])
    return _ask(server, request, logged_in, to)


async def _destination(server: Server, params: Params, hint: Hint | None) -> Destination:
    client_id = params.get("client_id")
    if params.repeated() or (hint is None and params.get("id_token_hint") is not None):
        return NOWHERE  # a hint that is not ours identifies nobody, and spoils what stands beside it
    if hint is not None:  # many libraries send it alone
        if client_id not in (None, hint.client_id):
            return NOWHERE
        client_id = hint.client_id
    client = await server.store.client(client_id) if client_id is not None else None
    if client is None or client.disabled:
        return NOWHERE
    asked, registered = params.get("post_logout_redirect_uri"), client.post_logout_redirect_uris
    if asked is None:
        asked, registered = params.get("redirect_uri"), client.redirect_uris
        if server.settings.personality != "genesys":
            asked = None
    if asked is None or not any(matches(asked, one, any_port_for=server.policy.any_port_for) for one in registered):
        return Destination(client, None)
    state = params.get("state")
    url = with_query(asked, Params([("state", state)])) if state else asked
    return Destination(client, url if len(url) <= LONGEST_WAITING else None)


def _is_of_this_session(hint: Hint | None, to: Destination, logged_in: LoggedIn) -> bool:
    return hint is not None and to.client is not None and hint.session == session_name(logged_in.session.session_id)


async def _is_session_of(server: Server, logged_in: LoggedIn, client: ClientRecord | None) -> bool:
    if client is None or server.settings.personality != "genesys":
        return False
    grants = await server.store.recent_grants(client_id=client.client_id, subject=logged_in.user.subject)
    return any(hmac.compare_digest(grant.session_id, logged_in.session.session_id) for grant in grants)


def _ask(server: Server, request: Request, logged_in: LoggedIn, to: Destination) -> Answer:
    question = _Question(logged_in.session.session_id, to.client.client_id if to.client else None, to.url)
    sealed = server.sealer.seal_box(
        Purpose.LOGOUT, msgspec.msgpack.encode(question), ttl=_CONFIRMATION, now=request.arrived_at
    )
    view = LogoutView(
        action=server.url("/logout"),
        hidden=(("confirmation", sealed),),
        client_name=to.client.name if to.client else "",
        username=logged_in.user.username,
        redirect_uri=to.url,
    )
    return page_answer(render.logout_page(view, server.site))


async def _confirmed(server: Server, request: Request, params: Params, logged_in: LoggedIn | None) -> Answer:
    if logged_in is None:
        return _leave(server, NOWHERE, [])
    opened = server.sealer.open_box(Purpose.LOGOUT, params.get("confirmation") or "", now=request.arrived_at)
    if isinstance(opened, NotOpened) or request.method != "POST":
        return expired(server)
    question = msgspec.msgpack.decode(opened, type=_Question)
    if not hmac.compare_digest(question.session, logged_in.session.session_id):
        return expired(server)
    if params.get("decision") == "stay":
        return page_answer(render.ended_page(EndedView(stayed=True), server.site))
    client = await server.store.client(question.client_id) if question.client_id else None
    return _leave(server, Destination(client, question.url), [await sessions.end(server, logged_in)])


def _leave(server: Server, to: Destination, cookies: list[tuple[str, str]]) -> Answer:
    if to.url is not None:
        return see_other(to.url, tuple(cookies))
    homes = map(front_door, to.client.redirect_uris if to.client else ())
    view = EndedView(next(filter(None, homes), None), to.client.name if to.client else "")
    return page_answer(render.ended_page(view, server.site), cookies)
