"""Which endpoint a request is for, and what is answered: the one text behind ASGI and WSGI."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from proofkey.bff import logging_in, session_endpoints
from proofkey.bff.arrived import Arrived
from proofkey.bff.effects import Steps
from proofkey.bff.fetch_rule import check_fetch
from proofkey.bff.forwarding import Forward, forward
from proofkey.bff.logging_in import session_key
from proofkey.bff.renewal import find_session, live_session, log
from proofkey.bff.replies import EVERYWHERE, Declined, Reply, login_required, refusal, unavailable
from proofkey.bff.session_endpoints import SHARED
from proofkey.bff.session_store import StoreUnavailable

if TYPE_CHECKING:
    from proofkey.bff.backend import Bff

_ENDPOINTS: dict[str, Callable[[Bff, Arrived], Steps[Reply]]] = {
    "/login": logging_in.begin,
    "/callback": logging_in.finish,
    "/resume": logging_in.resume,
    "/user": session_endpoints.user,
    "/refresh": session_endpoints.refresh,
    "/logout": session_endpoints.logout,
}


def decide(bff: Bff, request: Arrived) -> Steps[Reply | Forward]:
    """Give the whole answer, or the request to send to an API."""
    try:
        outcome: Reply | Forward
        if endpoint := _ENDPOINTS.get(request.path):
            outcome = yield from endpoint(bff, request)
        else:
            outcome = yield from _proxied(bff, request)
    except Declined as declined:
        outcome = declined_reply(bff, request, declined)
    except StoreUnavailable:
        log.exception("the session store failed, request %s", request.id)
        outcome = refusal(unavailable("sessions cannot be read now", None), request.id)
    return finished(request, outcome) if isinstance(outcome, Reply) else outcome


def decide_again(bff: Bff, request: Arrived, refused: Forward) -> Steps[Forward | None]:
    """After an API's 401: the same request with a renewed token, None where its answer has to stand.

    A token may end before its time, by an idle time-out at the server for one.
    """
    if refused.has_body or refused.method not in ("GET", "HEAD"):
        return None
    try:
        session = yield from find_session(bff, refused.session)
        if session is None or session.kept.tokens.refresh_token is None:
            return None
        if session.kept.tokens.access_token == refused.token:
            if session.kept.obtained_at > bff.clock() - SHARED:
                return None  # it is new: an API that refuses each of them must not make us ask for more
            session = yield from live_session(bff, refused.session, refused=refused.token)
    except (Declined, StoreUnavailable):
        return None
    return forward(refused.api, request, refused.url, session.kept.tokens.access_token, session.key)


def _proxied(bff: Bff, request: Arrived) -> Steps[Forward]:
    _, _, rest = request.path.partition("/api/") if request.path.startswith("/api/") else ("", "", "")
    name, slash, path = rest.partition("/")
    api = bff.apis.get(name)
    if api is None:
        raise Declined(404, "not_found", "there is nothing at this address")
    check_fetch(request, bff.site.origin)
    url = api.address(request, slash + path)
    key = session_key(bff, request)
    if key is None:
        raise login_required("nobody is logged in")
    session = yield from live_session(bff, key)
    return forward(api, request, url, session.kept.tokens.access_token, session.key)


def declined_reply(bff: Bff, request: Arrived, declined: Declined) -> Reply:
    """Answer a refusal; one that wants a login says where."""
    more = {"login_url": bff.site.path("login")} if declined.status == 401 else {}
    return finished(request, refusal(declined, request.id, **more))


def finished(request: Arrived, reply: Reply) -> Reply:
    """Add what every answer of ours carries."""
    return reply.with_headers(("x-request-id", request.id), *EVERYWHERE)
