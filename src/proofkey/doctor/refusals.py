"""What a server said no with, wherever it said it: in the callback, on its page, or at the token endpoint."""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Iterator

from proofkey.doctor.address import split
from proofkey.doctor.answer import Answer
from proofkey.doctor.dialects import topics_of
from proofkey.doctor.evidence import Evidence
from proofkey.doctor.login import Login
from proofkey.doctor.message import Message
from proofkey.doctor.pattern import Pattern

_ERROR_PAGE = Pattern(r"(?:^|[/._\-])(?:\w*error\w*|problem|denied)(?:[/._\-]|$)", re.IGNORECASE)
_OF_THE_TOKEN_STEP = ("invalid_grant", "unsupported_grant_type")  # RFC 6749 5.2, and not 4.1.2.1
_SENTENCES = ("error_description", "error", "message", "authError")


def words_at_authorize(login: Login, *topics: str) -> Evidence | None:
    """Give the place where the authorization endpoint's answer speaks of one of these topics."""
    for callback in (*login.responses, *login.callbacks):
        error = callback.value("error")
        text = callback.value("error_description") or ""
        if (error or text) and not topics_of(error, text).isdisjoint(topics):
            return callback.shows(f'error={error}, "{text[:200]}"' if text else f"error={error}")
    for step in (*login.authorize_hops, *login.pushed):
        if step.answer.speaks_of(*topics):
            return step.answer.shows()
    for page in error_pages(login):
        if not _topics_of_page(page).isdisjoint(topics):
            return Answer(page).shows()
    for answer in _told(login):
        if answer.speaks_of(*topics):
            return answer.shows()
    return None


def _told(login: Login) -> Iterator[Answer]:
    """Give what a text tells of an error, where the login went no further than to the authorization endpoint."""
    if login.authorize is None or login.callbacks or login.responses or login.token_requests:
        return
    for part in login.fragments:
        if part.kind in ("error", "console"):
            answer = Answer(Message(number=part.number, where=part.where, response_body=part.text))
            if answer.error not in _OF_THE_TOKEN_STEP:
                yield answer


def error_pages(login: Login) -> Iterator[Message]:
    """Give the pages by which the authorization server said no after it had redirected the browser to itself."""
    for page in login.pages:
        refused = (page.status or 0) >= 400 and (page.resource_type == "document" or Answer(page).is_html)
        if page.method == "GET" and (refused or _ERROR_PAGE.search(split(page.url).path)):
            yield page


def _topics_of_page(page: Message) -> frozenset[str]:
    """Name the topics of a page and of the words in its URL."""
    query = split(page.url).parameters
    sentences = [query.get(name) or "" for name in _SENTENCES]
    if blob := query.get("authError"):  # Google packs its sentence into base64
        letters = re.sub(r"[^A-Za-z0-9_-]", "", blob)
        packed = b64decode(letters[: len(letters) // 4 * 4], altchars=b"-_")
        sentences.append(re.sub(r"[^\x20-\x7e]+", " ", packed.decode("latin-1")))
    return Answer(page).topics | topics_of(query.get("error"), " ".join(sentences))


def came_back(login: Login) -> bool:
    """Tell whether the browser was sent to the redirect URI that was asked for, so that the server knows it."""
    if login.token is not None and login.token.value("code"):
        return True
    asked = login.authorize.value("redirect_uri") if login.authorize is not None else None
    wanted = split(asked or "")
    return any(
        step.value("error") not in _NOT_THE_ASKED_PLACE and (not asked or step.address.host == wanted.host)
        for step in (*login.responses, *login.callbacks)
    )


# GitHub goes to the registered place and says that the asked one is another.
_NOT_THE_ASKED_PLACE = ("redirect_uri_mismatch", "invalid_redirect_uri")


def names_every_reason(answer: Answer) -> bool:
    """Tell the sentence of RFC 6749 5.2, which servers send as it is, whatever the reason."""
    return "revoked" in answer.description.lower()


def words(login: Login, *topics: str) -> Evidence | None:
    """Give the place where any answer of the login speaks of one of these topics."""
    if found := words_at_authorize(login, *topics):
        return found
    for token in login.token_requests:
        if token.answer.speaks_of(*topics):
            return token.answer.shows()
    return None


def refused_at_authorize(login: Login) -> bool:
    """Tell whether the authorization endpoint gave an error instead of a code."""
    if any(step.value("error") for step in (*login.responses, *login.callbacks)):
        return True
    if any(step.value("code") for step in (*login.responses, *login.callbacks)):
        return False
    if any((step.answer.status or 0) >= 400 for step in (*login.authorize_hops, *login.pushed)):
        return True
    return any(True for _ in error_pages(login)) or any(answer.error for answer in _told(login))
