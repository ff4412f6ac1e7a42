"""What an object in a text is: a logged request, the payload of one, an answer, parameters, or values by name."""

from __future__ import annotations

import json
import re

from proofkey.doctor.sources.draft import Draft, query_of
from proofkey.doctor.sources.printed.logged_answer import error_of, read_printed_answer
from proofkey.doctor.sources.printed.logged_request import read_logged_request
from proofkey.doctor.sources.printed.unshown import Printed, shown
from proofkey.doctor.sources.text.loose_json import as_json, is_answer, is_request_payload, read_object
from proofkey.doctor.sources.text.payloads import take_payload, take_values
from proofkey.doctor.sources.text.raw_http import Answer
from proofkey.doctor.sources.text.reading import Reading
from proofkey.doctor.sources.text.urls import role_of


def take_object(reading: Reading, text: str, line: int) -> None:
    """Read an object from its text and take it for what it is; what is none is passed over."""
    members = read_object(text)
    if members is not None:
        _take(reading, members, text, line)


def take_print(reading: Reading, members: Printed, line: int) -> None:
    """Take a printed object whose members are read already."""
    _take(reading, members, "", line)


def _take(reading: Reading, members: dict[str, object], text: str, line: int) -> None:
    printed = isinstance(members, Printed)
    if (logged := read_logged_request(members, line)) is not None:
        reading.add(logged)
    elif printed and (answered := read_printed_answer(members)) is not None:
        url, status, body = answered
        if role_of(url) == "token":
            take_token_url(reading, url, line)
        reading.answer(Answer(line, status, body=body))
    elif is_request_payload(members):
        _take_payload(reading, members, text, line)
    elif is_answer(members):
        reading.answer(Answer(line, body=(error_of(members) if printed else None) or _exact_or_mended(text, members)))
    elif "response_type" in members:
        _take_authorization(reading, members, line)
    else:
        take_values(reading, members, line)


def _take_payload(reading: Reading, members: dict[str, object], text: str, line: int) -> None:
    """Take parameters as JSON where JSON is shown; a dict or object of a language only lists what is sent."""
    if _is_of_a_language(text):
        pairs = [(name, value) for name, value in members.items() if isinstance(value, str)]
        take_payload(reading, None, line, pairs)
    else:
        take_payload(reading, _exact_or_mended(text, members), line)


def take_token_url(reading: Reading, url: str, line: int) -> None:
    """Take the address that a token request goes to: of a request that is shown without it, or of a new one."""
    reading.token_url = reading.token_url or url
    for draft in reading.drafts:
        if draft.method == "POST" and (draft.url == url or (draft.origin == "prose" and not draft.has_body)):
            return
        if draft.method == "POST" and not draft.url:
            draft.url = url
            return
    reading.drafts.append(Draft(line, "prose", "POST", url))


def _take_authorization(reading: Reading, members: dict[str, object], line: int) -> None:
    pairs = "&".join(f"{name}={value}" for name, value in members.items() if isinstance(value, str))
    base = next((d.url for d in reading.drafts if role_of(d.url) == "authorize" and not query_of(d.url)), "")
    reading.drafts.append(Draft(line, "prose", "GET", f"{base or 'https://{host}/authorize'}?{pairs}", body=""))


def _is_of_a_language(text: str) -> bool:
    """Tell an object whose names are bare or in single quotation marks, which no JSON has."""
    return re.search(r"[\"“”]\w+\\?[\"“”]\s*:", text) is None


def _exact_or_mended(text: str, members: dict[str, object]) -> str:
    """Keep JSON as it was pasted; write what only looks like JSON as JSON."""
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return as_json(shown(members)) or text
    return text
