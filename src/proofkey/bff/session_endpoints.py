"""GET user, POST refresh, POST logout: what the app's own scripts ask about their session. No answer holds a token."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from proofkey.bff.arrived import Arrived
from proofkey.bff.effects import Steps, ask
from proofkey.bff.fetch_rule import check_fetch, method_not_allowed
from proofkey.bff.logging_in import session_key
from proofkey.bff.renewal import find_session, give_up, live_session
from proofkey.bff.replies import Reply, document, login_required
from proofkey.bff.sessions import Session
from proofkey.core.errors import ProofkeyError

if TYPE_CHECKING:
    from proofkey.bff.backend import Bff

# Tabs that ask for a refresh within so many seconds share one.
SHARED = 30.0


def user(bff: Bff, request: Arrived) -> Steps[Reply]:
    """Say who is logged in. That nobody is, is an answer and no error."""
    _check(bff, request, "GET")
    key = session_key(bff, request)
    session = (yield from find_session(bff, key)) if key is not None else None
    if session is not None and session.kept.tokens.refresh_token is None and not session.kept.is_live(bff.clock()):
        yield from ask(partial(bff.store.delete, session.key))
        session = None
    if session is None:
        return document({"logged_in": False, "login_url": bff.site.path("login")})
    return document(_about(bff, session))


def refresh(bff: Bff, request: Arrived) -> Steps[Reply]:
    """Renew the access token now, if there is a refresh token; else say how long it lives."""
    _check(bff, request, "POST")
    key = session_key(bff, request)
    session = (yield from find_session(bff, key)) if key is not None else None
    if key is None or session is None:
        raise login_required("nobody is logged in")
    may = session.kept.tokens.refresh_token is not None
    renewed = yield from live_session(bff, key, newer_than=bff.clock() - SHARED if may else 0.0)
    return document(_about(bff, renewed) | {"refreshed": renewed.kept.tokens != session.kept.tokens})


def logout(bff: Bff, request: Arrived) -> Steps[Reply]:
    """End the session here, then at the server; `end_session_url` is where its own session ends, by navigation."""
    _check(bff, request, "POST")
    key = session_key(bff, request)
    session = (yield from find_session(bff, key)) if key is not None else None
    if key is not None:
        yield from ask(partial(bff.store.delete, key))
    revoked = (yield from give_up(bff, session.kept.tokens)) if session is not None else False
    try:
        client = yield from bff.client()
        end = client.logout_url(bff.after_logout)
    except ProofkeyError:
        end = None
    answer = {"logged_out": session is not None, "revoked": revoked, "end_session_url": end}
    return document(answer, headers=(bff.site.drop_session(),))


def _check(bff: Bff, request: Arrived, method: str) -> None:
    if request.method != method:
        raise method_not_allowed(method)
    check_fetch(request, bff.site.origin)


def _about(bff: Bff, session: Session) -> dict[str, object]:
    now, tokens = bff.clock(), session.kept.tokens
    ends = session.created_at + bff.lifetimes.absolute
    if tokens.refresh_token is None and tokens.expires_at is not None:
        ends = min(ends, tokens.expires_at)
    return {
        "logged_in": True,
        "user": dict(session.user),
        "scopes": list(tokens.scopes),
        "session_ends_in": max(0, int(ends - now)),
        "access_token_ends_in": max(0, int(tokens.expires_at - now)) if tokens.expires_at is not None else None,
    }
