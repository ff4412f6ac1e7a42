"""Find the authorization responses and give each to the login that it answers (RFC 6749 4.1.2).

A callback is known by the login's redirect URI or state; a page of the server that has `code` or `error` in its URL
is none.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import unquote_plus

from proofkey.doctor.address import split
from proofkey.doctor.assemble.codes import is_placeholder
from proofkey.doctor.assemble.roles import is_response, may_be_callback, response_parameters, role_of
from proofkey.doctor.html_text import unescape
from proofkey.doctor.login import Login
from proofkey.doctor.message import Message
from proofkey.doctor.parameters import Parameter, Parameters
from proofkey.doctor.steps import FORM_TYPE, AuthorizeRequest, Callback, Step, body_parameters

if TYPE_CHECKING:
    from proofkey.doctor.assemble.grouping import Grouping

_FORM = re.compile(r"<form\b[^>]*>", re.IGNORECASE)
_INPUT = re.compile(r"<input\b[^>]*>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"\b(\w+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>]+))")
_MAX_PAGE = 100_000
_SHORTEST_CODE, _SHORTEST_STATE = 16, 4


def find_callbacks(grouping: Grouping) -> None:
    """Add every callback of the capture to a login."""
    found = [callback for message in grouping.messages for callback in _candidates(message)]
    states = {state for callback in found if (state := callback.value("state"))}
    for callback in found:
        login = _login_of(grouping, callback, states)
        if login is not None:
            (login.callbacks if callback.delivered else login.responses).append(callback)


def _candidates(message: Message) -> list[Callback]:
    found = []
    if may_be_callback(message):
        if role_of(message) in (None, "preflight") and message.method != "OPTIONS":
            parameters, place = response_parameters(message.url), "query"
            if parameters is None and message.method == "POST":
                body = body_parameters(message)
                parameters, place = (body, "body") if body is not None and is_response(body) else (None, "")
                if parameters is not None and (message.body or "").lstrip().startswith(("{", "[")):
                    parameters = None  # a JSON call to somewhere
            if parameters is not None:
                found.append(Callback(message, parameters, place, message.url, delivered=True))
        if message.redirect_target:
            parameters = response_parameters(message.redirect_target)
            if parameters is not None:
                place = "location header"
                found.append(Callback(message, parameters, place, message.redirect_target, delivered=False))
    if posted := _form_post(message):
        found.append(posted)
    return found


def _form_post(message: Message) -> Callback | None:
    """Read a page that posts the authorization response by itself (OAuth 2.0 Form Post Response Mode)."""
    page = message.response_body
    if not page or len(page) > _MAX_PAGE or "<form" not in page.lower() or "code" not in page:
        return None
    form = _FORM.search(page)
    action = _attributes(form.group()).get("action", "") if form else ""
    fields = [_attributes(tag.group()) for tag in _INPUT.finditer(page)]
    parameters = Parameters(
        Parameter(unescape(each["name"]), unescape(each.get("value", ""))) for each in fields if "name" in each
    )
    names = set(parameters.names())
    if not action or not {"code", "state"} <= names or names & {"username", "password", "client_secret"}:
        return None
    return Callback(message, parameters, "answer, form", unescape(action), delivered=False)


def _attributes(tag: str) -> dict[str, str]:
    return {m.group(1).lower(): m.group(2) or m.group(3) or m.group(4) or "" for m in _ATTRIBUTE.finditer(tag)}


def _login_of(grouping: Grouping, callback: Callback, states: set[str]) -> Login | None:
    """Find the login that is answered; `states` are all those that came back, so that each gets its own answer."""
    logins = grouping.found
    code, state = callback.value("code"), callback.value("state")
    before = [login for login in logins if _begin(login) <= callback.number] or logins
    # State first: a server that gives one code to two logins is a fault to be seen.
    if state:
        for login in reversed(before):
            if any(hop.value("state") == state for hop in _requests(login)) and _may_answer(login, callback):
                return login
    if code is not None and not is_placeholder(code):
        for login in reversed(logins):
            if any(each.value("code") == code for each in (*login.callbacks, *login.responses)):
                return login
    at_home = [login for login in before if _goes_to(login, callback.url)]
    for login in reversed(at_home):
        if any(each.url == callback.url for each in (*login.callbacks, *login.responses)):
            return login
    for login in reversed(at_home):
        sent = [hop.value("state") or "" for hop in _requests(login)]
        if state and any(_alike(state, each) for each in sent if each):
            return login
    waiting = [
        login
        for login in at_home
        if not login.callbacks
        and not login.responses
        and not any(hop.value("state") in states for hop in _requests(login))
    ]
    if not state:  # it answers a request without one, if there is any
        waiting = [login for login in waiting if not any(hop.value("state") for hop in _requests(login))] or waiting
    if waiting:
        return waiting[-1]
    if at_home:
        return grouping.start()
    return grouping.start() if _stands_alone(grouping, callback) else None


def _stands_alone(grouping: Grouping, callback: Callback) -> bool:
    """Tell whether a callback without any authorization request around is likely to be one."""
    if callback.address.host in {host for login in grouping.found for host in login.server_hosts}:
        return False
    if not _may_be_navigation(callback.message):
        return False
    code = callback.value("code")
    if code is not None:
        if any((message.body or "").find(code) >= 0 for message in grouping.by_role.get("token", [])):
            return True
        known = {"state", "iss", "session_state", "scope"} & set(callback.names)
        if not known or not any(login.authorize_hops for login in grouping.found):
            of_the_protocol = known != {"state"} or len(callback.value("state") or "") >= _SHORTEST_STATE
            return bool(known) and not code.isdecimal() and (of_the_protocol or _looks_issued(code))
        # Beside logins that are all there, a page of another site: `/checkout?state=TX&code=75001` is an address.
        return "state" in known and _looks_issued(code)
    return "state" in callback.names and not grouping.found


def _looks_issued(code: str) -> bool:
    """Tell whether a text is long and mixed enough to be an authorization code, which nobody may guess (10.10)."""
    return len(code) >= _SHORTEST_CODE and not code.isdecimal() and len(set(code)) >= _SHORTEST_CODE // 2


def _may_be_navigation(message: Message) -> bool:
    """Tell whether a browser may have gone there: no script's call, no call with a token, no answer in JSON.

    Interfaces and beacons name their own things "code" and "state" (`/items?code=SKU-7&state=open`).
    """
    sent = (message.request_header("content-type") or FORM_TYPE).lower()
    if message.status in (101, 204, 205) or (message.method == "POST" and not sent.startswith(FORM_TYPE)):
        return False
    mode = message.request_header("sec-fetch-mode")
    called = message.resource_type not in (None, "", "document", "other") or mode not in (None, "navigate")
    bearer = (message.request_header("authorization") or "").lower().startswith(("bearer ", "dpop "))
    kind = (message.response_header("content-type") or "").lower()
    return not (called or bearer or "json" in kind or message.url.startswith(("ws:", "wss:")))


def _may_answer(login: Login, callback: Callback) -> bool:
    """Tell a callback from a page of the server that carries the state along."""
    if callback.value("code") or _goes_to(login, callback.url):
        return True
    return callback.address.host not in login.server_hosts


def _goes_to(login: Login, url: str) -> bool:
    """Tell whether a URL is the login's redirect URI, leaving aside query, letter case and a last slash."""
    target = split(url)
    for hop in _requests(login):
        redirect = split(hop.value("redirect_uri") or "")
        if redirect.text and redirect.host == target.host and redirect.scheme == target.scheme:
            paths = [each.path.rstrip("/").lower() for each in (redirect, target)]
            if paths[0] == paths[1] and (redirect.port == target.port or not redirect.is_web):
                return True
    return False


def _requests(login: Login) -> list[AuthorizeRequest]:
    return [*login.authorize_hops, *login.pushed]


def _begin(login: Login) -> int:
    steps: list[Step] = [*login.authorize_hops, *login.pushed, *login.responses, *login.callbacks]
    return min((step.number for step in steps), default=0)


def _alike(state: str, sent: str) -> bool:
    return (
        unquote_plus(state) == sent or unquote_plus(sent) == state or sent.startswith(state) or state.startswith(sent)
    )
