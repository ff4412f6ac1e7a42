"""What a line of prose adds to the reading: URLs, statuses, errors, forms and values that it mentions."""

from __future__ import annotations

import json
import re

from proofkey.doctor.message import Fragment
from proofkey.doctor.sources.draft import Draft, host_of, query_of
from proofkey.doctor.sources.text.console import is_console_line
from proofkey.doctor.sources.text.mentions import Mention, mentions_of
from proofkey.doctor.sources.text.objects import take_object, take_token_url
from proofkey.doctor.sources.text.payloads import take_form, take_request_url, take_value
from proofkey.doctor.sources.text.raw_http import Answer
from proofkey.doctor.sources.text.reading import Reading
from proofkey.doctor.sources.text.segments import Segment
from proofkey.doctor.sources.text.urls import role_of

# What a URL without its query leaves unsaid about an authorization request.
AUTHORIZE_NAMES = frozenset([
    "response_type", "client_id", "redirect_uri", "scope", "state", "nonce", "code_challenge",
    "code_challenge_method", "resource", "audience", "prompt", "response_mode", "request", "request_uri",
    "login_hint",
])  # fmt: skip
_PAGE = re.compile(r"<(?:!doctype html|html)\b[^`]{0,20000}", re.IGNORECASE)
_SPEAKS_OF_A_REQUEST = re.compile(r"\b(?:POST|post|request|call|exchange|sen[dt]|curl|fetch|endpoint)")


def take_prose(reading: Reading, segment: Segment) -> None:
    """Take everything that a line of prose mentions, in its order."""
    for mention in mentions_of(segment.text):
        _take(reading, mention, segment)
    if page := _PAGE.search(segment.text):
        reading.answer(Answer(segment.line, body=page.group()))
    if is_console_line(segment.text):
        reading.fragments.append((segment.line, Fragment("console", segment.text.strip(), "", 0)))


def _take(reading: Reading, mention: Mention, segment: Segment) -> None:
    line = segment.line
    match mention.kind:
        case "url":
            _take_url(reading, mention.text, segment)
        case "path":
            reading.token_path = reading.token_path or mention.text
        case "status":
            _take_status(reading, mention.number, segment)
        case "object":
            take_object(reading, mention.text, line)
        case "form":
            take_form(reading, mention.text, line)
        case "value":
            take_value(reading, mention.name, mention.text, line)
        case "error":
            _take_error(reading, mention, line)
        case "type":
            _take_type(reading, mention.text)
        case "log":
            reading.drafts.append(Draft(line, "raw", mention.name, mention.text, status=mention.number))


def _take_url(reading: Reading, url: str, segment: Segment) -> None:
    role = role_of(url)
    if role == "token":
        reading.token_url = reading.token_url or url
        if _SPEAKS_OF_A_REQUEST.search(segment.text):
            take_token_url(reading, url, segment.line)
    elif role == "authorize" and not query_of(url):
        if not any(host_of(each.url) == host_of(url) for each in reading.drafts if role_of(each.url) == "authorize"):
            draft = Draft(segment.line, "prose", "GET", url, body="")
            draft.placeholders |= AUTHORIZE_NAMES
            reading.drafts.append(draft)
    elif role in ("authorize", "callback"):
        take_request_url(reading, url, role, segment.line)


def _take_status(reading: Reading, status: int, segment: Segment) -> None:
    # In a sentence a 302 is the redirect of the login; on a line of its own it is the answer to what stands above.
    words = len(segment.text)
    if 0 <= (start := segment.text.find("{")) < (end := segment.text.rfind("}")):
        words -= end - start  # an object beside the status is no sentence
    if status >= 400 or words < 60:
        reading.answer(Answer(segment.line, status=status))


def _take_error(reading: Reading, mention: Mention, line: int) -> None:
    body = {"error": mention.name}
    if mention.text:
        body["error_description"] = mention.text
    reading.spoken.setdefault(mention.name, Answer(line, body=json.dumps(body)))


def _take_type(reading: Reading, content_type: str) -> None:
    reading.content_type = content_type
    draft = reading.drafts[-1] if reading.drafts else None
    if draft is not None and draft.origin == "prose" and draft.method == "POST" and draft.headers is None:
        draft.headers = [("content-type", content_type)]
