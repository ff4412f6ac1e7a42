"""Read the answer out of a printed object: the `response` of an axios error, a fetch Response, an HttpErrorResponse."""

from __future__ import annotations

import json
from typing import Any

from proofkey.doctor.sources.draft import Draft
from proofkey.doctor.sources.printed.unshown import Printed, shown
from proofkey.doctor.sources.text.loose_json import ANSWER_KEYS

_STATUS_NAMES = ("status", "statusCode", "status_code", "StatusCode")
_BODY_NAMES = ("data", "body", "response_body", "text", "rawBody", "responseText")
_ERROR_NAMES = {
    "error": "error", "error_description": "error_description", "errorDescription": "error_description",
    "error_uri": "error_uri",
}  # fmt: skip


def answer_of(members: dict[str, Any], draft: Draft) -> None:
    """Put the answer that stands beside or inside a printed request into its draft."""
    response = members.get("response")
    place = response if isinstance(response, dict) else members
    status = status_of(place)
    draft.status = status_of(members) if status is None else status
    draft.response_body = _body_of(place) or error_of(members) if place is response else _text_of(response)
    if draft.response_body is None and place is members:
        draft.response_body = _body_of_error(members)
    if isinstance(response, dict) and isinstance(fields := response.get("headers"), dict):
        draft.response_headers = [
            (str(name).lower(), value) for name, value in fields.items() if isinstance(value, str)
        ] or None


def read_printed_answer(members: dict[str, Any]) -> tuple[str, int | None, str | None] | None:
    """Read an object that is an answer by itself: URL, status and body; None where it is none.

    A Response of fetch, undici or node-fetch, an HttpErrorResponse of Angular, the `response` or `data` of an error.
    """
    inner = members.get("response", members.get("Symbol(Response internals)", members.get("Symbol(state)")))
    place = inner if isinstance(inner, dict) else members
    status = status_of(place)
    url = place.get("url", members.get("url"))
    body = _body_of(place) or (None if place is members else error_of(members))
    if status is None and body is None:
        return None
    if place is members and not isinstance(url, str) and not (isinstance(members, Printed) and "data" in members):
        return None
    return url if isinstance(url, str) else "", status, body


def status_of(members: dict[str, Any]) -> int | None:
    """Give the HTTP status, None where none is shown."""
    found = (members.get(name) for name in _STATUS_NAMES)
    return next((each for each in found if isinstance(each, int) and each is not True and 100 <= each < 600), None)


def _body_of(answer: dict[str, Any]) -> str | None:
    """Give the body of an answer as text, None where none is shown."""
    texts = (text for name in _BODY_NAMES if (text := _text_of(answer.get(name))) is not None)
    return next(texts, None) or _body_of_error(answer)


def _body_of_error(answer: dict[str, Any]) -> str | None:
    """Give the body that Angular and others keep under `error`, or the error members that stand in its place."""
    inner = answer.get("error")
    return _text_of(inner) if isinstance(inner, dict) else error_of(answer)


def error_of(members: dict[str, Any]) -> str | None:
    """Write the error that stands among other members as the body that it came in (RFC 6749 5.2)."""
    found = {
        _ERROR_NAMES[name]: value for name, value in members.items() if name in _ERROR_NAMES and isinstance(value, str)
    }
    return json.dumps(found) if "error" in found else None


def said_in(members: dict[str, Any]) -> str:
    """Give the words of the server that a print quotes, "" where it quotes none."""
    response = members.get("response")
    place = response if isinstance(response, dict) else members
    text = _body_of(place) or error_of(members)
    if text is not None:
        return text
    cause = members.get("cause")
    words = [members.get("message"), members.get("code"), cause.get("code") if isinstance(cause, dict) else None]
    return " ".join(each for each in words if isinstance(each, str))


def _text_of(body: Any) -> str | None:
    if isinstance(body, Printed):
        plain = shown(body)
        return json.dumps(plain) if ANSWER_KEYS & plain.keys() else None
    if isinstance(body, dict):
        return json.dumps(body)
    return body if isinstance(body, str) else None
