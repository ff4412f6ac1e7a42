"""GET login, callback and resume: from the app to the server and back, with a new session id at the end.

The state in the address has to belong to a cookie of this browser (RFC 9700 4.7.1): a callback that somebody else
began opens no session here, and one that this browser began opens no session elsewhere.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import quote

from proofkey.bff import pages
from proofkey.bff.arrived import Arrived
from proofkey.bff.effects import Steps, ask
from proofkey.bff.fetch_rule import check_navigation
from proofkey.bff.pending_logins import PendingLogin, cookie_name, seal_pending
from proofkey.bff.renewal import find_session, log
from proofkey.bff.replies import Declined, Reply, unavailable
from proofkey.bff.return_paths import check_return_path
from proofkey.bff.sessions import about_the_person, key_of, make_session_id, seal_session
from proofkey.client.errors import AnswerLost, NotReached
from proofkey.client.login_steps import LoginSteps
from proofkey.client.token_document import Kept
from proofkey.core.errors import AuthorizationDenied, ProofkeyError
from proofkey.core.params import MalformedForm, Params
from proofkey.core.wire import Headers

if TYPE_CHECKING:
    from proofkey.bff.backend import Bff

_PURGE_EVERY = 600.0  # seconds
_UNFINISHED = "This login cannot be finished"
_REASONS = {
    "state-missing": "The answer of the login server names no login.",
    "cookie-name-collision": "Two cookies claim to belong to this login, so one of them is not ours.",
    "login-cookie-unreadable": "This login took too long, or the app was set up anew meanwhile.",
    "state-mismatch": "This answer belongs to another login, or to one that is finished.",
    "callback-in-other-browser": "No login is under way in this browser; perhaps it is finished.",
}


def begin(bff: Bff, request: Arrived) -> Steps[Reply]:
    """Send the person to the server, and remember in a cookie what the callback needs."""
    check_navigation(request)
    try:
        params = Params.parse(request.query if request.query_is_sound else "%")
    except MalformedForm:
        raise Declined(400, "query_refused", "the query is not form-encoded, or too long") from None
    if params.repeated():
        raise Declined(400, "query_refused", "a parameter is repeated", fault="parameter-repeated")
    return_to = check_return_path(params.get("return_to") or bff.after_login, bff.site.base)
    try:
        client = yield from bff.client()
        url, transaction = client.begin(scopes=bff.scopes, extra=bff.extra)
    except ProofkeyError as error:
        yield from ask(partial(bff.explainer.explain, error, request.id))
        raise unavailable("the login server cannot be asked now", error.fault or "server-unavailable") from error
    pending = PendingLogin(transaction, return_to, session_key(bff, request))
    dropped = bff.pending(client).to_drop(request, now=transaction.started_at)
    cookies = [bff.site.drop_login(name) for name in dropped]
    name, value = seal_pending(pending, bff.site, bff.keys)
    cookies.append(bff.site.set_login(name, value, bff.lifetimes.pending))
    return Reply(303, (("location", url), *cookies))


def session_key(bff: Bff, request: Arrived) -> bytes | None:
    """Give the key of the session whose cookie came, None without one, and where two differ: one of them is planted."""
    name = bff.site.session_cookie
    values = {value for key, value in request.cookies(name) if key == name}
    return key_of(values.pop()) if len(values) == 1 else None


def finish(bff: Bff, request: Arrived) -> Steps[Reply]:
    """Check the callback, redeem the code, open a session, and go on to the app."""
    check_navigation(request)
    state = _state_of(request)
    name = cookie_name(state, bff.site) if state is not None else ""
    values = [value for key, value in request.cookies(bff.site.login_cookie) if key == name]
    try:
        client = yield from bff.client()
    except ProofkeyError as error:
        return (yield from _failed(bff, request, error, bff.after_login, ()))
    pending = bff.pending(client).open(name, values[0], now=client.now()) if len(values) == 1 else None
    if pending is None or state is None:
        return _not_begun_here(bff, request, state, values)
    dropped = (bff.site.drop_login(name),)
    try:
        reply = yield from _open_session(bff, request, client, pending)
    except ProofkeyError as error:
        return (yield from _failed(bff, request, error, pending.return_to, dropped))
    return reply.with_headers(*dropped)


def _open_session(bff: Bff, request: Arrived, client: LoginSteps, pending: PendingLogin) -> Steps[Reply]:
    callback = f"{bff.site.redirect_uri}?{request.query}"
    tokens = yield from client.redemption(callback, pending.transaction)
    user = about_the_person((yield from client.identification(tokens)))
    now, session_id = bff.clock(), make_session_id()
    key = key_of(session_id)
    assert key is not None  # noqa: S101
    sealed = seal_session(Kept(tokens, now), user, key, bff.place, bff.keys)
    yield from ask(partial(bff.store.insert, key, sealed, now=now))
    # The id of before is dead, whoever knew it.
    for old in (pending.replaces, session_key(bff, request)):
        if old is not None:
            yield from ask(partial(bff.store.delete, old))
    if now >= bff.purged_at + _PURGE_EVERY:
        bff.purged_at = now
        lifetimes = bff.lifetimes
        yield from ask(
            partial(bff.store.purge, created_before=now - lifetimes.absolute, seen_before=now - lifetimes.idle)
        )
    return pages.going_on(pending.return_to).with_headers(bff.site.set_session(session_id))


def _state_of(request: Arrived) -> str | None:
    try:
        params = Params.parse(request.query) if request.query_is_sound else Params()
    except MalformedForm:
        return None
    return params.get("state") if params.all("state") == [params.get("state")] else None


def _not_begun_here(bff: Bff, request: Arrived, state: str | None, values: list[str]) -> Reply:
    """Refuse a callback that no cookie of this browser belongs to, and say which of the reasons it is.

    Mostly somebody is logged in and went back in the history. That cannot be seen from here, since a Strict cookie does
    not come with this request; so the page asks `resume`, to which it does come.
    """
    if state is None:
        fault = "state-missing"
    elif len(values) > 1:
        fault = "cookie-name-collision"
    elif values:
        fault = "login-cookie-unreadable"
    elif request.cookies(bff.site.login_cookie):
        fault = "state-mismatch"
    else:
        fault = "callback-in-other-browser"
    log.warning("callback refused, request %s: %s", request.id, fault)
    recheck = f"{bff.site.path('resume')}?{Params([('fault', fault)]).encode()}"
    return _page(bff, request, 400, _UNFINISHED, [_REASONS[fault]], bff.after_login, fault, recheck)


def resume(bff: Bff, request: Arrived) -> Steps[Reply]:
    """After a callback that fits no login: go on for somebody who is logged in, and an error for everybody else."""
    check_navigation(request)
    name, _, fault = request.query.partition("=")
    if name != "fault" or fault not in _REASONS:
        raise Declined(404, "not_found", "there is nothing at this address")
    key = session_key(bff, request)
    if key is not None and (yield from find_session(bff, key)) is not None:
        return Reply(303, (("location", bff.after_login),))
    return _page(bff, request, 400, _UNFINISHED, [_REASONS[fault]], bff.after_login, fault)


def _failed(bff: Bff, request: Arrived, error: ProofkeyError, return_to: str, headers: Headers) -> Steps[Reply]:
    found = yield from ask(partial(bff.explainer.explain, error, request.id))
    fault = found.fault if found else error.fault
    if isinstance(error, AuthorizationDenied):
        status, title, why = 403, "Not logged in", "The login server says that the login was not allowed."
    elif isinstance(error, NotReached | AnswerLost):
        status, title, why = 503, "The login failed", "The login server gave no answer. Please try again."
    else:
        status, title, why = 502, "The login failed", "The login server and this app did not understand each other."
    paragraphs = [why]
    if bff.development:
        paragraphs += found.text().split("\n\n") if found else [error.message]
    return _page(bff, request, status, title, paragraphs, return_to, fault).with_headers(*headers)


def _page(
    bff: Bff,
    request: Arrived,
    status: int,
    title: str,
    paragraphs: list[str],
    return_to: str,
    fault: str | None,
    recheck: str | None = None,
) -> Reply:
    again = f"{bff.site.path('login')}?return_to={quote(return_to, safe='')}"
    return pages.failed(
        status,
        title,
        paragraphs,
        again=again,
        home=bff.after_login,
        request_id=request.id,
        fault=fault,
        recheck=recheck,
    ).with_headers(*((("x-proofkey-error", fault),) if fault else ()))
