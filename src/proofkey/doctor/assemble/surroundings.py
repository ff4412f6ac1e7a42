"""What lies around the steps of a login: pages, calls with its token, loose facts, registration, metadata."""

from __future__ import annotations

import json
from bisect import bisect_left, bisect_right
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from proofkey.doctor.address import origin_of, split
from proofkey.doctor.answer import Answer
from proofkey.doctor.assemble.roles import role_of
from proofkey.doctor.capture import Capture
from proofkey.doctor.evidence import Seen
from proofkey.doctor.login import Login
from proofkey.doctor.message import Fragment, Message
from proofkey.doctor.steps import Step, TokenRequest

if TYPE_CHECKING:
    from proofkey.doctor.assemble.grouping import Grouping

_number = attrgetter("number")
_ASSETS = ("script", "image", "stylesheet", "font", "media", "manifest", "ping")
_TOKEN_ERRORS = (
    "invalid_grant",
    "invalid_client",
    "unsupported_grant_type",
    "bad_verification_code",
    "invalid_request",
)
# What only a token endpoint complains about.
_TOKEN_TOPICS = ("secret-missing", "secret-wrong", "secret-refused", "verifier-missing", "pkce-mismatch", "code-used")


def messages_of(capture: Capture) -> list[Message]:
    """Give the messages of a capture, pasted URLs among them, in order."""
    pasted = [
        Message(number=part.number, where=part.where, url=part.text.strip())
        for part in capture.fragments
        if part.kind == "url"
    ]
    return sorted((*capture.messages, *pasted), key=lambda message: message.number)


def with_redirect_targets(requests: list[Message], messages: list[Message]) -> list[Message]:
    """Add authorization requests that are known only from the redirect that leads to them."""
    known = {message.url for message in requests}
    found = list(requests)
    for message in messages:
        target = message.redirect_target
        if target and target not in known and "=" in target:
            led = Message(number=message.number, where=f"{message.where}, location header", url=target)
            if role_of(led) == "authorize" and split(target).is_web:
                known.add(target)
                found.append(led)
    return sorted(found, key=lambda message: message.number)


def complete(grouping: Grouping) -> list[Login]:
    """Add to each login what surrounds it, and number the logins."""
    capture, logins = grouping.capture, grouping.found
    _add_fragments(capture, grouping)
    logins.sort(key=lambda login: login.messages[0].number if login.messages else 0)
    _add_pages(grouping.messages, logins)
    _add_api_calls(grouping.messages, logins)
    metadata = _metadata_documents(grouping.messages)
    trail = _Trail(grouping.messages)
    for index, login in enumerate(logins, 1):
        login.id = f"login-{index}"
        login.registration = _registration(capture, login)
        login.start = trail.start_of(login)
        login.metadata = next((each for each in metadata if _describes(each, login)), {})
        _link_redirects(grouping.messages, login.token_requests)
    return logins


def _add_pages(messages: list[Message], logins: list[Login]) -> None:
    taken = {id(each) for login in logins for each in login.messages}  # a step of one login is no page of another
    for login in logins:
        if not login.authorize_hops:
            continue
        first = login.authorize_hops[0].number
        last = min((step.number for step in (*login.callbacks, *login.responses)), default=first + 40)
        hops = {step.number for step in login.authorize_hops}
        hosts = login.server_hosts
        for message in _between(messages, first, last):
            if (message.resource_type or "") in _ASSETS or message.number in hops or id(message) in taken:
                continue
            if split(message.url).host in hosts and message not in login.pages:
                taken.add(id(message))
                login.pages.append(message)


def _add_api_calls(messages: list[Message], logins: list[Login]) -> None:
    owners: dict[str, Login] = {}
    for login in logins:
        for request in (*login.token_requests, *login.refreshes):
            if token := request.answer.member("access_token"):
                owners[token] = login
    if not owners:
        return
    for message in messages:
        scheme, _, token = (message.request_header("authorization") or "").partition(" ")
        if scheme.lower() in ("bearer", "dpop") and token.strip() in owners:
            owners[token.strip()].api_calls.append(Step(message, split(message.url).parameters, "query"))


def _add_fragments(capture: Capture, grouping: Grouping) -> None:
    rest = [part for part in capture.fragments if part.kind != "url"]
    if not grouping.found and (rest or any(_cannot_hash(message) for message in grouping.messages)):
        grouping.start()
    for part in rest:
        login = _nearest(grouping.found, part.number)
        if part.kind == "value" and part.name:
            login.values.setdefault(part.name, Seen(part.text, f"{part.where}: {part.name}"))
        elif part.kind == "error":
            _add_error(login, part)
        else:
            login.fragments.append(part)


def _cannot_hash(message: Message) -> bool:
    """Tell whether a message is a page without https: a login may have ended there before it began."""
    address = split(message.url)
    plain = address.scheme == "http" and bool(address.host) and not address.is_loopback
    return plain and message.status is not None and _is_page(message)


def _nearest(logins: list[Login], number: int) -> Login:
    before = [login for login in logins if login.messages and login.messages[0].number <= number]
    return (before or logins)[-1]


def _add_error(login: Login, part: Fragment) -> None:
    """Let a pasted error be the answer of the last token request that has none, or stand for an unseen one."""
    unanswered = [each for each in login.token_requests if not each.answer.observed and not each.answer.lost]
    if unanswered:
        last = unanswered[-1]
        last.message.response_body = part.text
        last.answer = Answer(last.message)
        return
    unseen = Message(number=part.number, where=part.where, method="POST", response_body=part.text)
    of_the_token_step = any(error in part.text for error in _TOKEN_ERRORS) or Answer(unseen).speaks_of(*_TOKEN_TOPICS)
    if not login.token_requests and of_the_token_step and login.messages:
        login.token_requests.append(TokenRequest(unseen))
        return
    login.fragments.append(part)


def _link_redirects(messages: list[Message], requests: list[TokenRequest]) -> None:
    for request in requests:
        target = request.message.redirect_target
        if target and request.message.status in range(300, 400):
            absolute = target if split(target).host else f"{request.address.origin}{target}"
            request.redirected_to = next(
                (each for each in messages if each.number > request.number and each.url == absolute), None
            )


def _between(messages: list[Message], first: int, last: int) -> list[Message]:
    """Give the messages after one number and before another; they are in order."""
    return messages[bisect_right(messages, first, key=_number) : bisect_left(messages, last, key=_number)]


class _Trail:
    """The pages and redirects of a capture, looked through once for all logins."""

    def __init__(self, messages: list[Message]) -> None:
        self._pages = [message for message in messages if _is_page(message)]
        self._redirects: dict[str, list[Message]] = {}
        for message in messages:
            if message.redirect_target:
                self._redirects.setdefault(message.redirect_target, []).append(message)

    def start_of(self, login: Login) -> Message | None:
        """Find what led to it: the redirect to its first request, else the page named by Referer, else the last one."""
        first = next(iter((*login.pushed, *login.authorize_hops)), None)
        if first is None:
            return None
        asked = login.authorize_hops[0].message.url if login.authorize_hops else ""
        for message in reversed(self._redirects.get(asked, ())):
            if message.number < first.number:
                return message
        pages = self._pages[: bisect_left(self._pages, first.number, key=_number)]
        referer = origin_of(first.message.request_header("referer"))
        named = (message for message in reversed(pages) if referer and split(message.url).origin == referer)
        return next(named, pages[-1] if pages else None)


def _is_page(message: Message) -> bool:
    if message.resource_type:
        return message.resource_type == "document"
    kind = message.response_header("content-type")
    return message.method == "GET" and (kind is None or "html" in kind)


def _registration(capture: Capture, login: Login) -> Any:
    named = [each for each in capture.registrations if each.client_id and each.client_id == login.client_id]
    return next(iter(named or capture.registrations[:1]), None)


def _metadata_documents(messages: list[Message]) -> list[dict[str, Any]]:
    found = []
    for message in messages:
        if (
            "/.well-known/" in message.url
            and message.response_body
            and "authorization_endpoint" in message.response_body
        ):
            try:
                document = json.loads(message.response_body)
            except ValueError:
                continue
            if isinstance(document, dict):
                found.append(document)
    return found


def _describes(document: dict[str, Any], login: Login) -> bool:
    hosts = {split(str(document.get(name, ""))).host for name in ("issuer", "authorization_endpoint", "token_endpoint")}
    mine = set(login.server_hosts) | {each.address.host for each in login.token_requests}
    return bool(hosts & mine)
